import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { countFiles } from '../../../shared/verification-counts.ts';
import { exact } from '../../format.ts';
import { ChecksPanel } from './checks-panel.tsx';
import { FindingsPanel } from './findings-panel.tsx';
import { History } from './history.tsx';
import { Reconciliation } from './reconciliation.tsx';
import { TotalsPanel } from './totals-panel.tsx';
import type { ShownReport } from './use-shown-report.ts';
import { Scores, Verdict } from './verdict.tsx';

interface ReportViewProps {
  readonly shown: Extract<ShownReport, { status: 'shown' }>;
  readonly onChoose: (verificationId: string) => void;
}

const parts = ['findings', 'files', 'totals', 'checks', 'history'] as const;
type Part = (typeof parts)[number];

/** A report: the verdict, the scores, and below them one part at a time. */
export function ReportView({ shown, onChoose }: ReportViewProps) {
  const { report, isOutdated, verifications } = shown;
  const hasFound = report.findings.some(({ severity }) => severity !== 'note');
  const [part, setPart] = useState<Part>(hasFound ? 'findings' : 'files');
  const counts: Readonly<Record<Part, string>> = {
    findings: `Findings ${exact(report.findings.length)}`,
    files: `Files ${exact(countFiles(report))}`,
    totals: 'Totals',
    checks: `Checks ${exact(report.checks.length)}`,
    history: `History ${exact(verifications.length)}`,
  };
  return (
    <>
      <Verdict report={report} />
      <Scores scores={report.scores} />
      <Tabs
        className="report"
        value={part}
        onChange={(value) => setPart(parts.find((one) => one === value) ?? 'files')}
        keepMounted={false}
      >
        <Tabs.List>
          {parts.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {counts[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="findings" className="report__panel" tabIndex={0}>
          <FindingsPanel report={report} isOutdated={isOutdated} />
        </Tabs.Panel>
        <Tabs.Panel value="files" className="report__panel report__panel--whole">
          <Reconciliation report={report} />
        </Tabs.Panel>
        <Tabs.Panel value="totals" className="report__panel" tabIndex={0}>
          <TotalsPanel totals={report.totals} />
        </Tabs.Panel>
        <Tabs.Panel value="checks" className="report__panel" tabIndex={0}>
          <ChecksPanel checks={report.checks} />
        </Tabs.Panel>
        <Tabs.Panel value="history" className="report__panel" tabIndex={0}>
          <History verifications={verifications} shown={report.verificationId} onChoose={onChoose} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

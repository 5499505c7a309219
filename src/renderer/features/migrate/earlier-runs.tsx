import { Skeleton, Table, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconPlayerStop,
  IconPlugConnectedX,
  IconShieldCheck,
  IconShieldQuestion,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { RunReport } from '../../../shared/run.ts';
import { ask, failureOf } from '../../api.ts';
import { bytes, duration, exact, unknown } from '../../format.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { OutcomeRow, type OutcomeLook } from '../../ui/outcome-row.tsx';
import { Section } from '../../ui/screen.tsx';
import { ResumeButton } from './run-buttons.tsx';
import { outcomeWords, unfinishedRuns } from './words.ts';

interface EarlierRunsProps {
  readonly chosen: string | null;
  readonly onChoose: (report: RunReport) => void;
}

const results: Readonly<Record<RunReport['status'], OutcomeLook>> = {
  completed: { icon: IconCircleCheck, tone: 'tone-good' },
  cancelled: { icon: IconPlayerStop, tone: 'tone-warn' },
  failed: { icon: IconAlertTriangle, tone: 'tone-bad' },
  interrupted: { icon: IconPlugConnectedX, tone: 'tone-warn' },
};

export function EarlierRuns({ chosen, onChoose }: EarlierRunsProps) {
  const runs = useQuery({ queryKey: ['runs'], queryFn: () => ask.listRuns() });
  return (
    <Section title="Runs">
      {runs.isPending ? <Skeleton height={96} radius={4} aria-label="Loading the runs" /> : null}
      {runs.isError ? <FailureNotice failure={failureOf(runs.error)} /> : null}
      {runs.data?.length === 0 ? (
        <p className="receipt__note">The receipts of all runs will be here. There was none yet.</p>
      ) : null}
      {runs.data === undefined || runs.data.length === 0 ? null : (
        <RunsTable runs={runs.data} chosen={chosen} onChoose={onChoose} />
      )}
    </Section>
  );
}

function RunsTable({ runs, chosen, onChoose }: EarlierRunsProps & { readonly runs: readonly RunReport[] }) {
  const unfinished = unfinishedRuns(runs);
  return (
    <Table className="grid-table" aria-label="Runs">
      <colgroup>
        <col className="runs__col-started" />
        <col className="runs__col-result" />
        <col className="runs__col-verified" />
        <col className="runs__col-files" />
        <col className="runs__col-lines" />
        <col className="runs__col-rejects runs__more" />
        <col className="runs__col-read runs__more" />
        <col className="runs__col-took" />
        <col className="runs__place" />
        <col className="runs__col-resume" />
      </colgroup>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Started</Table.Th>
          <Table.Th>Result</Table.Th>
          <Table.Th>Verified</Table.Th>
          <Table.Th className="number">New files</Table.Th>
          <Table.Th className="number">New lines</Table.Th>
          <Table.Th className="number runs__more">Rejects</Table.Th>
          <Table.Th className="number runs__more">Read</Table.Th>
          <Table.Th className="number">Took</Table.Th>
          <Table.Th className="runs__destination runs__place">Destination</Table.Th>
          <Table.Th>
            <VisuallyHidden>Resume</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((report) => (
          <RunRow
            key={report.runId}
            report={report}
            isChosen={report.runId === chosen}
            isUnfinished={unfinished.has(report)}
            onChoose={onChoose}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface RunRowProps {
  readonly report: RunReport;
  readonly isChosen: boolean;
  readonly isUnfinished: boolean;
  readonly onChoose: (report: RunReport) => void;
}

function RunRow({ report, isChosen, isUnfinished, onChoose }: RunRowProps) {
  const word = outcomeWords[report.status];
  const { imported } = report.receipt;
  return (
    <OutcomeRow
      startedAt={report.startedAt}
      shows="the receipt"
      look={results[report.status]}
      outcome={report.dryRun ? `${word}, dry run` : word}
      isChosen={isChosen}
      onChoose={() => onChoose(report)}
    >
      <Table.Td>
        <VerifiedMark report={report} />
      </Table.Td>
      <Table.Td className="number">{report.dryRun ? unknown : exact(imported.files)}</Table.Td>
      <Table.Td className="number">{report.dryRun ? unknown : exact(imported.lines)}</Table.Td>
      <Table.Td className="number runs__more">{exact(imported.rejects)}</Table.Td>
      <Table.Td className="number runs__more">{bytes(imported.bytes)}</Table.Td>
      <Table.Td className="number">{duration(report.durationMs)}</Table.Td>
      <Table.Td className="runs__destination runs__place" title={report.destination}>
        {report.destination}
      </Table.Td>
      <Table.Td className="number">
        {isUnfinished ? <ResumeButton runId={report.runId} isCompact /> : null}
      </Table.Td>
    </OutcomeRow>
  );
}

function VerifiedMark({ report }: { readonly report: RunReport }) {
  if (report.dryRun) return unknown;
  const MarkIcon = report.verified ? IconShieldCheck : IconShieldQuestion;
  return (
    <a className="text-link with-icon" href="#verify" title="Go to Verify">
      <MarkIcon
        size={14}
        stroke={1.75}
        aria-hidden
        className={report.verified ? 'tone-good' : 'tone-quiet'}
      />
      {report.verified ? 'Verified' : 'Not verified'}
    </a>
  );
}

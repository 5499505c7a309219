import { Button, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconTool, type Icon } from '@tabler/icons-react';
import { useState } from 'react';
import type { Severity, VerificationReport } from '../../../shared/verification.ts';
import { describeAction, severityWords } from '../../../shared/verification-words.ts';
import { exact, plural } from '../../format.ts';
import { PathText } from '../../ui/path-text.tsx';
import { Section } from '../../ui/screen.tsx';
import { useRepair, useWhyNotVerify } from '../../use-verify.ts';
import { groupFindings, mendable, type ActionGroup, type IndexedFinding } from './finding-groups.ts';
import './findings-panel.css';

interface FindingsPanelProps {
  readonly report: VerificationReport;
  /** A newer verification has been made: only its findings are those of now. */
  readonly isOutdated: boolean;
}

export function FindingsPanel({ report, isOutdated }: FindingsPanelProps) {
  const all = mendable(report.findings);
  const groups = groupFindings(report.findings);
  if (groups.length === 0) {
    return <p className="section__note">Nothing was found: every check had nothing to say. See Checks.</p>;
  }
  const actions = new Set(all.map((index) => report.findings[index]?.action.kind));
  return (
    <>
      {groups.map(({ severity, count, groups: byAction }, index) => (
        <Section
          key={severity}
          title={plural(count, severityWords[severity].one, severityWords[severity].many)}
          aside={
            index === 0 && actions.size > 1 ? (
              <MendButton
                label={`Mend all ${exact(all.length)}`}
                report={report}
                findings={all}
                isOutdated={isOutdated}
                isPrimary
              />
            ) : null
          }
        >
          {byAction.map((group) => (
            <FindingGroup
              key={group.key}
              severity={severity}
              group={group}
              report={report}
              isOutdated={isOutdated}
            />
          ))}
        </Section>
      ))}
    </>
  );
}

const icons: Readonly<Record<Severity, { readonly icon: Icon; readonly tone: string }>> = {
  error: { icon: IconAlertTriangle, tone: 'tone-bad' },
  warning: { icon: IconAlertTriangle, tone: 'tone-warn' },
  note: { icon: IconInfoCircle, tone: 'tone-quiet' },
};

const mostShown = 20;

interface FindingGroupProps extends FindingsPanelProps {
  readonly severity: Severity;
  readonly group: ActionGroup;
}

function FindingGroup({ severity, group, report, isOutdated }: FindingGroupProps) {
  const [isWhole, setWhole] = useState(false);
  const { findings, action, advice } = group;
  const label = describeAction(action)?.label ?? null;
  const shown = isWhole ? findings : findings.slice(0, mostShown);
  return (
    <div className="findings">
      <div className="findings__head">
        <p className="findings__advice">
          {advice ?? `${plural(findings.length, 'finding')} with their advice`}
        </p>
        {label === null ? null : (
          <MendButton
            label={label}
            report={report}
            findings={findings.map(({ index }) => index)}
            isOutdated={isOutdated}
          />
        )}
      </div>
      <ul className="findings__list">
        {shown.map((found) => (
          <FindingRow key={found.index} found={found} severity={severity} hasAdvice={advice === null} />
        ))}
      </ul>
      {shown.length < findings.length ? (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          Show all {exact(findings.length)}
        </Button>
      ) : null}
    </div>
  );
}

interface FindingRowProps {
  readonly found: IndexedFinding;
  readonly severity: Severity;
  readonly hasAdvice: boolean;
}

function FindingRow({ found: { finding }, severity, hasAdvice }: FindingRowProps) {
  const { icon: SeverityIcon, tone } = icons[severity];
  const { place, message, advice } = finding;
  return (
    <li className="findings__row selectable">
      <SeverityIcon size={16} stroke={1.75} className={tone} aria-label={severityWords[severity].one} />
      <div className="findings__text">
        <span>{message}</span>
        {hasAdvice ? <span className="findings__own-advice">{advice}</span> : null}
      </div>
      <div className="findings__place">
        {place === null ? (
          <span>whole database</span>
        ) : (
          <>
            <PathText path={place.file === '' ? place.root : place.file} canCopy />
            {place.offset === null ? null : (
              <span className="findings__byte">byte {exact(place.offset)}</span>
            )}
          </>
        )}
      </div>
    </li>
  );
}

interface MendButtonProps extends FindingsPanelProps {
  readonly label: string;
  readonly findings: readonly number[];
  readonly isPrimary?: boolean;
}

function MendButton({ label, report, findings, isOutdated, isPrimary = false }: MendButtonProps) {
  const repair = useRepair(report.verificationId);
  const whyNot = useWhyNotVerify();
  const reason = isOutdated ? 'There is a newer verification: mend what that one found.' : whyNot;
  return (
    <Tooltip
      label={reason ?? 'Does it now, and verifies everything again afterwards.'}
      position="left"
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        variant={isPrimary && reason === null ? 'light' : 'default'}
        leftSection={<IconTool size={16} aria-hidden />}
        data-disabled={reason !== null}
        aria-disabled={reason !== null}
        loading={repair.isPending}
        onClick={() => reason === null && repair.mutate(findings)}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

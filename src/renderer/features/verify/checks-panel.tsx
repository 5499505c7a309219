import { Table } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  type Icon,
} from '@tabler/icons-react';
import type { CheckResult } from '../../../shared/verification.ts';
import { statusWords, tierWords } from '../../../shared/verification-words.ts';
import { exact, unknown } from '../../format.ts';
import { Section } from '../../ui/screen.tsx';

const tiers = ['before', 'after', 'cross'] as const;

const looks: Readonly<Record<CheckResult['status'], { readonly icon: Icon; readonly tone: string }>> = {
  passed: { icon: IconCircleCheck, tone: 'tone-good' },
  failed: { icon: IconCircleX, tone: 'tone-bad' },
  warned: { icon: IconAlertTriangle, tone: 'tone-warn' },
  skipped: { icon: IconCircleDashed, tone: 'tone-quiet' },
};

/** Every check, what it looked at, and how much of that was wrong. */
export function ChecksPanel({ checks }: { readonly checks: readonly CheckResult[] }) {
  return tiers.map((tier) => {
    const own = checks.filter((check) => check.tier === tier);
    const { word, meaning } = tierWords[tier];
    return (
      <Section key={tier} title={word} aside={<span className="section__note">{meaning}</span>}>
        {own.length === 0 ? <p className="section__note">No check of this kind was made.</p> : null}
        {own.length === 0 ? null : <ChecksTable label={`Checks: ${word}`} checks={own} />}
      </Section>
    );
  });
}

function ChecksTable({ label, checks }: { readonly label: string; readonly checks: readonly CheckResult[] }) {
  return (
    <Table className="grid-table checks" aria-label={label}>
      <colgroup>
        <col className="checks__col-status" />
        <col />
        <col className="checks__col-number" />
        <col className="checks__col-number" />
      </colgroup>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Result</Table.Th>
          <Table.Th>What has to be so</Table.Th>
          <Table.Th className="number">Looked at</Table.Th>
          <Table.Th className="number">Wrong</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {checks.map(({ check, status, title, detail, checked, wrong }) => {
          const { icon: StatusIcon, tone } = looks[status];
          return (
            <Table.Tr key={check}>
              <Table.Td>
                <span className="with-icon">
                  <StatusIcon size={14} stroke={1.75} aria-hidden className={tone} />
                  {statusWords[status]}
                </span>
              </Table.Td>
              <Table.Td className="checks__title selectable" title={check}>
                {title}
                {detail === '' ? null : <span className="checks__detail">{detail}</span>}
              </Table.Td>
              <Table.Td className="number">{status === 'skipped' ? unknown : exact(checked)}</Table.Td>
              <Table.Td className={wrong > 0 ? 'number tone-bad' : 'number'}>
                {status === 'skipped' ? unknown : exact(wrong)}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

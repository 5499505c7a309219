import { Table } from '@mantine/core';
import { IconAlertTriangle, IconPlayerStop, IconShieldCheck } from '@tabler/icons-react';
import type { VerificationSummary } from '../../../shared/contract.ts';
import { countFiles } from '../../../shared/verification-counts.ts';
import { bytes, duration, exact } from '../../format.ts';
import { OutcomeRow, type OutcomeLook } from '../../ui/outcome-row.tsx';
import { resultWords } from './words.ts';

const looks: Readonly<Record<VerificationSummary['result'], OutcomeLook>> = {
  passed: { icon: IconShieldCheck, tone: 'tone-good' },
  wanting: { icon: IconAlertTriangle, tone: 'tone-bad' },
  cancelled: { icon: IconPlayerStop, tone: 'tone-warn' },
};

interface HistoryProps {
  readonly verifications: readonly VerificationSummary[];
  readonly shown: string;
  readonly onChoose: (verificationId: string) => void;
}

const numbers = ['Errors', 'Warnings', 'Notes', 'Files', 'Not equal', 'Read', 'Took'];

/** The verifications of this machine; one that is chosen is shown above. */
export function History({ verifications, shown, onChoose }: HistoryProps) {
  return (
    <>
      <p className="section__note">
        Choose one to see its report. Files that were equal are not stored with it, only counted.
      </p>
      <Table className="grid-table" aria-label="Verifications" stickyHeader>
        <colgroup>
          <col className="history__col-started" />
          <col className="history__col-result" />
        </colgroup>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Started</Table.Th>
            <Table.Th>Result</Table.Th>
            {numbers.map((label) => (
              <Table.Th key={label} className="number">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {verifications.map((summary) => (
            <HistoryRow
              key={summary.verificationId}
              summary={summary}
              isShown={summary.verificationId === shown}
              onChoose={onChoose}
            />
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

interface HistoryRowProps {
  readonly summary: VerificationSummary;
  readonly isShown: boolean;
  readonly onChoose: (verificationId: string) => void;
}

function HistoryRow({ summary, isShown, onChoose }: HistoryRowProps) {
  const { verificationId, result, startedAt, durationMs, files, findings } = summary;
  const all = countFiles({ files });
  return (
    <OutcomeRow
      startedAt={startedAt}
      shows="the report"
      look={looks[result]}
      outcome={resultWords[result]}
      isChosen={isShown}
      onChoose={() => onChoose(verificationId)}
    >
      <Table.Td className={findings.error > 0 ? 'number tone-bad' : 'number'}>
        {exact(findings.error)}
      </Table.Td>
      <Table.Td className="number">{exact(findings.warning)}</Table.Td>
      <Table.Td className="number">{exact(findings.note)}</Table.Td>
      <Table.Td className="number">{exact(all)}</Table.Td>
      <Table.Td className="number">{exact(all - files.equal)}</Table.Td>
      <Table.Td className="number">{bytes(files.bytesRead)}</Table.Td>
      <Table.Td className="number">{duration(durationMs)}</Table.Td>
    </OutcomeRow>
  );
}

import { Table } from '@mantine/core';
import { memo, useDeferredValue } from 'react';
import { rejectReasons, type Problem, type RejectReason } from '../../../shared/run.ts';
import { exact, plural } from '../../format.ts';
import { PathText } from '../../ui/path-text.tsx';
import { Section } from '../../ui/screen.tsx';
import { rejectWords } from './words.ts';

interface ProblemsListProps {
  readonly problems: readonly Problem[];
  readonly filesFailed: number;
}

const mostKept = 100;
const mostAtOnce = 8;

/** What went wrong without stopping the rest. */
export function ProblemsList({ problems, filesFailed }: ProblemsListProps) {
  // As many as fit; what is further down comes a moment later, when the rest of the screen is there.
  const rows = useDeferredValue(problems, problems.slice(0, mostAtOnce));
  if (problems.length === 0) return null;
  const failed = filesFailed === 0 ? '' : `, ${plural(filesFailed, 'file')} not read to the end`;
  const count =
    problems.length < mostKept ? plural(problems.length, 'problem') : `The first ${mostKept} problems`;
  return (
    <Section title="Problems" aside={<span className="section__note">{count + failed}</span>}>
      <div className="problems" tabIndex={0} role="region" aria-label="List of problems">
        <Table className="grid-table" stickyHeader>
          <colgroup>
            <col className="problems__col-file" />
            <col className="problems__col-offset" />
            <col className="problems__col-reason" />
            <col />
          </colgroup>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>File</Table.Th>
              <Table.Th className="number">At byte</Table.Th>
              <Table.Th>Reason</Table.Th>
              <Table.Th>What happened</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((problem) => (
              <ProblemRow
                key={`${problem.root}\0${problem.file}\0${problem.offset ?? ''}\0${problem.reason}`}
                {...problem}
              />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}

/** A running import announces the same problems again and again: by its plain values, a row is drawn once. */
const ProblemRow = memo(function ProblemRow({ root, file, offset, reason, message }: Problem) {
  return (
    <Table.Tr>
      <Table.Td title={`${root}/${file}`}>
        <PathText path={file} />
      </Table.Td>
      <Table.Td className="number">{offset === null ? 'whole file' : exact(offset)}</Table.Td>
      <Table.Td>{reasonWords(reason)}</Table.Td>
      <Table.Td className="problems__message selectable">{message}</Table.Td>
    </Table.Tr>
  );
});

function reasonWords(reason: string): string {
  const known = rejectReasons.find((known): known is RejectReason => known === reason);
  if (known !== undefined) return rejectWords[known];
  return reason.charAt(0).toUpperCase() + reason.slice(1).replaceAll('-', ' ');
}

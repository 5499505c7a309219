import { Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { columnLooks } from './file-row.tsx';
import { sortedBy, type FileColumn, type FileView } from './file-view.ts';

interface FilesHeadProps {
  readonly columns: readonly FileColumn[];
  readonly view: FileView;
  readonly onView: (view: FileView) => void;
}

/** The heads stay in sight and sort the rows. */
export function FilesHead({ columns, view, onView }: FilesHeadProps) {
  return (
    <Table.Thead>
      <Table.Tr aria-rowindex={1}>
        {columns.map((column) => (
          <SortHead key={column} column={column} view={view} onSort={() => onView(sortedBy(view, column))} />
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

interface SortHeadProps {
  readonly column: FileColumn;
  readonly view: FileView;
  readonly onSort: () => void;
}

function SortHead({ column, view, onSort }: SortHeadProps) {
  const look = columnLooks.find(({ id }) => id === column);
  const isSorted = view.sort === column;
  const direction = view.isDescending ? 'descending' : 'ascending';
  const Arrow = view.isDescending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th className={look?.isNumber ? 'number' : ''} aria-sort={isSorted ? direction : 'none'}>
      <UnstyledButton
        className="sort-head"
        onClick={onSort}
        data-sorted={isSorted || undefined}
        title={look?.title}
      >
        <span>{look?.label}</span>
        <Arrow size={12} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}

import { Table } from '@mantine/core';
import { bytes, compact, exact, plural } from '../../format.ts';
import { columnLooks } from './file-row.tsx';
import type { FileColumn, FileSums } from './file-view.ts';

interface FilesFootProps {
  readonly columns: readonly FileColumn[];
  readonly sums: FileSums;
  readonly total: number;
}

/** Sums over the rows that are shown. */
export function FilesFoot({ columns, sums, total }: FilesFootProps) {
  const texts: Cells = {
    project: {
      text: sums.files === total ? plural(total, 'file') : `${exact(sums.files)} of ${plural(total, 'file')}`,
      title: 'Files shown',
    },
    ...(sums.files === 0 ? {} : numbers(sums)),
  };
  return (
    <Table.Tfoot className="virtual__foot">
      <Table.Tr>
        {columns.map((column) => (
          <Table.Td
            key={column}
            className={columnLooks.find(({ id }) => id === column)?.isNumber ? 'number' : ''}
            title={texts[column]?.title}
          >
            {texts[column]?.text}
          </Table.Td>
        ))}
      </Table.Tr>
    </Table.Tfoot>
  );
}

type Cells = Partial<Record<FileColumn, { readonly text: string; readonly title: string }>>;

function numbers(sums: FileSums): Cells {
  const about = sums.isExact ? '' : 'about ';
  return {
    size: { text: bytes(sums.sizeBytes), title: `${exact(sums.sizeBytes)} bytes` },
    lines: { text: about + compact(sums.lines), title: `${about}${exact(sums.lines)} lines` },
    responses: { text: about + compact(sums.responses), title: `${about}${exact(sums.responses)} responses` },
    tokens: { text: about + compact(sums.tokens), title: `${about}${exact(sums.tokens)} tokens` },
  };
}

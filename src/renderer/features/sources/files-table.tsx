import { Table } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { DiscoveredFile } from '../../../shared/discovery.ts';
import { fileKey } from '../../found-files.ts';
import { useNow } from '../../now.ts';
import { columnLooks, FileRow } from './file-row.tsx';
import type { FileColumn, FileSums, FileView } from './file-view.ts';
import { FilesFoot } from './files-foot.tsx';
import { FilesHead } from './files-head.tsx';
import './files-table.css';

export const rowHeight = 32;
const headHeight = 32;

interface FilesTableProps {
  readonly files: readonly DiscoveredFile[];
  readonly total: number;
  readonly sums: FileSums;
  readonly view: FileView;
  readonly onView: (view: FileView) => void;
  readonly selected: string | null;
  readonly onSelect: (key: string | null) => void;
  /** Shown in place of rows when there are none. */
  readonly empty: ReactNode;
  readonly isBusy: boolean;
}

const allColumns = columnLooks.map(({ id }) => id);
const fewColumns = columnLooks.filter(({ canHide }) => !canHide).map(({ id }) => id);

/** Columns that fit: the two that say least go first when the window is narrow. */
function useColumns(): readonly FileColumn[] {
  const isWide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  return isWide ? allColumns : fewColumns;
}

export function FilesTable(props: FilesTableProps) {
  const { files, view, onView, selected, onSelect, empty, isBusy } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns();
  const nowMs = useNow();
  // No React Compiler here, and nothing memoised takes these functions.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollPaddingStart: headHeight,
    scrollPaddingEnd: rowHeight,
    initialRect: { width: 800, height: 600 },
  });
  const visible = rows.getVirtualItems();
  const before = visible[0]?.start ?? 0;
  const after = rows.getTotalSize() - (visible.at(-1)?.end ?? 0);

  function move(event: KeyboardEvent) {
    if (event.target !== event.currentTarget) return;
    const at = files.findIndex((file) => fileKey(file) === selected);
    const next = target(
      event.key,
      at,
      files.length,
      Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2,
    );
    if (next === null) return;
    event.preventDefault();
    const file = files[next];
    onSelect(file === undefined ? null : fileKey(file));
    if (file !== undefined) rows.scrollToIndex(next);
  }

  return (
    <div className="files" ref={scroller}>
      <Table
        className="grid-table files__table"
        role="grid"
        aria-label="Files"
        aria-rowcount={files.length + 1}
        aria-busy={isBusy}
        {...(selected === null ? {} : { 'aria-activedescendant': `file:${selected}` })}
        tabIndex={0}
        onKeyDown={move}
        stickyHeader
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column} className={`files__col-${column}`} />
          ))}
        </colgroup>
        <FilesHead columns={columns} view={view} onView={onView} />
        <Table.Tbody>
          {files.length === 0 ? (
            <Table.Tr className="files__none">
              <Table.Td colSpan={columns.length}>{empty}</Table.Td>
            </Table.Tr>
          ) : null}
          <Gap height={before} />
          {visible.map(({ index }) => {
            const file = files[index];
            if (file === undefined) return null;
            const key = fileKey(file);
            return (
              <FileRow
                key={key}
                file={file}
                columns={columns}
                rowIndex={index + 2}
                isSelected={key === selected}
                nowMs={nowMs}
                onSelect={onSelect}
              />
            );
          })}
          <Gap height={after} />
        </Table.Tbody>
        <FilesFoot columns={columns} sums={props.sums} total={props.total} />
      </Table>
    </div>
  );
}

/** Stands for the rows outside the window, so that the scroll bar is right. */
function Gap({ height }: { readonly height: number }) {
  return height <= 0 ? null : <tr aria-hidden style={{ height }} />;
}

/** The row a key leads to from row `at` (-1 for none); null when the key means nothing here. */
function target(key: string, at: number, count: number, page: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, last);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'PageDown':
      return Math.min(Math.max(at, 0) + page, last);
    case 'PageUp':
      return Math.max(at - page, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return count;
    default:
      return null;
  }
}

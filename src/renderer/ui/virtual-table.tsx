import { Table } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import './virtual-table.css';

const rowHeight = 32;
const headHeight = 32;

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Class names of the columns, which give them their widths. */
  readonly columns: readonly string[];
  readonly head: ReactNode;
  readonly foot: ReactNode;
  /** A `tr` with the id `rowId(keyOf(row))`. */
  readonly renderRow: (
    row: Row,
    at: { readonly rowIndex: number; readonly isSelected: boolean },
  ) => ReactNode;
  readonly selected: string | null;
  readonly onSelect: (key: string | null) => void;
  /** Shown in place of rows when there are none. */
  readonly empty: ReactNode;
  readonly isBusy?: boolean;
}

export function rowId(key: string): string {
  return `row:${key}`;
}

/** A table of any length that draws only the rows in sight: heads and sums stay, arrow keys move the selection. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { rows, keyOf, columns, selected, onSelect, empty, isBusy = false } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // No React Compiler here, and nothing memoised takes these functions.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollPaddingStart: headHeight,
    scrollPaddingEnd: rowHeight,
    initialRect: { width: 800, height: 600 },
  });
  const visible = virtual.getVirtualItems();
  const before = visible[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (visible.at(-1)?.end ?? 0);

  function move(event: KeyboardEvent) {
    if (event.target !== event.currentTarget) return;
    const at = rows.findIndex((row) => keyOf(row) === selected);
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2;
    const next = target(event.key, at, rows.length, page);
    if (next === null) return;
    event.preventDefault();
    const row = rows[next];
    onSelect(row === undefined ? null : keyOf(row));
    if (row !== undefined) virtual.scrollToIndex(next);
  }

  return (
    <div className="virtual" ref={scroller}>
      <Table
        className="grid-table virtual__table"
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-busy={isBusy}
        {...(selected === null ? {} : { 'aria-activedescendant': rowId(selected) })}
        tabIndex={0}
        onKeyDown={move}
        stickyHeader
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column} className={column} />
          ))}
        </colgroup>
        {props.head}
        <Table.Tbody>
          {rows.length === 0 ? (
            <Table.Tr className="virtual__none">
              <Table.Td colSpan={columns.length}>{empty}</Table.Td>
            </Table.Tr>
          ) : null}
          <Gap height={before} />
          {visible.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return props.renderRow(row, { rowIndex: index + 2, isSelected: keyOf(row) === selected });
          })}
          <Gap height={after} />
        </Table.Tbody>
        {props.foot}
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

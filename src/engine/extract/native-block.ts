import type { Column } from './columns.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** Gives memory for one block of rows. */
export type Allocate = (byteLength: number) => Uint8Array;

/** Memory that can be handed to another thread without a copy. */
export const allocateOwn: Allocate = (byteLength) => new Uint8Array(new ArrayBuffer(byteLength));

/**
 * Encodes columns as one block of ClickHouse's Native format and empties them.
 *
 * The format: number of columns and rows as LEB128, then for each column its name, its type and its values
 * (https://clickhouse.com/docs/interfaces/formats/Native). The server converts a column's type to the table's.
 */
export function takeBlock(
  columns: Readonly<Record<string, Column>>,
  rows: number,
  allocate: Allocate = allocateOwn,
): Uint8Array {
  const entries = Object.entries(columns);
  const heads = entries.map(([name, column]) => headOf(name, column.type));
  const start = new GrowingBytes(16);
  start.varint(entries.length);
  start.varint(rows);
  const byteLength = entries.reduce((sum, [, column]) => sum + column.byteLength, start.used);
  const block = allocate(heads.reduce((sum, head) => sum + head.used, byteLength));
  let at = start.copyTo(block, 0);
  for (const [index, [, column]] of entries.entries()) {
    at = heads[index]?.copyTo(block, at) ?? at;
    at = column.copyTo(block, at);
    column.clear();
  }
  return block;
}

function headOf(name: string, type: string): GrowingBytes {
  const head = new GrowingBytes(64);
  for (const text of [name, type]) {
    head.varint(text.length);
    head.text(text, 'latin1', text.length);
  }
  return head;
}

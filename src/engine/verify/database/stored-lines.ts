import type { ClickHouseClient } from '@clickhouse/client';
import { ask, askForBytes, literal } from '../ask.ts';
import { lineRowSql, type LineRow } from '../disk/line-row.ts';
import type { DatabaseFile } from './file-sums.ts';

/** A row of `lines` with its place. */
export type StoredLine = LineRow & {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  /** Decimal string. */
  readonly offset: string;
};

interface Generation {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
}

/** Lines asked for together, and their bytes: their texts come with them. */
const mostLines = 2000;
const mostBytes = 16 * 1024 * 1024;

const columns = `root, file, generation, toString(offset) AS offset, ${lineRowSql}`;

function select(
  client: ClickHouseClient,
  source: string,
  which: string,
  signal: AbortSignal,
): Promise<StoredLine[]> {
  return askForBytes<StoredLine>(
    client,
    `SELECT ${columns} FROM lines WHERE source = {source:String} AND ${which}
      ORDER BY root, file, generation, lines.offset`,
    { source },
    signal,
  );
}

function nameOf({ root, file, generation }: Generation): string {
  return `(${literal(root)},${literal(file)},${generation})`;
}

/** The same lines every time: those with the smallest hashes of their places. */
export function sampleOfLines(
  client: ClickHouseClient,
  source: string,
  size: number,
  signal: AbortSignal,
): Promise<StoredLine[]> {
  const sample = `(root, file, generation, lines.offset) IN (
    SELECT root, file, generation, offset FROM lines WHERE source = {source:String}
    ORDER BY cityHash64(root, file, generation, offset) LIMIT ${size})`;
  return select(client, source, sample, signal);
}

export function linesAt(
  client: ClickHouseClient,
  source: string,
  places: readonly (Generation & { readonly offset: string })[],
  signal: AbortSignal,
): Promise<StoredLine[]> {
  const names = places
    .map(
      ({ root, file, generation, offset }) => `(${literal(root)},${literal(file)},${generation},${offset})`,
    )
    .join(',');
  return select(client, source, `(root, file, generation, lines.offset) IN (${names})`, signal);
}

/** All lines of all generations, a batch at a time: many small files together, large ones in parts. */
export async function* allLines(
  client: ClickHouseClient,
  source: string,
  files: readonly DatabaseFile[],
  signal: AbortSignal,
): AsyncGenerator<StoredLine[]> {
  let waiting: DatabaseFile[] = [];
  let lines = 0;
  let bytes = 0;
  const take = (): Promise<StoredLine[]> => {
    const names = waiting.map(nameOf).join(',');
    waiting = [];
    lines = 0;
    bytes = 0;
    return select(client, source, `(root, file, generation) IN (${names})`, signal);
  };
  for (const file of files) {
    if (file.lines === 0) continue;
    const isFull = lines + file.lines > mostLines || bytes + file.bytes > mostBytes;
    if (isFull && waiting.length > 0) yield await take();
    if (file.lines > mostLines || file.bytes > mostBytes) {
      yield* partsOf(client, source, file, signal);
      continue;
    }
    waiting.push(file);
    lines += file.lines;
    bytes += file.bytes;
  }
  if (waiting.length > 0) yield await take();
}

async function* partsOf(
  client: ClickHouseClient,
  source: string,
  file: Generation,
  signal: AbortSignal,
): AsyncGenerator<StoredLine[]> {
  const ofFile = `(root, file, generation) = ${nameOf(file)}`;
  const places = await ask<{ offset: string; length: string }>(
    client,
    `SELECT offset, length FROM lines WHERE source = {source:String} AND ${ofFile} ORDER BY offset`,
    { source },
    signal,
  );
  for (const [first, last] of partsByBytes(places)) {
    yield await select(client, source, `${ofFile} AND lines.offset BETWEEN ${first} AND ${last}`, signal);
  }
}

/** First and last offset of parts that are not too large. */
function* partsByBytes(
  places: readonly { readonly offset: string; readonly length: string }[],
): Generator<[string, string]> {
  let first: string | null = null;
  let last = '';
  let lines = 0;
  let bytes = 0;
  for (const { offset, length } of places) {
    const isFull = lines >= mostLines || bytes + Number(length) > mostBytes;
    // Rows of one place stay together.
    if (first !== null && isFull && offset !== last) {
      yield [first, last];
      first = null;
    }
    if (first === null) {
      first = offset;
      lines = 0;
      bytes = 0;
    }
    last = offset;
    lines++;
    bytes += Number(length);
  }
  if (first !== null) yield [first, last];
}

/** Lines with their stored bytes, a few at a time. */
export async function* rawOf(
  client: ClickHouseClient,
  source: string,
  rows: readonly StoredLine[],
  signal: AbortSignal,
): AsyncGenerator<[StoredLine, Buffer]> {
  const byPlace = new Map(rows.map((row) => [`${nameOf(row)}${row.offset}`, row]));
  let waiting: StoredLine[] = [];
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    waiting.push(row);
    bytes += Number(row.length);
    if (bytes < mostBytes && index < rows.length - 1) continue;
    const names = waiting
      .map(
        ({ root, file, generation, offset }) => `(${literal(root)},${literal(file)},${generation},${offset})`,
      )
      .join(',');
    const found = await askForBytes<Generation & { readonly offset: string; readonly bytes: string }>(
      client,
      `SELECT root, file, generation, toString(offset) AS offset, base64Encode(raw) AS bytes FROM lines
        WHERE source = {source:String} AND (root, file, generation, lines.offset) IN (${names})`,
      { source },
      signal,
    );
    for (const line of found) {
      const known = byPlace.get(`${nameOf(line)}${line.offset}`);
      if (known) yield [known, Buffer.from(line.bytes, 'base64')];
    }
    waiting = [];
    bytes = 0;
  }
}

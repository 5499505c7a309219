import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import xxhash from 'xxhash-wasm';
import {
  compareLines,
  type CompareLinesResult,
  type LineToCompare,
} from '../../../src/engine/verify/disk/compare-lines.ts';
import { countColumns, textColumns, type LineRow } from '../../../src/engine/verify/disk/line-row.ts';
import { UsageCounter } from '../../../src/engine/verify/disk/count-usage.ts';
import { readFile, type FileReading } from '../../../src/engine/verify/disk/read-file.ts';
import { textOf } from '../extract/native-decoder.ts';

export const hasher = await xxhash();

const folder = mkdtempSync(join(tmpdir(), 'tokenhouse-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;

/** Writes a file that is gone after the tests. */
export function write(bytes: Uint8Array | string): string {
  const path = join(folder, `${number++}.jsonl`);
  writeFileSync(path, bytes);
  return path;
}

interface How {
  readonly file?: string;
  readonly limit?: number;
  readonly until?: number;
  readonly chunkBytes?: number;
  readonly longest?: number;
}

/** Reads bytes as a file; all of them are said to be in the database unless `until` says otherwise. */
export function read(bytes: Uint8Array | string, how: How = {}): FileReading {
  const path = write(bytes);
  const { file = 'project/file.jsonl', limit = Buffer.byteLength(bytes), until = Infinity, ...sizes } = how;
  return readFile({ path, file, limit, until }, hasher, sizes);
}

/** Counts the responses of a store. */
export function count(files: Readonly<Record<string, Uint8Array | string>>): UsageCounter {
  const counter = new UsageCounter();
  for (const [file, bytes] of Object.entries(files)) counter.merge(read(bytes, { file }).usage);
  return counter;
}

/** A decoded row of the import (one character a byte, bigints) as the database answers it in JSON. */
export function jsonRow(row: Readonly<Record<string, unknown>>): LineRow {
  const string = (name: string): string => textOf(String(row[name]));
  const { timestamp } = row;
  return {
    ...(Object.fromEntries(textColumns.map((name) => [name, string(name)])) as Record<
      (typeof textColumns)[number],
      string
    >),
    ...(Object.fromEntries(countColumns.map((name) => [name, String(row[name])])) as Record<
      (typeof countColumns)[number],
      string
    >),
    kind: string('kind'),
    reject_reason: string('reject_reason'),
    session_id: string('session_id'),
    project: string('project'),
    is_sidechain: row['is_sidechain'] === true,
    timestamp:
      timestamp === null
        ? null
        : new Date(Number(timestamp)).toISOString().replace('T', ' ').replace('Z', ''),
    tool_names: (row['tool_names'] as string[]).map(textOf),
    length: String(row['length']),
    hash: String(row['hash']),
    raw: string('raw'),
    raw_hash: String(hasher.h64Raw(Buffer.from(String(row['raw']), 'latin1'))),
    privacy: string('privacy'),
    text: string('text'),
    estimated_tokens: Number(row['estimated_tokens']),
    category: string('category'),
    schema: string('schema'),
    unknown_fields: (row['unknown_fields'] as string[]).map(textOf),
    parser_version: Number(row['parser_version']),
  };
}

/** Compares rows of the import with the bytes of their file. */
export function compareRows(
  bytes: Uint8Array,
  rows: readonly Readonly<Record<string, unknown>>[],
  file = 'project/file.jsonl',
): CompareLinesResult {
  const path = write(bytes);
  const lines: LineToCompare[] = rows.map((row) => ({
    path,
    file,
    offset: Number(row['offset']),
    length: Number(row['length']),
    row: jsonRow(row),
  }));
  return compareLines({ lines }, hasher);
}

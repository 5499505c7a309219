import { emptyRecord, expectedRecord, type ExpectedRecord } from './expected-row.ts';
import type { FileOrigin } from './file-origin.ts';
import { countColumns, textColumns, type LineRow } from './line-row.ts';
import { parserColumns } from './parser-columns.ts';
import { hashLine, type Hasher } from './read-lines.ts';
import { rejectReasons } from './reject-reason.ts';

/** A column whose value is not what the line says. Values are cut to {@link longestShown} characters. */
export interface Difference {
  readonly column: string;
  /** By the line on disk. */
  readonly expected: string;
  /** In the database. */
  readonly actual: string;
}

/** A line as it stands on disk, and its row. */
export interface LineWithRow {
  readonly bytes: Buffer;
  /** As the database has it. */
  readonly file: string;
  readonly offset: number;
  readonly row: LineRow;
  readonly origin: FileOrigin;
}

const longestShown = 100;
const hashOfNothing = 0xef46db3751d8e999n.toString();

/** Compares every column that can be derived from the line alone. */
export function compareLine(line: LineWithRow, hasher: Hasher): Difference[] {
  const differences = new Differences();
  const { bytes, row } = line;
  const hash = hashLine(bytes, hasher).toString();
  differences.compare('length', bytes.length, row.length);
  differences.compare('hash', hash, row.hash);
  compareRaw(bytes, hash, row, differences);
  // A line that the database refused is kept as a reject whatever it says.
  const isRefused = row.kind === 'reject' && row.reject_reason === 'refused-by-database';
  const record = isRefused ? null : expectedRecord(bytes, line);
  const kind = record === null ? 'reject' : 'record';
  differences.compare('kind', kind, row.kind);
  // What is taken for something else differs in every column: the reason is enough.
  if (kind !== row.kind) return differences.found;
  const reasons: readonly string[] = isRefused
    ? [row.reject_reason]
    : record === null
      ? rejectReasons(bytes)
      : [''];
  differences.compareAny('reject_reason', reasons, row.reject_reason);
  compareColumns(record ?? emptyRecord, line, differences);
  if (record !== null && row.privacy === 'full') compareText(record, row, differences);
  for (const [column, expected] of (isRefused ? null : parserColumns(bytes, row)) ?? []) {
    const actual = row[column as 'category' | 'schema' | 'unknown_fields'];
    differences.compare(column, expected, typeof actual === 'string' ? actual : JSON.stringify(actual));
  }
  return differences.found;
}

/** The list of what differs. */
class Differences {
  readonly found: Difference[] = [];

  compare(column: string, expected: string | number, actual: string | number | undefined): void {
    if (String(expected) !== String(actual)) this.add(column, String(expected), String(actual));
  }

  compareAny(column: string, allowed: readonly string[], actual: string): void {
    if (!allowed.includes(actual)) this.add(column, [...new Set(allowed)].join(' or '), actual);
  }

  add(column: string, expected: string, actual: string): void {
    this.found.push({ column, expected: shown(expected), actual: shown(actual) });
  }
}

function shown(value: string): string {
  return value.length <= longestShown ? value : `${value.slice(0, longestShown - 1)}…`;
}

/** Of a line whose secrets were masked only the hash of the original is known. */
function compareRaw(bytes: Buffer, hash: string, row: LineRow, differences: Differences): void {
  const isFull = row.privacy === 'full';
  if (row.privacy === 'redacted') return;
  if (row.raw_hash !== (isFull ? hash : hashOfNothing)) {
    const stored = row.raw ?? `other bytes (xxHash64 ${row.raw_hash})`;
    differences.add('raw', isFull ? bytes.toString('utf8', 0, longestShown * 4) : '', stored);
  } else if (row.raw !== undefined) {
    differences.compare('raw', isFull ? bytes.toString('utf8') : '', row.raw);
  }
  if (!isFull && row.text !== undefined) differences.compare('text', '', row.text);
}

function compareColumns(record: ExpectedRecord, line: LineWithRow, differences: Differences): void {
  const { row, origin } = line;
  for (const column of textColumns) differences.compare(column, record.texts[column], row[column]);
  for (const column of countColumns) differences.compare(column, record.counts[column], row[column]);
  const sessions = record.session === '' ? origin.sessions : [record.session];
  differences.compareAny('session_id', sessions, row.session_id);
  differences.compareAny('project', origin.projects, row.project);
  differences.compare('is_sidechain', Number(record.isSidechain), Number(row.is_sidechain));
  const { timestampMs } = record;
  const timestamp = timestampMs === null ? 'null' : new Date(timestampMs).toISOString();
  differences.compare('timestamp', timestamp.replace('T', ' ').replace('Z', ''), row.timestamp ?? 'null');
  differences.compare('tool_names', JSON.stringify(record.toolNames), JSON.stringify(row.tool_names));
}

/** The searchable text must contain what was written, and its estimate must be a quarter of its bytes. */
function compareText(record: ExpectedRecord, row: LineRow, differences: Differences): void {
  const { text } = row;
  if (text === undefined) return;
  const missing = record.pieces.find((piece) => !text.includes(piece));
  if (missing !== undefined) differences.add('text', missing, text);
  if (row.estimated_tokens === undefined) return;
  const bytes = Buffer.byteLength(text);
  // Texts are joined by newlines that are not counted; a character that stands for broken bytes is longer than they are.
  const joints = text.split('\n').length - 1;
  const least = text.includes('\ufffd') ? 0 : Math.ceil((bytes - joints) / 4);
  const most = Math.ceil(bytes / 4);
  const estimate = Number(row.estimated_tokens) - 100 * record.toolNames.length;
  if (estimate >= least && estimate <= most) return;
  differences.add(
    'estimated_tokens',
    `${least} to ${most} and 100 per tool call`,
    String(row.estimated_tokens),
  );
}

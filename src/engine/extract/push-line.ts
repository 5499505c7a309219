import type { PrivacyLevel } from '../../shared/privacy.ts';
import { createRedactor } from '../privacy/redact.ts';
import type { StringColumn, TextEncoding } from './native-block.ts';
import type { ParsedLine } from './parse-line.ts';
import { pushRecord, pushReject, type FileContext } from './push-record.ts';
import type { Evidence } from './response-evidence.ts';
import type { LinePlace, LineRows } from './rows.ts';

/**
 * Rises when the columns of a line change: `reparse` then parses the lines of older parsers again, from their bytes in the
 * database.
 */
export const parserVersion = 1;

/** A line and all that its row says beside the parsed columns. */
export interface LineToPush {
  readonly parsed: ParsedLine;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** In the file. */
  readonly offset: number;
  /** xxHash64 of the bytes, whatever of them is stored. */
  readonly hash: bigint;
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly importedAtMs: number;
  readonly privacy: PrivacyLevel;
}

const redactor = createRedactor();
const privacyCodes = { full: 1, redacted: 2, metadata: 3 } as const satisfies Record<PrivacyLevel, number>;

/** Pushes one row of `lines`. `own` is the evidence of the line's own usage, if it has one. */
export function pushLine(
  line: LineToPush,
  place: LinePlace,
  context: FileContext,
  own: Evidence | undefined,
  lines: LineRows,
): void {
  const { parsed, privacy } = line;
  lines.pushPlace(place, line.offset, line.runId);
  const { columns } = lines;
  columns.length.push(line.end - line.start);
  columns.hash.pushUnsigned(line.hash);
  pushRaw(columns.raw, line);
  columns.imported_at.push(line.importedAtMs);
  columns.privacy.push(privacyCodes[privacy]);
  columns.parser_version.push(parserVersion);
  const keepTexts = (texts: readonly string[], encoding: TextEncoding): readonly string[] =>
    storedTexts(texts, encoding, privacy);
  if (parsed.kind === 'record') pushRecord(parsed, own, context, keepTexts, lines);
  // The parser's message quotes the line.
  else pushReject(parsed, context, keepTexts([parsed.message], 'utf8')[0] ?? '', lines);
}

function pushRaw(column: StringColumn, { bytes, start, end, privacy }: LineToPush): void {
  switch (privacy) {
    case 'full':
      column.pushBytes(bytes, start, end);
      return;
    case 'redacted':
      column.push(redactor.redact(bytes.toString('latin1', start, end), 'latin1'), 'latin1');
      return;
    case 'metadata':
      column.push('', 'latin1');
  }
}

function storedTexts(
  texts: readonly string[],
  encoding: TextEncoding,
  privacy: PrivacyLevel,
): readonly string[] {
  if (privacy === 'metadata') return [];
  return privacy === 'full' ? texts : texts.map((text) => redactor.redact(text, encoding));
}

import type { PrivacyLevel } from '../../shared/privacy.ts';
import { createRedactor } from '../privacy/redact.ts';
import type { TextEncoding } from './growing-bytes.ts';
import type { ParsedLine } from './parse-line.ts';
import { pushRecord, pushReject, type FileContext, type KeepTexts } from './push-record.ts';
import { readContent } from './record-content.ts';
import type { Evidence } from './response-evidence.ts';
import type { LinePlace, LineRows } from './rows.ts';
import { isObject } from './usage.ts';

/**
 * Rises when the columns of a line change: `reparse` then parses the lines of older parsers again, from their bytes in the
 * database.
 */
export const parserVersion = 2;

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

/** What of a line's content is stored at its privacy level. */
interface StoredContent {
  /** The bytes to store, as latin1. Null: the bytes of the line as they are. */
  readonly raw: string | null;
  readonly keepTexts: KeepTexts;
}

/** Pushes one row of `lines`. `own` is the evidence of the line's own usage, if it has one. */
export function pushLine(
  line: LineToPush,
  place: LinePlace,
  context: FileContext,
  own: Evidence | undefined,
  lines: LineRows,
): void {
  const { parsed, privacy, bytes, start, end } = line;
  const stored = contentOf(line);
  lines.pushPlace(place, line.offset, line.runId);
  const { columns } = lines;
  columns.length.push(end - start);
  columns.hash.pushUnsigned(line.hash);
  if (stored.raw === null) columns.raw.pushBytes(bytes, start, end);
  else columns.raw.push(stored.raw, 'latin1');
  columns.imported_at.push(line.importedAtMs);
  columns.privacy.push(privacyCodes[privacy]);
  columns.parser_version.push(parserVersion);
  if (parsed.kind === 'record') pushRecord(parsed, own, context, stored.keepTexts, lines);
  else pushReject(parsed, context, storedMessage(parsed.message, privacy), lines);
}

/** The message of a reject quotes the line, and so follows its privacy level. */
export function storedMessage(message: string, privacy: PrivacyLevel): string {
  if (privacy === 'metadata') return '';
  return privacy === 'full' ? message : redactor.redact(message, 'utf8');
}

function contentOf({ parsed, bytes, start, end, privacy }: LineToPush): StoredContent {
  if (privacy === 'full') return { raw: null, keepTexts: (texts) => texts };
  if (privacy === 'metadata') return { raw: '', keepTexts: () => [] };
  const source = bytes.toString('latin1', start, end);
  const masked = redactor.redact(source, 'latin1');
  return {
    raw: masked,
    keepTexts: (texts, encoding) => {
      // Behind which key a text stood is what tells a password from a word: so texts come out of the masked record.
      const kept = masked === source || parsed.kind === 'reject' ? texts : textsOf(masked, encoding);
      return kept.map((text) => redactor.redact(text, encoding));
    },
  };
}

/** The searchable texts of a masked record, in the encoding of the line. */
function textsOf(masked: string, encoding: TextEncoding): readonly string[] {
  const text = encoding === 'latin1' ? masked : Buffer.from(masked, 'latin1').toString('utf8');
  const record: unknown = JSON.parse(text);
  return isObject(record) ? readContent(record).texts : [];
}

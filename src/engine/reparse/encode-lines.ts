import { parseLine } from '../extract/parse-line.ts';
import { pushLine } from '../extract/push-line.ts';
import { pushEvidence } from '../extract/push-record.ts';
import { EvidenceRows, LineRows } from '../extract/rows.ts';
import type { EncodedRows } from '../extract/task.ts';
import type { StoredLine } from './stored-lines.ts';

/** Lines parsed again by the parser of today. */
export interface ReparsedLines {
  readonly lines: EncodedRows;
  readonly evidence: EncodedRows;
}

/** Parses stored lines again and encodes their rows; everything that is not parsed stays as it was. */
export function encodeLines(stored: readonly StoredLine[]): ReparsedLines {
  const lines = new LineRows();
  const evidence = new EvidenceRows();
  for (const line of stored) {
    const { raw, offset, hash, runId, importedAtMs } = line;
    const parsed = parseLine(raw, 0, raw.length);
    const said = parsed.kind === 'record' ? pushEvidence(parsed, line, offset, line, evidence) : [];
    const row = { parsed, bytes: raw, start: 0, end: raw.length, offset, hash, runId, importedAtMs };
    pushLine({ ...row, privacy: 'full' }, line, line, said[0], lines);
  }
  return { lines: lines.take(), evidence: evidence.take() };
}

import type { RejectReason } from '../../shared/run.ts';
import type { TextEncoding } from './growing-bytes.ts';
import { longestLine } from './split-lines.ts';
import { isObject } from './usage.ts';

/** What became of a line: a record, or a reject with the reason. */
export type ParsedLine =
  | {
      readonly kind: 'record';
      readonly record: Readonly<Record<string, unknown>>;
      /** How strings of the record are to be written back as bytes. */
      readonly encoding: TextEncoding;
    }
  | { readonly kind: 'reject'; readonly reason: RejectReason; readonly message: string };

/**
 * Parses one line.
 *
 * The bytes are decoded as latin1, which leaves every byte above ASCII as one character: JSON's structure is ASCII, so
 * it parses the same, and strings written back as latin1 are the original bytes, valid UTF-8 or not. That is about twice
 * as fast as decoding UTF-8. A line with `\u` escapes is decoded as UTF-8, because an escape may stand for a character
 * that is not one byte.
 */
export function parseLine(bytes: Buffer, start: number, end: number): ParsedLine {
  if (end - start > longestLine) {
    return {
      kind: 'reject',
      reason: 'too-long',
      message: `The line has ${end - start} bytes; the most is ${longestLine}.`,
    };
  }
  let text = bytes.toString('latin1', start, end);
  const encoding = text.includes('\\u') ? 'utf8' : 'latin1';
  if (encoding === 'utf8') text = bytes.toString('utf8', start, end);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return rejectUnparsed(text, error.message);
  }
  if (isObject(value) && !Array.isArray(value)) return { kind: 'record', record: value, encoding };
  const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  return {
    kind: 'reject',
    reason: 'not-an-object',
    message: `A record is a JSON object; this line is ${found}.`,
  };
}

function reject(reason: RejectReason, message: string): ParsedLine {
  return { kind: 'reject', reason, message };
}

/** Names the kinds of damage seen in genuine files (format.md 2). */
function rejectUnparsed(text: string, parserMessage: string): ParsedLine {
  if (text.includes('\0')) {
    return reject('nul-bytes', 'The line holds NUL bytes: the writer crashed or the disk lost power.');
  }
  const trimmed = text.trim();
  if (trimmed.startsWith('{') && holdsTwoRecords(trimmed)) {
    return reject('two-records', 'Two records stand on one line: the newline between them is missing.');
  }
  if (!trimmed.startsWith('{') && trimmed.endsWith('}')) {
    return reject('headless', 'The start of the record is missing.');
  }
  return reject('not-json', printable(parserMessage));
}

/** Whether the text splits into JSON objects at some `}{`. Tries at most a hundred places. */
function holdsTwoRecords(text: string): boolean {
  let at = text.indexOf('}{');
  for (let tries = 0; at >= 0 && tries < 100; tries++) {
    if (isJson(text.slice(0, at + 1))) return true;
    at = text.indexOf('}{', at + 1);
  }
  return false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** V8 quotes the offending text in its message: cut it to one short line of ASCII. */
function printable(message: string): string {
  return message.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
}

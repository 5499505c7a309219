import type { RejectReason } from '../../../shared/run.ts';
import { longestParsed } from './json-line.ts';

/**
 * Why a line is no record, for one that is none. Several reasons when it is not clear whether a character beyond ASCII at
 * its start or end is white space or damage.
 */
export function rejectReasons(line: Buffer): readonly RejectReason[] {
  if (line.length > longestParsed) return ['too-long'];
  const text = line.toString('utf8');
  if (isJson(text)) return ['not-an-object'];
  if (line.includes(0)) return ['nul-bytes'];
  if (isBeyondAscii(line.at(0)) || isBeyondAscii(line.at(-1))) return ['headless', 'not-json', 'two-records'];
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return [trimmed.endsWith('}') ? 'headless' : 'not-json'];
  const end = endOfObject(trimmed);
  return [trimmed[end] === '{' && isJson(trimmed.slice(0, end)) ? 'two-records' : 'not-json'];
}

function isBeyondAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80;
}

/** Behind the brace that closes the object with which `text` starts; its length when none does. */
function endOfObject(text: string): number {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const token = text[at];
    if (isString && token === '\\') at++;
    else if (token === '"') isString = !isString;
    else if (!isString && token === '{') depth++;
    else if (!isString && token === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

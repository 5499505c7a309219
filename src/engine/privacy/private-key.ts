import { endOfRun, type Detector, type Span } from './detector.ts';

/**
 * PEM private keys, whole or cut off at either end.
 *
 * The line breaks may be line breaks or escapes of any depth; before a line may stand what tools print there: a line
 * number with an arrow, the mark of a diff, the indent of YAML, the quotes of a program.
 */

const begin = /-----BEGIN [A-Z0-9 ]{0,30}$/;
const end = /-----END [A-Z0-9 ]{0,30}$/;
const dashesAfter = /PRIVATE KEY(?: BLOCK)?-----/y;

const lineBreak = String.raw`(?:\r|\n|\\{1,64}[nr])`;
/** `→` is three characters when its bytes were decoded as latin1. */
const margin = String.raw`(?:${lineBreak}|\\{1,64}t|[ \t+>|#*]|-(?=-----END|[^-])|\d{1,6}(?:\t|→|\u00e2\u0086\u0092|\\{1,64}t|[:|] ))`;
const gap = new RegExp(`${margin}{0,64}`, 'y');
const keyRun = /(?:[A-Za-z0-9+/=]|\\{1,64}\/){1,4096}/y;
const pemHeader = /(?:Proc-Type|DEK-Info|Version|Comment|Hash): [^\\\n"]{1,80}/y;
const pemEnd = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/y;

export const privateKeyDetector: Detector = {
  literals: ['PRIVATE K'],
  find: (text, at, from) => {
    dashesAfter.lastIndex = at;
    if (!dashesAfter.test(text)) return undefined;
    const before = text.slice(Math.max(from, at - 45), at);
    const opening = begin.exec(before);
    if (opening) return fromBegin(text, at - before.length + opening.index, dashesAfter.lastIndex);
    const closing = end.exec(before);
    return closing ? toEnd(text, at - before.length + closing.index, dashesAfter.lastIndex, from) : undefined;
  },
};

/** The key from its first line on: to its last line, or to where it was cut off. */
function fromBegin(text: string, start: number, body: number): Span | undefined {
  let at = body;
  let masked = 0;
  for (;;) {
    const line = readFrom(gap, text, at);
    const header = readFrom(pemHeader, text, line);
    if (header > line) {
      at = header;
      continue;
    }
    const close = readFrom(pemEnd, text, line);
    if (close > line) return masked > 0 ? { start, end: close, rule: 'private-key' } : undefined;
    const next = endOfRun(text, line, keyRun);
    // A short line is the key's last one, or the word after a key that was cut off.
    const isKey = next - line >= 16 || (next > line && masked > 0 && isLastLine(text, next));
    if (!isKey) return masked > 0 ? { start, end: masked, rule: 'private-key' } : undefined;
    at = next;
    masked = next;
  }
}

function isLastLine(text: string, at: number): boolean {
  const next = readFrom(gap, text, at);
  return (
    next === text.length ||
    text[next] === '"' ||
    text.startsWith('-----END', at) ||
    readFrom(pemEnd, text, next) > next
  );
}

function readFrom(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const marginEnd = new RegExp(`${margin}{1,64}$`);

/** A key whose beginning was cut off, by its last line. */
function toEnd(text: string, closing: number, finish: number, from: number): Span | undefined {
  let start = closing;
  let isKey = false;
  for (;;) {
    const window = text.slice(Math.max(from, start - 96), start);
    const lineEnd = start - (marginEnd.exec(window)?.[0].length ?? 0);
    const lineStart = startOfLine(text, lineEnd, from);
    const length = lineEnd - lineStart;
    // Only the last line of a key is short.
    const isLast = start === closing && length > 0;
    if (length < 16 && !isLast) return isKey ? { start, end: finish, rule: 'private-key' } : undefined;
    isKey ||= length >= 16;
    start = lineStart;
  }
}

function startOfLine(text: string, lineEnd: number, from: number): number {
  let at = lineEnd;
  while (at > from) {
    if (isKeyCode(text.charCodeAt(at - 1))) at--;
    else if (text[at - 1] === '\\' && text[at] === '/' && at < lineEnd) at--;
    else break;
  }
  // The letter of an escaped line break is no part of the line.
  if (at === 0 || text[at - 1] !== '\\') return at;
  return Math.min(lineEnd, at + (text[at] === 'u' ? 5 : 1));
}

function isKeyCode(code: number): boolean {
  return (
    (code >= 0x2f && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x2b ||
    code === 0x3d
  );
}

/** What a piece of ClickHouse SQL is, as far as cutting statements apart needs to know. */
export type TokenKind = 'word' | 'number' | 'string' | 'identifier' | 'heredoc' | 'symbol' | 'unterminated';

/** One token; `start` and `end` are byte offsets. Comments and white space are left out. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Upper-cased text of a word, the character of a symbol, else empty. */
  readonly word: string;
}

const space = /[ \t\n\r\f\v]/;
const wordPart = /[A-Za-z0-9_$]/;
const numberPart = /[A-Za-z0-9_.$]/;

/** ‘…’ and “…” as latin1 text of their UTF-8 bytes. They know no escapes. */
const curlyQuotes = [
  { open: '\u00e2\u0080\u0098', close: '\u00e2\u0080\u0099', kind: 'string' },
  { open: '\u00e2\u0080\u009c', close: '\u00e2\u0080\u009d', kind: 'identifier' },
] as const;

/**
 * Walks over ClickHouse SQL token by token.
 *
 * It follows `src/Parsers/Lexer.cpp` of ClickHouse: `\` and doubled quotes escape inside '…', "…" and `…`; comments
 * are `--`, `//`, `#` before a space or `!`, and nesting block comments; `$tag$ … $tag$` is a heredoc. The text is
 * bytes read as latin1: offsets are byte offsets, and what is not UTF-8 keeps its length.
 */
export function* tokens(text: string, from = 0): Generator<Token, void, undefined> {
  let at = from;
  for (;;) {
    at = skipBlank(text, at);
    if (at >= text.length) return;
    const token = readToken(text, at);
    yield token;
    at = token.end;
  }
}

/** The offset of the next byte that is neither white space nor a comment. An open comment reaches to the end. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text[at];
    if (char === undefined) return at;
    if (space.test(char)) at += 1;
    else if (startsLineComment(text, at)) at = after(text, '\n', at);
    else if (text.startsWith('/*', at)) at = afterBlockComment(text, at);
    else return at;
  }
}

function startsLineComment(text: string, at: number): boolean {
  const pair = text.slice(at, at + 2);
  return pair === '--' || pair === '//' || pair === '# ' || pair === '#!';
}

function afterBlockComment(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start + 2;
  for (let depth = 1; depth > 0;) {
    const found = mark.exec(text);
    if (found === null) return text.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (first === "'") return quoted(text, start, 'string');
  if (first === '"' || first === '`') return quoted(text, start, 'identifier');
  const special = readCurlyQuoted(text, start) ?? readHeredoc(text, start);
  if (special !== undefined) return special;
  if (first >= '0' && first <= '9') {
    return { kind: 'number', start, end: span(text, start + 1, numberPart), word: '' };
  }
  if (wordPart.test(first)) {
    const end = span(text, start + 1, wordPart);
    return { kind: 'word', start, end, word: text.slice(start, end).toUpperCase() };
  }
  return { kind: 'symbol', start, end: start + 1, word: first };
}

function span(text: string, from: number, part: RegExp): number {
  let at = from;
  for (let char = text[at]; char !== undefined && part.test(char); char = text[at]) at += 1;
  return at;
}

function quoted(text: string, start: number, kind: 'string' | 'identifier'): Token {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === quote) {
      if (text[at + 1] !== quote) return { kind, start, end: at + 1, word: '' };
      at += 1;
    }
  }
  return { kind: 'unterminated', start, end: text.length, word: '' };
}

function readCurlyQuoted(text: string, start: number): Token | undefined {
  for (const { open, close, kind } of curlyQuotes) {
    if (!text.startsWith(open, start)) continue;
    const end = text.indexOf(close, start + open.length);
    if (end === -1) return { kind: 'unterminated', start, end: text.length, word: '' };
    return { kind, start, end: end + close.length, word: '' };
  }
  return undefined;
}

/** A `$` that opens no heredoc is part of a word. */
function readHeredoc(text: string, start: number): Token | undefined {
  if (text[start] !== '$') return undefined;
  const tagEnd = text.indexOf('$', start + 1);
  if (tagEnd === -1) return undefined;
  const tag = text.slice(start, tagEnd + 1);
  const close = text.indexOf(tag, tagEnd + 1);
  if (close === -1) return undefined;
  return { kind: 'heredoc', start, end: close + tag.length, word: '' };
}

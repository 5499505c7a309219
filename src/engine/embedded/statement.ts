import { skipBlank, tokens, type Token } from './lexer.ts';

/** Where the rows of an INSERT begin, as byte offsets into the text that was looked at. */
export interface InsertSplit {
  /** The statement up to its VALUES or FORMAT; it ends with a line break, so that text can be put behind it. */
  readonly statement: string;
  readonly format: string;
  /** Offset just behind VALUES or the name of the format. */
  readonly markerEnd: number;
  /** First byte of the rows when they follow the statement in the same text. */
  readonly dataStart: number;
}

/** What the first bytes of a request are. */
export type Opening =
  | { readonly kind: 'more' }
  | { readonly kind: 'insert'; readonly split: InsertSplit }
  | { readonly kind: 'other' };

/**
 * Looks for the point where the rows of an `INSERT ... VALUES` or `INSERT ... FORMAT` begin.
 *
 * The rows are never read as SQL: the engine's own client ends inline rows at a blank line and runs what follows
 * (docs/decisions/0002). With `isWhole` false the answer is `more` until the point is certain.
 */
export function findRows(text: string, isWhole: boolean): Opening {
  const seen: Token[] = [];
  let depth = 0;
  for (const token of tokens(text)) {
    // The last token may go on in text that is still to come.
    if (!isWhole && token.end >= text.length) return { kind: 'more' };
    seen.push(token);
    if (seen[0]?.word !== 'INSERT') return { kind: 'other' };
    if (seen.length <= targetLength(seen)) continue;
    if (token.word === '(') depth += 1;
    if (token.word === ')') depth -= 1;
    const opening = readMarker(text, seen, depth, isWhole);
    if (opening !== undefined) return opening;
  }
  if (!isWhole) return { kind: 'more' };
  if (seen[0] === undefined) return { kind: 'other' };
  return found(text, text.length, 'Values', text.length, text.length);
}

/** What the last of the seen tokens decides, if anything. */
function readMarker(
  text: string,
  seen: readonly Token[],
  depth: number,
  isWhole: boolean,
): Opening | undefined {
  const token = seen.at(-1);
  const previous = seen.at(-2);
  if (token === undefined || previous === undefined || previous.word === '.') return undefined;
  if (isSelect(token) && (depth === 0 || (depth === 1 && previous.word === '('))) return { kind: 'other' };
  if (depth !== 0) return undefined;
  if (token.word === 'INFILE' && previous.word === 'FROM') return { kind: 'other' };
  const followsFormat = previous.word === 'FORMAT' && seen.length - 1 > targetLength(seen);
  if (!followsFormat)
    return token.word === 'VALUES' ? found(text, token.start, 'Values', token.end, token.end) : undefined;
  if (!isName(token)) return undefined;
  const dataStart = skipToRows(text, token.end);
  if (!isWhole && dataStart >= text.length) return { kind: 'more' };
  return found(text, previous.start, unquote(text.slice(token.start, token.end)), token.end, dataStart);
}

function found(text: string, end: number, format: string, markerEnd: number, dataStart: number): Opening {
  return { kind: 'insert', split: { statement: `${text.slice(0, end)}\n`, format, markerEnd, dataStart } };
}

/** How many tokens name the target: `INSERT INTO [TABLE] [FUNCTION] name[.name]`. A table may be called `values`. */
function targetLength(seen: readonly Token[]): number {
  let length = 1;
  if (seen[length]?.word === 'INTO') length += 1;
  if (seen[length]?.word === 'TABLE' && seen[length + 1]?.word !== '(') length += 1;
  if (seen[length]?.word === 'FUNCTION' && seen[length + 1]?.word !== '(') length += 1;
  length += 1;
  if (seen[length]?.word === '.') length += 2;
  return length;
}

function isSelect(token: Token): boolean {
  return token.word === 'SELECT' || token.word === 'WITH' || token.word === 'WATCH';
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'identifier';
}

function unquote(name: string): string {
  return /^[`"]/.test(name) ? name.slice(1, -1) : name;
}

/** `ParserInsertQuery.cpp`: blanks on the line of the format's name, then at most one line break. */
function skipToRows(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\f') at += 1;
  if (text[at] === '\r') at += 1;
  if (text[at] === '\n') at += 1;
  return at;
}

/** The shape of a statement that carries no rows. */
export interface PlainStatement {
  /** The statement without a `;` behind it. */
  readonly text: string;
  readonly isEmpty: boolean;
  /** There is a second statement behind the first. */
  readonly isSeveral: boolean;
  readonly firstWord: string;
  /** `FORMAT name` at the end: the name and where the clause begins. */
  readonly format?: { readonly name: string; readonly start: number };
  /** A clause that makes the engine's built-in client touch files: INTO OUTFILE, FROM INFILE. */
  readonly fileClause?: string;
  /** It reads rows from the request: `input('structure')`. */
  readonly readsInput: boolean;
  readonly isUnterminated: boolean;
}

/** Reads a whole statement as far as answering it needs. */
export function describeStatement(text: string): PlainStatement {
  const all = [...tokens(text)];
  const cut = all.findIndex((token) => token.word === ';');
  const own = cut === -1 ? all : all.slice(0, cut);
  const behind = cut === -1 ? [] : all.slice(cut);
  const format = findFormat(text, own);
  const fileClause = findFileClause(own);
  return {
    text: text.slice(0, cut === -1 ? text.length : all[cut]?.start),
    isEmpty: own.length === 0,
    isSeveral: behind.some((token) => token.word !== ';'),
    firstWord: own[0]?.word ?? '',
    ...(format === undefined ? {} : { format }),
    ...(fileClause === undefined ? {} : { fileClause }),
    readsInput: own.some((token, index) => token.word === 'INPUT' && own[index + 1]?.word === '('),
    isUnterminated: own.some((token) => token.kind === 'unterminated'),
  };
}

function findFormat(text: string, own: readonly Token[]): { name: string; start: number } | undefined {
  let depth = 0;
  for (const [index, token] of own.entries()) {
    if (token.word === '(' || token.word === '[') depth += 1;
    if (token.word === ')' || token.word === ']') depth -= 1;
    const name = own[index + 1];
    const next = own[index + 2];
    if (token.word !== 'FORMAT' || depth !== 0 || name === undefined || !isName(name)) continue;
    if (own[index - 1]?.word === '.') continue;
    if (next === undefined || (next.word === 'SETTINGS' && own[index + 3] !== undefined)) {
      return { name: unquote(text.slice(name.start, name.end)), start: token.start };
    }
  }
  return undefined;
}

function findFileClause(own: readonly Token[]): string | undefined {
  for (const [index, token] of own.entries()) {
    const next = own[index + 1];
    const path = own[index + 2];
    if (path?.kind !== 'string') continue;
    if (token.word === 'INTO' && next?.word === 'OUTFILE') return 'INTO OUTFILE';
    if (token.word === 'FROM' && next?.word === 'INFILE') return 'FROM INFILE';
  }
  return undefined;
}

/**
 * What stands between the marker of an INSERT and the end of a query that came in the URL.
 *
 * `settings` is a SETTINGS clause that the engine wants before the format; `rows` is the beginning of the rows.
 */
export function readTail(text: string, split: InsertSplit): { settings: string; rows: string } {
  let at = skipBlank(text, split.markerEnd);
  while (text[at] === ';') at = skipBlank(text, at + 1);
  if (at >= text.length) return { settings: '', rows: '' };
  const rest = text.slice(at);
  if (split.format !== 'Values' && /^SETTINGS\s/i.test(rest)) return { settings: `${rest}\n`, rows: '' };
  return { settings: '', rows: text.slice(split.dataStart) };
}

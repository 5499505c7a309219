/** A stretch of text that is judged: it is masked by a rule, or it has the form of a secret and is none (null). */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly rule: string | null;
}

/** Recognises one kind of secret at the places where one of its literals stands. */
export interface Detector {
  /**
   * What the text must hold, at least three characters each.
   *
   * The scan looks for the last three characters of a literal, so a literal is best cut where these are rare.
   */
  readonly literals: readonly string[];
  readonly ignoresCase?: boolean;
  /** Judges the literal that stands at `at`; a span never starts before `from`. */
  readonly find: (text: string, at: number, from: number) => Span | undefined;
}

/**
 * Whether a word can start at `at`. What lies before `from` is judged already, and may be a mask by now.
 *
 * The text may be JSON source, nested to any depth, so a letter before `at` is no part of the word when it belongs to
 * an escape (`\n`, `\u003c`, `%3D`) or ends a terminal colour (`[32m`).
 */
export function startsWord(text: string, at: number, from: number): boolean {
  if (at === from || !isWordCode(text.charCodeAt(at - 1))) return true;
  if (at >= 2 && text[at - 2] === '\\' && 'nrtbf'.includes(text.charAt(at - 1))) return true;
  const before = text.slice(Math.max(0, at - 12), at);
  return escapeBefore.test(before);
}

const escapeBefore = /\\u[0-9a-fA-F]{4}$|%[0-9A-F]{2}$|\[[0-9;]{0,9}m$/;

/** Whether the character at `at` is the second one of an escape, so that a mask must not start with it. */
export function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    (code >= 0x61 && code <= 0x7a)
  );
}

/** Source text of regular expressions for what JSON, HTML and URLs write in several ways, at any depth of nesting. */
export const written = {
  quote: String.raw`(?:\\{0,64}["'${'`'}]|\\{1,64}u002[27]|&quot;|&#39;|%22)`,
  equals: String.raw`(?:=>|:=|={1,3}|:|\\{1,64}u003[dD]|%3D)`,
  slash: String.raw`(?:\\{0,64}\/)`,
  ampersand: String.raw`(?:&amp;|&|\\{1,64}u0026)`,
  space: String.raw`(?:[ \t]|\\{1,64}t){0,8}`,
  /** `/`, `+`, `=` and `&` of a value, written as escapes. */
  escapedSymbol: String.raw`\\{1,64}(?:\/|u00(?:26|2[bBfF]|3[dD]))`,
};

/**
 * Most characters a regular expression may see or repeat at once.
 *
 * V8 remembers every step of a repetition and throws a RangeError when a run of some five million characters is one.
 */
export const windowLength = 4096;

/** The end of the run of characters that starts at `from`. `run` is sticky and repeats at most `windowLength` times. */
export function endOfRun(text: string, from: number, run: RegExp): number {
  let at = from;
  for (;;) {
    run.lastIndex = at;
    if (!run.test(text) || run.lastIndex === at) return at;
    at = run.lastIndex;
  }
}

/**
 * A JSON object as it stands in a line. Nothing about its fields is known: every one may be missing or of another type.
 *
 * Everything under `verify/disk` reads lines anew and shares no code with the import, so that a mistake there is not
 * repeated here.
 */
export type Json = Readonly<Record<string, unknown>>;

/** V8 holds no longer string (2^29 - 24 characters), so a longer line can't be parsed: it is a reject. In bytes. */
export const longestParsed = 500_000_000;

/** Objects and arrays. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/**
 * The JSON object that a line is, or null when it is anything else.
 *
 * Read as latin1 it is an object exactly when it is one read as UTF-8, at twice the speed; but only strings of plain ASCII
 * are then the right ones.
 */
export function parseObject(line: Buffer, encoding: 'latin1' | 'utf8'): Json | null {
  if (line.length > longestParsed) return null;
  let value: unknown;
  try {
    value = JSON.parse(line.toString(encoding));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return isObject(value) && !Array.isArray(value) ? value : null;
}

/** A string as the database gives it back: half a surrogate pair can't be stored, U+FFFD stands in its place. */
export function text(value: unknown): string {
  if (typeof value !== 'string') return '';
  return /[\ud800-\udfff]/.test(value) ? Buffer.from(value, 'utf8').toString('utf8') : value;
}

/** White space only, in the sense of `String.prototype.trim`. */
export function isBlank(line: Buffer): boolean {
  let at = 0;
  while (at < line.length && isAsciiSpace(line[at])) at++;
  if (at === line.length) return true;
  const first = line[at];
  // White space beyond ASCII: U+00A0, U+1680, U+2000 to U+205F, U+3000, U+FEFF. In UTF-8 they start with these bytes.
  const mayBeSpace = first === 0xc2 || first === 0xe1 || first === 0xe2 || first === 0xe3 || first === 0xef;
  return mayBeSpace && line.length <= longestParsed && line.toString('utf8', at).trim() === '';
}

function isAsciiSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

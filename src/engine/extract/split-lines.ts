const newline = 0x0a;

/** V8 can't hold a longer string; a longer line is kept as bytes and rejected. */
export const longestLine = 500_000_000;

/** Where one line lies in a buffer. `end` excludes the newline, `next` is where the following line starts. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  readonly isTerminated: boolean;
}

/**
 * Lines of `bytes[from, to)`, split at byte 0x0A only: U+2028 and lone carriage returns occur raw inside genuine
 * records (format.md 2). A last line without a newline is given with `isTerminated` false.
 */
export function* splitLines(bytes: Uint8Array, from: number, to: number): Generator<LineSpan> {
  let start = from;
  while (start < to) {
    const found = bytes.indexOf(newline, start);
    if (found < 0 || found >= to) {
      yield { start, end: to, next: to, isTerminated: false };
      return;
    }
    yield { start, end: found, next: found + 1, isTerminated: true };
    start = found + 1;
  }
}

/** The byte order mark of UTF-8, allowed at the start of a file and nowhere else. */
export const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

export function startsWithByteOrderMark(bytes: Uint8Array): boolean {
  return byteOrderMark.every((byte, index) => bytes[index] === byte);
}

/** Whether a line holds nothing but white space, in the sense of `String.prototype.trim`. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start];
  if (start === end) return true;
  // Every white-space character of Unicode starts in UTF-8 with one of these bytes.
  if (
    first === undefined ||
    !(first <= 0x20 || first === 0xc2 || (first >= 0xe1 && first <= 0xe3) || first === 0xef)
  )
    return false;
  if (end - start > longestLine) return false;
  return bytes.toString('utf8', start, end).trim() === '';
}

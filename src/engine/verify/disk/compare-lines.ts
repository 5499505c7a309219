import { closeSync, openSync, readSync } from 'node:fs';
import { compareLine, type Difference } from './compare-line.ts';
import { readOrigin } from './file-origin.ts';
import type { LineRow } from './line-row.ts';
import { markLength, type Hasher } from './read-lines.ts';

/** A line to read again, and its row. */
export interface LineToCompare {
  /** Absolute path to open. */
  readonly path: string;
  /** Its name relative to its root, as the database has it. */
  readonly file: string;
  readonly offset: number;
  /** Bytes without the newline, as the database has it. */
  readonly length: number;
  readonly row: LineRow;
}

/** Lines of one file should follow each other: it is then opened once. */
export interface CompareLinesTask {
  readonly lines: readonly LineToCompare[];
}

/** One line that is not what the database has. */
export interface DifferentLine {
  /** In the task. */
  readonly index: number;
  /** Never empty. `offset` or `length` alone when no such line stands there. */
  readonly differences: readonly Difference[];
}

export interface UnreadLine {
  readonly index: number;
  /** Of the file system's error. */
  readonly code: string;
  readonly message: string;
}

export interface CompareLinesResult {
  /** Lines that were read and compared. */
  readonly compared: number;
  readonly different: readonly DifferentLine[];
  readonly unread: readonly UnreadLine[];
}

/** Reads lines again and compares them with their rows, column by column. */
export function compareLines(task: CompareLinesTask, hasher: Hasher): CompareLinesResult {
  const different: DifferentLine[] = [];
  const unread: UnreadLine[] = [];
  let open: OpenFile | null = null;
  try {
    for (const [index, line] of task.lines.entries()) {
      try {
        if (open?.path !== line.path || open.file !== line.file) {
          open?.close();
          open = null;
          open = new OpenFile(line.path, line.file, hasher);
        }
        const differences = open.compare(line);
        if (differences.length > 0) different.push({ index, differences });
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error)) throw error;
        unread.push({ index, code: String(error.code), message: error.message });
      }
    }
  } finally {
    open?.close();
  }
  return { compared: task.lines.length - unread.length, different, unread };
}

const newline = 0x0a;

class OpenFile {
  readonly #descriptor: number;
  readonly #mark: number;
  readonly #origin;

  constructor(
    readonly path: string,
    readonly file: string,
    readonly hasher: Hasher,
  ) {
    this.#origin = readOrigin(path, file, hasher);
    this.#descriptor = openSync(path, 'r');
    this.#mark = markLength(this.#descriptor, Infinity);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  compare({ offset, length, row }: LineToCompare): readonly Difference[] {
    const before = offset === this.#mark || this.#read(offset - 1, 1)[0] === newline;
    if (!before) return [{ column: 'offset', expected: 'the start of a line', actual: String(offset) }];
    // One more byte tells whether the line ends there.
    const found = this.#read(offset, length + 1);
    const end = found.indexOf(newline);
    const isWhole = end === length || (end < 0 && found.length === length);
    if (!isWhole || length === 0) {
      const expected =
        end >= 0 ? String(end) : found.length <= length ? String(found.length) : `over ${length}`;
      return [{ column: 'length', expected, actual: String(length) }];
    }
    const line = { bytes: found.subarray(0, length), file: this.file, offset, row, origin: this.#origin };
    return compareLine(line, this.hasher);
  }

  #read(position: number, length: number): Buffer {
    if (position < 0) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, bytes, filled, length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }
}

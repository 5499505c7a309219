import { closeSync, openSync } from 'node:fs';
import { columnText } from './column-sum.ts';
import { UsageCounter, type PackedUsage } from './count-usage.ts';
import { readOrigin } from './file-origin.ts';
import { isBlank, parseObject } from './json-line.ts';
import { hashLine, markLength, readLines, type Hasher, type RawLine } from './read-lines.ts';
import { readUsage } from './read-usage.ts';

/** A file to read from its start. */
export interface ReadFileTask {
  /** Absolute path to open. */
  readonly path: string;
  /** Its name relative to its root, as the database has it. */
  readonly file: string;
  /** Bytes to read at most: its size when it was found. */
  readonly limit: number;
  /** Every line that starts before is said to be in the database (`files.imported_bytes`); 0 when none is. */
  readonly until: number;
}

/** Lines of a file added up. */
export interface LineSums {
  /** Records and rejects. */
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  /** Lines of white space. */
  readonly blanks: number;
  /** Bytes of the lines that are not blank, without newlines. */
  readonly bytes: number;
  /** Sum of their xxHash64 modulo 2^64, as ClickHouse adds up UInt64. */
  readonly checksum: bigint;
  /** Sum of xxHash64 × (offset + 1) modulo 2^64: tells also when lines changed places. */
  readonly orderedChecksum: bigint;
}

/** What a file holds. */
export interface FileReading {
  readonly all: LineSums;
  /** Of the lines that start before `until`. */
  readonly imported: LineSums;
  readonly bytesRead: number;
  /** Bytes of a last line without newline that is no JSON object, with the byte order mark when only that is before it. */
  readonly pendingBytes: number;
  /** Those are white space: counted among the blanks, whereas a half-written line is counted nowhere. */
  readonly isPendingBlank: boolean;
  /** Sum of the xxHash64 of the columns of the records that start before `until`, see `column-sum.ts`. */
  readonly columnSum: bigint;
  /** Sum of xxHash64 × (offset + 1) modulo 2^64 of the blank lines that start before `until`. */
  readonly gapChecksum: bigint;
  /** Responses of the lines that start before `until`. */
  readonly usage: PackedUsage;
}

const mask64 = (1n << 64n) - 1n;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const nothing: LineSums = {
  lines: 0,
  records: 0,
  rejects: 0,
  blanks: 0,
  bytes: 0,
  checksum: 0n,
  orderedChecksum: 0n,
};

function addLine(sums: Mutable<LineSums>, line: RawLine, hash: bigint): void {
  sums.lines++;
  sums.bytes += line.length;
  sums.checksum = (sums.checksum + hash) & mask64;
  sums.orderedChecksum = (sums.orderedChecksum + hash * BigInt(line.offset + 1)) & mask64;
}

/**
 * Reads a file once: its lines, their bytes and hashes, and what they say about responses.
 *
 * Throws the file system's error when the file can't be read. `sizes` are for tests.
 */
export function readFile(
  task: ReadFileTask,
  hasher: Hasher,
  sizes: { readonly chunkBytes?: number; readonly longest?: number } = {},
): FileReading {
  const { limit, until, file } = task;
  const descriptor = openSync(task.path, 'r');
  try {
    const imported: Mutable<LineSums> = { ...nothing };
    const behind: Mutable<LineSums> = { ...nothing };
    const usage = new UsageCounter();
    const [fileSession = ''] = readOrigin(task.path, file, hasher).sessions;
    let columnSum = 0n;
    const from = markLength(descriptor, limit);
    let bytesRead = from;
    let pendingBytes = 0;
    let isPendingBlank = from > 0;
    let gapChecksum = 0n;
    for (const line of readLines(descriptor, { from, limit, hasher, ...sizes })) {
      const { offset, bytes, isTerminated } = line;
      bytesRead = offset + line.length + Number(isTerminated);
      const isClaimed = offset < until;
      const sums = isClaimed ? imported : behind;
      isPendingBlank = false;
      if (bytes !== null && isBlank(bytes)) {
        sums.blanks++;
        if (isTerminated) {
          if (isClaimed) gapChecksum = (gapChecksum + hashLine(bytes, hasher) * BigInt(offset + 1)) & mask64;
          continue;
        }
        isPendingBlank = true;
        pendingBytes = bytesRead - startOf(line, from);
        continue;
      }
      const record = bytes === null ? null : parseObject(bytes, 'latin1');
      if (record === null && !isTerminated) {
        pendingBytes = bytesRead - startOf(line, from);
        continue;
      }
      addLine(sums, line, bytes === null ? line.hash : hashLine(bytes, hasher));
      if (record === null || bytes === null) {
        sums.rejects++;
        continue;
      }
      sums.records++;
      if (!isClaimed) continue;
      const columns = Buffer.from(columnText(record, { file, offset }, fileSession), 'latin1');
      columnSum = (columnSum + hashLine(columns, hasher)) & mask64;
      for (const entry of readUsage(bytes, record, { file, offset })) usage.add(entry, file);
    }
    if (from > 0 && bytesRead === from) {
      behind.blanks++;
      pendingBytes = from;
    }
    return {
      all: added(imported, behind),
      imported,
      bytesRead,
      pendingBytes,
      isPendingBlank,
      columnSum,
      gapChecksum,
      usage: usage.pack(),
    };
  } finally {
    closeSync(descriptor);
  }
}

/** Where a line starts when the byte order mark in front of it is counted with it. */
function startOf(line: RawLine, from: number): number {
  return line.offset === from ? 0 : line.offset;
}

function added(a: LineSums, b: LineSums): LineSums {
  return {
    lines: a.lines + b.lines,
    records: a.records + b.records,
    rejects: a.rejects + b.rejects,
    blanks: a.blanks + b.blanks,
    bytes: a.bytes + b.bytes,
    checksum: (a.checksum + b.checksum) & mask64,
    orderedChecksum: (a.orderedChecksum + b.orderedChecksum) & mask64,
  };
}

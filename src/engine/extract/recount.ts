import { closeSync, openSync, readSync } from 'node:fs';
import { fsErrorCode } from '../discover/describe-fs-error.ts';
import { readFileContext } from './file-context.ts';
import { headBytes, mask64, tailBytes } from './markers.ts';
import type { FileContext } from './push-record.ts';
import { byteOrderMark, isBlank, splitLines, startsWithByteOrderMark } from './split-lines.ts';
import type { Marker } from './task.ts';

/** Which lines of a file to count again. */
export interface RecountTask {
  /** Absolute path to open. */
  readonly path: string;
  /** Its name relative to its root, which tells its session. */
  readonly file: string;
  /** Start of a line, or the end of one whose newline may still follow. */
  readonly from: number;
  /** Lines that start before are counted, to their ends. */
  readonly until: number;
}

/** What a stretch of a file holds, in the terms of a checkpoint. */
export interface Recount {
  /** Lines that are not blank. */
  readonly lines: number;
  readonly blanks: number;
  /** Sum of the xxHash64 of the lines, modulo 2^64. */
  readonly checksum: bigint;
  /** Sum of xxHash64 × (offset + 1) of the lines, modulo 2^64. */
  readonly orderedChecksum: bigint;
  /** Where the last line ends, after its newline when it has one; `from` without lines. */
  readonly end: number;
  readonly isUnterminated: boolean;
  /** Of the first bytes of the file, no more than up to `end`. */
  readonly head: Marker;
  /** Of the bytes just before `end`. */
  readonly tail: Marker;
  /** Project and session of the file; empty unless it was read from its start. */
  readonly context: FileContext;
}

const noContext: FileContext = { project: '', sessionId: '' };

const chunkBytes = 4 << 20;

/**
 * Reads lines of a file again and adds them up, without parsing them: the proof that what the database has of the file is
 * what the file holds.
 *
 * Throws the file system's error when the file can't be read.
 */
export function recount(task: RecountTask, hash: (bytes: Uint8Array) => bigint): Recount {
  const descriptor = openSync(task.path, 'r');
  try {
    const sums = countLines(descriptor, task, hash);
    const head = read(descriptor, 0, Math.min(headBytes, sums.end));
    const tailLength = Math.min(tailBytes, sums.end);
    const tail = read(descriptor, sums.end - tailLength, tailLength);
    return {
      ...sums,
      head: { length: head.length, hash: hash(head) },
      tail: { length: tail.length, hash: hash(tail) },
      context: task.from === 0 ? readFileContext(task.path, task.file) : noContext,
    };
  } finally {
    closeSync(descriptor);
  }
}

/** What a worker answers: on its way between threads an error of the file system would lose its code. */
export type RecountAnswer =
  { readonly recount: Recount } | { readonly failure: { readonly code: string; readonly message: string } };

/** {@link recount} in a worker. */
export function answerRecount(task: RecountTask, hash: (bytes: Uint8Array) => bigint): RecountAnswer {
  try {
    return { recount: recount(task, hash) };
  } catch (error) {
    const code = fsErrorCode(error);
    if (code === '' || !(error instanceof Error)) throw error;
    return { failure: { code, message: error.message } };
  }
}

/** What a worker has answered; throws the file system's error when the file could not be read. */
export function recountOf(answer: RecountAnswer): Recount {
  if ('recount' in answer) return answer.recount;
  const { code, message } = answer.failure;
  throw Object.assign(new Error(message), { code });
}

type Sums = Omit<Recount, 'head' | 'tail' | 'context'>;

function countLines(descriptor: number, task: RecountTask, hash: (bytes: Uint8Array) => bigint): Sums {
  const { from, until } = task;
  let lines = 0;
  let blanks = 0;
  let checksum = 0n;
  let orderedChecksum = 0n;
  let end = from;
  let isUnterminated = false;
  let waitingBlanks = 0;
  for (const { bytes, start, stop, offset, isTerminated } of linesOf(descriptor, from)) {
    if (offset >= until) break;
    if (isBlank(bytes, start, stop)) {
      waitingBlanks++;
      continue;
    }
    // Blanks behind the last line belong to what follows.
    blanks += waitingBlanks;
    waitingBlanks = 0;
    const lineHash = hash(bytes.subarray(start, stop));
    lines++;
    checksum = (checksum + lineHash) & mask64;
    orderedChecksum = (orderedChecksum + lineHash * BigInt(offset + 1)) & mask64;
    end = offset + stop - start + Number(isTerminated);
    isUnterminated = !isTerminated;
  }
  return { lines, blanks, checksum, orderedChecksum, end, isUnterminated };
}

interface Line {
  readonly bytes: Buffer;
  /** Indexes in `bytes`; the newline is not included. */
  readonly start: number;
  readonly stop: number;
  /** In the file. */
  readonly offset: number;
  readonly isTerminated: boolean;
}

/** Every line from `from` on, read in pieces that grow with the longest line. */
function* linesOf(descriptor: number, from: number): Generator<Line> {
  let base = from === 0 ? skipped(descriptor) : skippedNewline(descriptor, from);
  let wanted = chunkBytes;
  for (;;) {
    const bytes = read(descriptor, base, wanted);
    const isLast = bytes.length < wanted;
    const whole = isLast ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
    if (whole === 0 && !isLast) {
      wanted *= 2;
      continue;
    }
    for (const line of splitLines(bytes, 0, whole)) {
      const { start, end, isTerminated } = line;
      yield { bytes, start, stop: end, offset: base + start, isTerminated };
    }
    if (isLast) return;
    base += whole;
    wanted = chunkBytes;
  }
}

/** A byte order mark is no part of the first line. */
function skipped(descriptor: number): number {
  const mark = read(descriptor, 0, byteOrderMark.length);
  return startsWithByteOrderMark(mark) ? byteOrderMark.length : 0;
}

/** Behind a line that had no newline when it was imported its newline may have come. */
function skippedNewline(descriptor: number, from: number): number {
  const [before, next] = read(descriptor, from - 1, 2);
  return before !== 0x0a && next === 0x0a ? from + 1 : from;
}

function read(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

import { readSync } from 'node:fs';
import { longestParsed } from './json-line.ts';

/** What is used of xxhash-wasm. */
export interface Hasher {
  h64Raw(bytes: Uint8Array): bigint;
  create64(): { update(bytes: Uint8Array): unknown; digest(): bigint };
}

/** One line of a file. */
export type RawLine = {
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bytes without the newline. */
  readonly length: number;
  readonly isTerminated: boolean;
} & (
  | {
      /** Good until the next line is asked for. */
      readonly bytes: Buffer;
    }
  | {
      /** It is longer than {@link longestParsed}: it was hashed in passing and is not held. */
      readonly bytes: null;
      readonly hash: bigint;
    }
);

/** Which bytes to read and in what steps. Tests read in small ones. */
export interface Reading {
  readonly from: number;
  /** Bytes from here on are not read. */
  readonly limit: number;
  readonly hasher: Hasher;
  readonly chunkBytes?: number;
  readonly longest?: number;
}

const usualChunk = 1 << 20;
const newline = 0x0a;

/**
 * Lines of a file, split at byte 0x0A only: U+2028 and lone carriage returns stand raw inside genuine records.
 *
 * Holds one chunk, or the longest line so far that was not too long.
 */
export function* readLines(descriptor: number, reading: Reading): Generator<RawLine> {
  const { limit, hasher, longest = longestParsed } = reading;
  // A small file needs no large buffer.
  const chunk = Math.min(reading.chunkBytes ?? usualChunk, Math.max(1, limit - reading.from));
  let buffer = Buffer.allocUnsafe(chunk);
  let base = reading.from;
  let filled = 0;
  for (;;) {
    const searched = filled;
    const room = Math.min(buffer.length - filled, limit - base - filled);
    const count = room <= 0 ? 0 : readSync(descriptor, buffer, filled, room, base + filled);
    filled += count;
    const held = buffer.subarray(0, filled);
    let start = 0;
    let end = held.indexOf(newline, searched);
    for (; end >= 0; end = held.indexOf(newline, start)) {
      yield {
        bytes: held.subarray(start, end),
        offset: base + start,
        length: end - start,
        isTerminated: true,
      };
      start = end + 1;
    }
    if (count === 0) {
      if (start === filled) return;
      yield {
        bytes: held.subarray(start),
        offset: base + start,
        length: filled - start,
        isTerminated: false,
      };
      return;
    }
    base += start;
    const rest = held.subarray(start);
    filled = rest.length;
    if (filled > longest) {
      const line = skim(descriptor, base, rest, limit, hasher, chunk);
      yield line;
      base += line.length + Number(line.isTerminated);
      filled = 0;
      buffer = Buffer.allocUnsafe(chunk);
    } else if (filled === buffer.length) {
      buffer = copied(rest, Math.max(filled + 1, Math.min(filled * 2, longest + 1)));
    } else if (buffer.length > chunk && filled < chunk) {
      buffer = copied(rest, chunk);
    } else rest.copy(buffer, 0);
  }
}

function copied(bytes: Buffer, capacity: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(capacity);
  bytes.copy(larger, 0);
  return larger;
}

/** Hashes a line that is too long to be held, of which `start` is known. */
function skim(
  descriptor: number,
  offset: number,
  start: Buffer,
  limit: number,
  hasher: Hasher,
  chunk: number,
): RawLine {
  const stream = hasher.create64();
  updateInSteps(stream, start);
  const bytes = Buffer.allocUnsafe(Math.max(chunk, 4096));
  let length = start.length;
  for (;;) {
    const room = Math.min(bytes.length, limit - offset - length);
    const count = room <= 0 ? 0 : readSync(descriptor, bytes, 0, room, offset + length);
    const end = bytes.subarray(0, count).indexOf(newline);
    const part = bytes.subarray(0, end < 0 ? count : end);
    stream.update(part);
    length += part.length;
    if (end < 0 && count > 0) continue;
    return { bytes: null, hash: stream.digest(), offset, length, isTerminated: end >= 0 };
  }
}

/** xxhash-wasm copies what it hashes into a memory that never shrinks: a long line goes in pieces. */
const hashedAtOnce = 4 << 20;

/** xxHash64, equal to ClickHouse's `xxHash64(raw)`. */
export function hashLine(bytes: Uint8Array, hasher: Hasher): bigint {
  if (bytes.length <= hashedAtOnce) return hasher.h64Raw(bytes);
  const stream = hasher.create64();
  updateInSteps(stream, bytes);
  return stream.digest();
}

function updateInSteps(stream: ReturnType<Hasher['create64']>, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += hashedAtOnce)
    stream.update(bytes.subarray(at, at + hashedAtOnce));
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes of the byte order mark at the start of a file: 3 or 0. It belongs to no line. */
export function markLength(descriptor: number, limit: number): number {
  const head = Buffer.alloc(mark.length);
  const count = readSync(descriptor, head, 0, Math.min(mark.length, limit), 0);
  return count === mark.length && head.equals(mark) ? mark.length : 0;
}

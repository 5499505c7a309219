import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { contextOf, headBytes } from './file-context.ts';
import { parseLine } from './parse-line.ts';
import type { FileContext } from './push-record.ts';
import { byteOrderMark, isBlank, splitLines, startsWithByteOrderMark, type LineSpan } from './split-lines.ts';
import type { BatchBuilder } from './batch-builder.ts';
import { tailBytes } from './markers.ts';
import { readExactly, type ReadBuffer } from './read-buffer.ts';
import type { Segment } from './task.ts';

/** How much is looked through at a time when the last line of a range goes on behind it. */
const lookAhead = 1 << 20;

/**
 * Extracts the lines that start in one range of a file into batches.
 *
 * The way of a range: read its bytes, find the first line that starts in it, go on to the end of the last one, split at
 * newlines, parse each line, push rows.
 * Throws the file system's error when the file can't be read; what was pushed before stays good.
 */
export function extractSegment(segment: Segment, batches: BatchBuilder, buffer: ReadBuffer): void {
  const descriptor = openSync(segment.path, 'r');
  try {
    if (String(fstatSync(descriptor, { bigint: true }).ino) !== segment.inode) throw new ReplacedError();
    const { from, to } = segment;
    const range = buffer.read(descriptor, from, to - from);
    const leadLength = Math.min(from, tailBytes);
    const lead = readExactly(descriptor, from - leadLength, leadLength);
    const start = firstLineStart(lead, range, segment);
    if (start === null) return;
    const bytes = readOn(descriptor, buffer, segment);
    const context = contextOf(readHead(descriptor, bytes, segment), segment.file);
    batches.open(segment, context, from + start, bytes, lead);
    extractLines(bytes, start, segment, context, batches);
    batches.close();
  } finally {
    buffer.release();
    closeSync(descriptor);
  }
}

/** Another file has taken the place of the one that was found; the next run looks at it. */
class ReplacedError extends Error {
  readonly code = 'changed';

  constructor() {
    super('Another file took its place while it was read. The next run reads it.');
  }
}

/** The head of the file, which is that of the range when it starts the file and is long enough. */
function readHead(descriptor: number, bytes: Buffer, { from, limit }: Segment): Buffer {
  const wanted = Math.min(headBytes, limit);
  return from === 0 && bytes.length >= wanted ? bytes : readExactly(descriptor, 0, wanted);
}

/** The bytes of the range and on to the end of the last line that starts in it. */
function readOn(descriptor: number, buffer: ReadBuffer, { from, limit }: Segment): Buffer {
  if (buffer.length === 0 || buffer.bytes.at(-1) === 0x0a) return buffer.bytes;
  const position = from + buffer.length;
  // Looked for first, so that a line of hundreds of megabytes gets the memory it needs and no more.
  const end = findLineEnd(descriptor, position, limit);
  buffer.readOn(descriptor, position, end - position);
  return buffer.bytes;
}

/** Where the line that goes on at `position` ends, behind its newline; `limit` when it has none. */
function findLineEnd(descriptor: number, position: number, limit: number): number {
  const chunk = Buffer.allocUnsafe(lookAhead);
  for (let at = position; at < limit;) {
    const read = readSync(descriptor, chunk, 0, Math.min(chunk.length, limit - at), at);
    if (read === 0) break;
    const newline = chunk.subarray(0, read).indexOf(0x0a);
    if (newline >= 0) return at + newline + 1;
    at += read;
  }
  return limit;
}

/** Index in `range` of the first line that starts in it, given the bytes before it; null when none does. */
function firstLineStart(lead: Buffer, range: Buffer, segment: Segment): number | null {
  if (segment.startsLine) return segment.followsUnterminated && range[0] === 0x0a ? 1 : 0;
  if (lead.at(-1) === 0x0a) return 0;
  const start = range.indexOf(0x0a) + 1;
  return start === 0 || segment.from + start >= segment.to ? null : start;
}

function extractLines(
  bytes: Buffer,
  start: number,
  segment: Segment,
  context: FileContext,
  batches: BatchBuilder,
): void {
  const hasMark = segment.from === 0 && startsWithByteOrderMark(bytes);
  const at = hasMark ? byteOrderMark.length : start;
  let isMarkPending = hasMark;
  const flushMark = (): void => {
    if (isMarkPending) batches.pushByteOrderMark(bytes.subarray(0, at));
    isMarkPending = false;
  };
  if (hasMark && at === bytes.length) {
    batches.leavePending(bytes.length, true);
    return;
  }
  // The mark in front of a line goes with it.
  const startOf = (line: LineSpan): number => (isMarkPending ? 0 : line.start);
  for (const line of splitLines(bytes, at, bytes.length)) {
    // A line that starts behind the range belongs to the next one.
    if (segment.from + startOf(line) >= segment.to) break;
    const offset = segment.from + line.start;
    if (isBlank(bytes, line.start, line.end)) {
      if (!line.isTerminated) {
        batches.leavePending(line.end - startOf(line), true);
        return;
      }
      flushMark();
      batches.pushBlank(offset, bytes.subarray(line.start, line.end), segment.from + line.next);
      continue;
    }
    const parsed = parseLine(bytes, line.start, line.end);
    if (parsed.kind === 'reject' && !line.isTerminated) {
      batches.leavePending(line.end - startOf(line), false);
      return;
    }
    flushMark();
    batches.pushLine(parsed, bytes, line, offset, context);
  }
}

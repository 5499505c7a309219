import { closeSync, openSync, readSync } from 'node:fs';
import { contextOf, readFileContext } from './file-context.ts';
import { parseLine } from './parse-line.ts';
import type { FileContext } from './push-record.ts';
import { isBlank, splitLines, startsWithByteOrderMark, type LineSpan } from './split-lines.ts';
import type { BatchBuilder } from './batch-builder.ts';
import type { Segment } from './task.ts';

/** How much a range is extended at a time when its last line goes on behind it. */
const extension = 1 << 20;

/**
 * Extracts the lines that start in one range of a file into batches.
 *
 * The way of a range: read its bytes, go on to the end of its last line, split at newlines, parse each line, push rows.
 * Throws the file system's error when the file can't be read; what was pushed before stays good.
 */
export function extractSegment(segment: Segment, batches: BatchBuilder): void {
  const descriptor = openSync(segment.path, 'r');
  try {
    const bytes = readRange(descriptor, segment);
    const context =
      segment.from === 0 ? contextOf(bytes, segment.file) : readFileContext(segment.path, segment.file);
    const start = firstLineStart(descriptor, bytes, segment);
    if (start === null) return;
    batches.open(segment, context, segment.from + start, bytes);
    extractLines(bytes, start, segment, context, batches);
    batches.close();
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes from `segment.from` to the end of the last line that starts in the range. */
function readRange(descriptor: number, segment: Segment): Buffer {
  const { from, to, limit } = segment;
  let bytes = readExactly(descriptor, from, to - from);
  while (from + bytes.length < limit && bytes.length > 0 && bytes.at(-1) !== 0x0a) {
    // Doubling keeps a line of many megabytes from being copied once per megabyte.
    const wanted = Math.min(limit - from - bytes.length, Math.max(extension, bytes.length));
    const more = readExactly(descriptor, from + bytes.length, wanted);
    if (more.length === 0) break;
    const newline = more.indexOf(0x0a);
    bytes = Buffer.concat([bytes, newline < 0 ? more : more.subarray(0, newline + 1)]);
  }
  return bytes;
}

/** Reads `length` bytes, fewer only when the file has become shorter. */
function readExactly(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

/** Index in `bytes` of the first line that starts in the range; null when none does. */
function firstLineStart(descriptor: number, bytes: Buffer, segment: Segment): number | null {
  if (segment.startsLine) return segment.followsUnterminated && bytes[0] === 0x0a ? 1 : 0;
  if (readExactly(descriptor, segment.from - 1, 1)[0] === 0x0a) return 0;
  const newline = bytes.indexOf(0x0a);
  const start = newline + 1;
  return newline < 0 || segment.from + start >= segment.to ? null : start;
}

function extractLines(
  bytes: Buffer,
  start: number,
  segment: Segment,
  context: FileContext,
  batches: BatchBuilder,
): void {
  let at = start;
  const hasMark = segment.from === 0 && startsWithByteOrderMark(bytes);
  if (hasMark) at = 3;
  let isMarkPending = hasMark;
  const flushMark = (): void => {
    if (isMarkPending) batches.pushByteOrderMark(bytes.subarray(0, 3));
    isMarkPending = false;
  };
  if (hasMark && at === bytes.length) {
    batches.leavePending(bytes.length, true);
    return;
  }
  const pendingStart = (line: LineSpan): number => (isMarkPending ? 0 : line.start);
  for (const line of splitLines(bytes, at, bytes.length)) {
    // A line that starts behind the range belongs to the next one.
    if (segment.from + line.start >= segment.to) break;
    const offset = segment.from + line.start;
    if (isBlank(bytes, line.start, line.end)) {
      if (!line.isTerminated) {
        batches.leavePending(line.end - pendingStart(line), true);
        return;
      }
      flushMark();
      batches.pushBlank(offset, bytes.subarray(line.start, line.end), segment.from + line.next);
      continue;
    }
    const parsed = parseLine(bytes, line.start, line.end);
    if (parsed.kind === 'reject' && !line.isTerminated) {
      batches.leavePending(line.end - pendingStart(line), false);
      return;
    }
    flushMark();
    batches.pushLine(parsed, bytes, line, offset, context);
  }
}

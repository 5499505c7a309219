import type { FileHandle } from 'node:fs/promises';

/** A file up to this size is read completely. */
const wholeBytes = 256 * 1024;
const headBytes = 64 * 1024;
/** Places in the rest of a larger file; the last one ends where the file ends. */
const windowCount = 12;
const windowBytes = 12 * 1024;
/** Read behind each part to see the end of its last line; 95 % of all lines are shorter (format.md 2). */
const slackBytes = 16 * 1024;

/**
 * A piece of a file. Lines that start before `countedBytes` belong to the sample; what follows serves
 * to complete the last of them.
 */
export interface SamplePart {
  readonly bytes: Buffer;
  readonly countedBytes: number;
  /** Offset of the first byte in the file. */
  readonly position: number;
  readonly startsFile: boolean;
  /** Whether the first byte is the first byte of a line. */
  readonly startsLine: boolean;
  /** Whether the last byte is the last byte of the file. */
  readonly endsFile: boolean;
}

export interface Sample {
  /** Size of the file when the sample was taken, in bytes. */
  readonly sizeBytes: number;
  readonly isWhole: boolean;
  /** In the order of the file, not overlapping; the first is the head. */
  readonly parts: readonly SamplePart[];
}

const wholeFile = { position: 0, startsFile: true, startsLine: true, endsFile: true } as const;

/** Reads a file of up to 256 KiB, or 64 KiB of its head and twelve evenly spread parts of 12 KiB, each with slack. */
export async function readSample(handle: FileHandle): Promise<Sample> {
  const { size: sizeBytes } = await handle.stat();
  if (sizeBytes <= wholeBytes) {
    const bytes = await readAt(handle, 0, sizeBytes);
    const part = { bytes, countedBytes: bytes.length, ...wholeFile };
    return { sizeBytes: bytes.length, isWhole: true, parts: [part] };
  }
  const head = await readAt(handle, 0, headBytes + slackBytes);
  const parts: SamplePart[] = [
    { bytes: head, countedBytes: Math.min(headBytes, head.length), ...wholeFile, endsFile: false },
  ];
  const firstStart = headBytes + slackBytes;
  const lastStart = sizeBytes - windowBytes;
  for (let index = 0; index < windowCount; index += 1) {
    const start = Math.floor(firstStart + ((lastStart - firstStart) * index) / (windowCount - 1));
    const end = Math.min(sizeBytes, start + windowBytes + slackBytes);
    // One byte more in front: a newline there says that a line starts here.
    const bytes = await readAt(handle, start - 1, end - start + 1);
    const [before] = bytes;
    const rest = bytes.subarray(1);
    parts.push({
      bytes: rest,
      countedBytes: Math.min(windowBytes, rest.length),
      position: start,
      startsFile: false,
      startsLine: before === 0x0a,
      endsFile: start + rest.length >= sizeBytes,
    });
  }
  return { sizeBytes, isWhole: false, parts };
}

/** Fewer bytes than asked for when the file was cut meanwhile. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

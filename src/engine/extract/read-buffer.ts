import { readSync } from 'node:fs';

/** A range larger than this is not kept: one huge line must not stay for the rest of the run. */
const mostKept = 64 << 20;

/** The next range's last line may be a little longer. */
const spare = 1 << 20;

/**
 * The bytes of one range of a file, in memory that is used again for the next one: the system clears new memory page by
 * page, which takes as long as reading (measured).
 */
export class ReadBuffer {
  #memory: Buffer = Buffer.allocUnsafeSlow(0);
  #length = 0;

  /** What was read; good until the next `read`. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** Reads `length` bytes of a file from `position`, fewer only when the file has become shorter. */
  read(descriptor: number, position: number, length: number): Buffer {
    this.#length = 0;
    this.readOn(descriptor, position, length);
    return this.bytes;
  }

  /** Reads on behind what is there. */
  readOn(descriptor: number, position: number, length: number): void {
    const needed = this.#length + length;
    if (needed > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(needed + spare);
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#length += fill(descriptor, position, this.#memory.subarray(this.#length, needed));
  }

  /** Gives up memory that is too large to keep. */
  release(): void {
    if (this.#memory.length <= mostKept) return;
    this.#memory = Buffer.allocUnsafeSlow(0);
    this.#length = 0;
  }
}

/** Reads `length` bytes into memory of their own, fewer only when the file has become shorter. */
export function readExactly(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, fill(descriptor, position, bytes));
}

function fill(descriptor: number, position: number, bytes: Buffer): number {
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

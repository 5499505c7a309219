import type { Random } from '../../../src/engine/demo/random.ts';

/** A range of a pool's bytes that can stand inside a JSON string as it is. */
export interface Slice {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Text that is made once and used in slices, so that writing a history is mostly copying.
 *
 * It is kept as it stands in a JSON string (`\n`, `\"`, `\u001b`), and is cut only between pieces: never inside an escape
 * or a character. It is larger than the window of a fast compressor, which so doesn't see when a slice comes again.
 */
export class TextPool {
  readonly #bytes: Buffer;
  /** Where each piece starts, and the end of the last. */
  readonly #starts: Uint32Array;

  constructor(sizeBytes: number, makePiece: () => string) {
    const bytes = Buffer.alloc(sizeBytes);
    const starts: number[] = [];
    let used = 0;
    for (;;) {
      const piece = JSON.stringify(makePiece()).slice(1, -1);
      const length = Buffer.byteLength(piece);
      starts.push(used);
      if (used + length > sizeBytes) break;
      used += bytes.write(piece, used);
    }
    this.#bytes = bytes.subarray(0, used);
    this.#starts = Uint32Array.from(starts);
  }

  /** About `length` bytes from anywhere in the pool, at least one piece; a longer slice than the pool is the whole pool. */
  slice(random: Random, length: number): Slice {
    const last = this.#starts.length - 1;
    const latest = this.#pieceAt(Math.max(0, this.#bytes.length - length));
    const first = random.between(0, Math.min(latest, last - 1));
    const start = this.#starts[first] ?? 0;
    const stop = Math.max(first + 1, this.#pieceAt(start + length));
    return { bytes: this.#bytes, start, end: this.#starts[stop] ?? this.#bytes.length };
  }

  /** The last piece that starts at or before this byte. */
  #pieceAt(byte: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

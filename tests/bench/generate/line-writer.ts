import { closeSync, openSync, writeSync } from 'node:fs';
import type { Slice } from './text-pool.ts';

/** Written to the file when so much has gathered. */
const flushBytes = 4 << 20;
/** Longer than the longest line. */
const longestLine = 16 << 20;

/** Collects lines in one buffer and writes them in large pieces: a line lies in the buffer as a whole until it is ended. */
export class LineWriter {
  readonly #buffer = Buffer.allocUnsafe(flushBytes + longestLine);
  #used = 0;
  #lineStart = 0;
  #file: number | undefined;
  /** Bytes and lines of the file that is open. */
  bytes = 0;
  lines = 0;

  open(path: string): void {
    this.#file = openSync(path, 'w');
    this.bytes = 0;
    this.lines = 0;
  }

  /** ASCII only: what is not stands in pools. */
  text(value: string): this {
    this.#used += this.#buffer.write(value, this.#used, 'latin1');
    return this;
  }

  slice({ bytes, start, end }: Slice): this {
    this.#used += bytes.copy(this.#buffer, this.#used, start, end);
    return this;
  }

  endLine(): void {
    this.#buffer[this.#used++] = 0x0a;
    this.lines += 1;
    this.bytes += this.#used - this.#lineStart;
    this.#lineStart = this.#used;
    if (this.#used >= flushBytes) this.#flush();
  }

  /** What has been written of the current line loses its second half, as after a crash. */
  cutLine(): this {
    this.#used -= (this.#used - this.#lineStart) >>> 1;
    return this;
  }

  /** The second half of the current line becomes NUL bytes, as after a power loss. */
  blankLine(): this {
    this.#buffer.fill(0, this.#used - ((this.#used - this.#lineStart) >>> 1), this.#used);
    return this;
  }

  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #flush(): void {
    for (let from = 0; from < this.#used && this.#file !== undefined;) {
      from += writeSync(this.#file, this.#buffer, from, this.#used - from);
    }
    this.#used = 0;
    this.#lineStart = 0;
  }
}

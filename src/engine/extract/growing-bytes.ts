/** Strings that came out of a line decoded as latin1 are written back as latin1: their bytes pass unchanged. */
export type TextEncoding = 'latin1' | 'utf8';

/** A buffer larger than this is given up when it is emptied: one huge line must not stay for the rest of the run. */
const mostKept = 96 << 20;

/** Up to here a loop is faster than Node's call for writing a string (measured: 25 bytes). */
const shortText = 24;

/** Bytes that are written at the end and used again after they were emptied; doubles when full. */
export class GrowingBytes {
  bytes: Buffer<ArrayBuffer>;
  used = 0;
  readonly #initial: number;

  constructor(capacity: number) {
    this.#initial = Math.max(64, capacity);
    this.bytes = Buffer.from(new ArrayBuffer(this.#initial));
  }

  /** Makes room for `extra` more bytes. */
  reserve(extra: number): void {
    const needed = this.used + extra;
    if (needed <= this.bytes.length) return;
    // What is not kept need not grow in large steps.
    const step = needed > mostKept ? needed / 8 : this.bytes.length;
    const larger = Buffer.from(new ArrayBuffer(Math.max(needed, Math.ceil(this.bytes.length + step))));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.used++] = value;
  }

  /** A whole number as LEB128. */
  varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.used++] = rest;
  }

  /** A whole number of which 64 bits are kept, little endian; negative ones in two's complement. */
  integer64(value: number): void {
    this.reserve(8);
    const { bytes, used } = this;
    const low = value >>> 0;
    const high = Math.floor(value / 0x1_0000_0000) >>> 0;
    bytes[used] = low;
    bytes[used + 1] = low >>> 8;
    bytes[used + 2] = low >>> 16;
    bytes[used + 3] = low >>> 24;
    bytes[used + 4] = high;
    bytes[used + 5] = high >>> 8;
    bytes[used + 6] = high >>> 16;
    bytes[used + 7] = high >>> 24;
    this.used += 8;
  }

  /** A string without its length; `length` is what it takes in this encoding. */
  text(value: string, encoding: TextEncoding, length: number): void {
    this.reserve(length);
    if (length <= shortText && length === value.length) {
      const { bytes, used } = this;
      for (let index = 0; index < length; index++) bytes[used + index] = value.charCodeAt(index);
    } else if (encoding === 'latin1') this.bytes.write(value, this.used, length, 'latin1');
    else this.bytes.write(value, this.used, length, 'utf8');
    this.used += length;
  }

  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.used);
    this.used += source.length;
  }

  /** Copies what was written to `target` and answers where it ends there. */
  copyTo(target: Uint8Array, at: number): number {
    target.set(this.bytes.subarray(0, this.used), at);
    return at + this.used;
  }

  clear(): void {
    this.used = 0;
    if (this.bytes.length > mostKept) this.bytes = Buffer.from(new ArrayBuffer(this.#initial));
  }
}

/** Bytes of a string in an encoding. */
export function lengthIn(value: string, encoding: TextEncoding): number {
  return encoding === 'latin1' ? value.length : Buffer.byteLength(value, 'utf8');
}

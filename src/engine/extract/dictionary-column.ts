import type { Column } from './columns.ts';
import { GrowingBytes, lengthIn, type TextEncoding } from './growing-bytes.ts';

/** `SharedDictionariesWithAdditionalKeys`, the only version of the serialization there is. */
const version = 1;
/** The dictionary follows in the block (`HasAdditionalKeys`), and is new with it (`NeedUpdateDictionary`). */
const ownDictionary = 0x600;

/**
 * LowCardinality(String): every string once, and a number for each row.
 *
 * The encoding: version, then kind and width of the numbers, count and values of the dictionary, count and values of the
 * numbers (`SerializationLowCardinality.cpp` of ClickHouse; clickhouse-go writes the same). Nothing but the version when
 * there are no rows. A column that repeats itself is both smaller and faster that way, here and in the server, also one
 * whose table has it as a String.
 */
export class DictionaryColumn implements Column {
  readonly type = 'LowCardinality(String)';
  readonly #values = new GrowingBytes(256);
  #numbers = new Uint32Array(1024);
  #rows = 0;
  #distinct = 0;
  /** Equal strings are other bytes in the other encoding. */
  readonly #known = { latin1: new Map<string, number>(), utf8: new Map<string, number>() };
  #lastValue: string | null = null;
  #lastEncoding: TextEncoding = 'latin1';
  #lastNumber = 0;

  get byteLength(): number {
    if (this.#rows === 0) return 8;
    return 8 + 8 + 8 + this.#values.used + 8 + this.#rows * this.#width;
  }

  push(value: string, encoding: TextEncoding): void {
    if (value !== this.#lastValue || encoding !== this.#lastEncoding) {
      this.#lastNumber = this.#known[encoding].get(value) ?? this.#learn(value, encoding);
      this.#lastValue = value;
      this.#lastEncoding = encoding;
    }
    if (this.#rows === this.#numbers.length) {
      const larger = new Uint32Array(this.#rows * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#rows++] = this.#lastNumber;
  }

  copyTo(target: Uint8Array, at: number): number {
    const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    view.setUint32(at, version, true);
    view.setUint32(at + 4, 0, true);
    if (this.#rows === 0) return at + 8;
    const width = this.#width;
    view.setUint32(at + 8, ownDictionary | Math.log2(width), true);
    view.setUint32(at + 12, 0, true);
    view.setBigUint64(at + 16, BigInt(this.#distinct), true);
    let end = this.#values.copyTo(target, at + 24);
    view.setBigUint64(end, BigInt(this.#rows), true);
    end += 8;
    for (let row = 0; row < this.#rows; row++, end += width) {
      const number = this.#numbers[row] ?? 0;
      if (width === 1) target[end] = number;
      else if (width === 2) view.setUint16(end, number, true);
      else view.setUint32(end, number, true);
    }
    return end;
  }

  clear(): void {
    this.#values.clear();
    this.#rows = 0;
    this.#distinct = 0;
    this.#known.latin1.clear();
    this.#known.utf8.clear();
    this.#lastValue = null;
  }

  /** Bytes of a number. */
  get #width(): 1 | 2 | 4 {
    if (this.#distinct <= 0x100) return 1;
    return this.#distinct <= 0x1_0000 ? 2 : 4;
  }

  #learn(value: string, encoding: TextEncoding): number {
    const length = lengthIn(value, encoding);
    this.#values.varint(length);
    this.#values.text(value, encoding, length);
    this.#known[encoding].set(value, this.#distinct);
    return this.#distinct++;
  }
}

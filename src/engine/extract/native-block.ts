/**
 * Columns of ClickHouse's Native format, filled value by value and handed over without a copy.
 *
 * The format: number of columns and rows as LEB128, then for each column its name, its type and its values
 * (https://clickhouse.com/docs/interfaces/formats/Native). The server converts a column's type to the table's, so
 * a LowCardinality(String) is sent as a String.
 */

const initialBytes = 1 << 12;

/** Strings that came out of a line decoded as latin1 are written back as latin1: their bytes pass unchanged. */
export type TextEncoding = 'latin1' | 'utf8';

export interface Column {
  readonly type: string;
  /** The values as byte ranges whose ArrayBuffers may be transferred; the column is empty afterwards. */
  take(): Uint8Array<ArrayBuffer>[];
}

/** A byte buffer that doubles when full. */
class GrowingBytes {
  bytes: Buffer<ArrayBuffer>;
  used = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.from(new ArrayBuffer(Math.max(64, capacity)));
  }

  /** Makes room for `extra` more bytes. */
  reserve(extra: number): void {
    const needed = this.used + extra;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.from(new ArrayBuffer(Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }

  varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.used++] = rest;
  }

  take(): Uint8Array<ArrayBuffer>[] {
    const filled = this.bytes.subarray(0, this.used);
    this.bytes = Buffer.from(new ArrayBuffer(64));
    this.used = 0;
    return filled.length === 0 ? [] : [filled];
  }
}

export class StringColumn implements Column {
  readonly type = 'String';
  readonly #buffer: GrowingBytes;

  constructor(capacity = initialBytes) {
    this.#buffer = new GrowingBytes(capacity);
  }

  /** Bytes used so far; a caller that writes in pieces needs it to measure. */
  get byteLength(): number {
    return this.#buffer.used;
  }

  push(value: string, encoding: TextEncoding): void {
    const buffer = this.#buffer;
    const length = encoding === 'latin1' ? value.length : Buffer.byteLength(value, 'utf8');
    buffer.varint(length);
    if (length === 0) return;
    buffer.reserve(length);
    if (encoding === 'latin1') buffer.bytes.write(value, buffer.used, 'latin1');
    else buffer.bytes.write(value, buffer.used, 'utf8');
    buffer.used += length;
  }

  /** Several strings as one value, joined by newlines, without building the joined string. */
  pushJoined(values: readonly string[], encoding: TextEncoding): void {
    let length = Math.max(0, values.length - 1);
    for (const value of values) {
      length += encoding === 'latin1' ? value.length : Buffer.byteLength(value, 'utf8');
    }
    const buffer = this.#buffer;
    buffer.varint(length);
    buffer.reserve(length);
    for (const [index, value] of values.entries()) {
      if (index > 0) buffer.bytes[buffer.used++] = 0x0a;
      buffer.used +=
        encoding === 'latin1'
          ? buffer.bytes.write(value, buffer.used, 'latin1')
          : buffer.bytes.write(value, buffer.used, 'utf8');
    }
  }

  pushBytes(source: Uint8Array, start: number, end: number): void {
    const buffer = this.#buffer;
    buffer.varint(end - start);
    buffer.reserve(end - start);
    buffer.bytes.set(source.subarray(start, end), buffer.used);
    buffer.used += end - start;
  }

  take(): Uint8Array<ArrayBuffer>[] {
    return this.#buffer.take();
  }
}

/** UInt8, Bool and Enum8 values. */
export class ByteColumn implements Column {
  readonly #buffer = new GrowingBytes(1024);

  constructor(readonly type: string) {}

  push(value: number | boolean): void {
    this.#buffer.reserve(1);
    this.#buffer.bytes[this.#buffer.used++] = Number(value);
  }

  take(): Uint8Array<ArrayBuffer>[] {
    return this.#buffer.take();
  }
}

const highest = 2 ** 53;

/** UInt16, UInt32, UInt64, Int64 or DateTime64 values, little endian. */
export class IntegerColumn implements Column {
  readonly #buffer = new GrowingBytes(initialBytes);

  constructor(
    readonly type: string,
    readonly width: 2 | 4 | 8 = 8,
  ) {}

  /** A whole number below 2^53; negative numbers only in signed columns. */
  push(value: number): void {
    const buffer = this.#buffer;
    buffer.reserve(this.width);
    const { bytes, used } = buffer;
    if (this.width === 2) bytes.writeUInt16LE(value, used);
    else if (this.width === 4) bytes.writeUInt32LE(value, used);
    else if (value >= 0 && value < highest) {
      bytes.writeUInt32LE(value % 0x1_0000_0000, used);
      bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), used + 4);
    } else bytes.writeBigInt64LE(BigInt(Math.trunc(value)), used);
    buffer.used += this.width;
  }

  pushUnsigned(value: bigint): void {
    this.#buffer.reserve(8);
    this.#buffer.bytes.writeBigUInt64LE(value, this.#buffer.used);
    this.#buffer.used += 8;
  }

  take(): Uint8Array<ArrayBuffer>[] {
    return this.#buffer.take();
  }
}

/** Nullable(DateTime64(3, 'UTC')): first one byte a row that says whether it is null, then all values. */
export class NullableTimeColumn implements Column {
  readonly type = "Nullable(DateTime64(3, 'UTC'))";
  readonly #nulls = new ByteColumn('UInt8');
  readonly #values = new IntegerColumn('Int64');

  push(milliseconds: number | null): void {
    this.#nulls.push(milliseconds === null);
    this.#values.push(milliseconds ?? 0);
  }

  take(): Uint8Array<ArrayBuffer>[] {
    return [...this.#nulls.take(), ...this.#values.take()];
  }
}

/** Array(String): first where each row's array ends, then all strings. */
export class StringArrayColumn implements Column {
  readonly type = 'Array(String)';
  readonly #ends = new IntegerColumn('UInt64');
  readonly #values = new StringColumn(1024);
  #count = 0;

  push(values: readonly string[], encoding: TextEncoding): void {
    for (const value of values) this.#values.push(value, encoding);
    this.#count += values.length;
    this.#ends.push(this.#count);
  }

  take(): Uint8Array<ArrayBuffer>[] {
    this.#count = 0;
    return [...this.#ends.take(), ...this.#values.take()];
  }
}

/** Tuple(a A, b B, ...): the columns of its elements, one after the other. */
export class TupleColumn<Elements extends Readonly<Record<string, Column>>> implements Column {
  readonly type: string;

  constructor(readonly elements: Elements) {
    const fields = Object.entries(elements).map(([name, column]) => `${name} ${column.type}`);
    this.type = `Tuple(${fields.join(', ')})`;
  }

  take(): Uint8Array<ArrayBuffer>[] {
    return Object.values(this.elements).flatMap((column) => column.take());
  }
}

/** One Native block as byte ranges to be sent one after the other. Empties the columns. */
export function takeBlock(
  columns: Readonly<Record<string, Column>>,
  rows: number,
): Uint8Array<ArrayBuffer>[] {
  const entries = Object.entries(columns);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let head = new GrowingBytes(256);
  head.varint(entries.length);
  head.varint(rows);
  for (const [name, column] of entries) {
    for (const text of [name, column.type]) {
      head.varint(text.length);
      head.reserve(text.length);
      head.used += head.bytes.write(text, head.used, 'latin1');
    }
    parts.push(...head.take(), ...column.take());
    head = new GrowingBytes(256);
  }
  return parts;
}

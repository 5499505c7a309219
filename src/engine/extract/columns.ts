import { GrowingBytes, lengthIn, type TextEncoding } from './growing-bytes.ts';

/** Values of one column, added one by one, encoded as ClickHouse's Native format has them. */
export interface Column {
  readonly type: string;
  /** What the values take when they are encoded. */
  readonly byteLength: number;
  /** Writes the values to `target` and answers where they end there. */
  copyTo(target: Uint8Array, at: number): number;
  /** Forgets the values and keeps the memory. */
  clear(): void;
}

const initialBytes = 1 << 12;

/** String: each value's length as LEB128, then its bytes. */
export class StringColumn implements Column {
  readonly type = 'String';
  readonly #buffer: GrowingBytes;

  constructor(capacity = initialBytes) {
    this.#buffer = new GrowingBytes(capacity);
  }

  get byteLength(): number {
    return this.#buffer.used;
  }

  push(value: string, encoding: TextEncoding): void {
    const length = lengthIn(value, encoding);
    this.#buffer.varint(length);
    if (length > 0) this.#buffer.text(value, encoding, length);
  }

  /** Several strings as one value, joined by newlines, without building the joined string. */
  pushJoined(values: readonly string[], encoding: TextEncoding): void {
    let length = Math.max(0, values.length - 1);
    for (const value of values) length += lengthIn(value, encoding);
    const buffer = this.#buffer;
    buffer.varint(length);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) buffer.byte(0x0a);
      const value = values[index] ?? '';
      buffer.text(value, encoding, lengthIn(value, encoding));
    }
  }

  pushBytes(source: Uint8Array, start: number, end: number): void {
    this.#buffer.varint(end - start);
    this.#buffer.append(source.subarray(start, end));
  }

  copyTo(target: Uint8Array, at: number): number {
    return this.#buffer.copyTo(target, at);
  }

  clear(): void {
    this.#buffer.clear();
  }
}

/** UInt8, Bool and Enum8 values. */
export class ByteColumn implements Column {
  readonly #buffer = new GrowingBytes(1024);

  constructor(readonly type: string) {}

  get byteLength(): number {
    return this.#buffer.used;
  }

  push(value: number | boolean): void {
    this.#buffer.byte(Number(value));
  }

  copyTo(target: Uint8Array, at: number): number {
    return this.#buffer.copyTo(target, at);
  }

  clear(): void {
    this.#buffer.clear();
  }
}

/** UInt16, UInt32, UInt64, Int64 or DateTime64 values, little endian. */
export class IntegerColumn implements Column {
  readonly #buffer = new GrowingBytes(initialBytes);

  constructor(
    readonly type: string,
    readonly width: 2 | 4 | 8 = 8,
  ) {}

  get byteLength(): number {
    return this.#buffer.used;
  }

  /** A whole number of at most 53 bits; negative numbers only in signed columns. */
  push(value: number): void {
    const buffer = this.#buffer;
    if (this.width === 8) {
      buffer.integer64(value);
      return;
    }
    buffer.reserve(this.width);
    if (this.width === 2) buffer.bytes.writeUInt16LE(value, buffer.used);
    else buffer.bytes.writeUInt32LE(value, buffer.used);
    buffer.used += this.width;
  }

  pushUnsigned(value: bigint): void {
    this.#buffer.reserve(8);
    this.#buffer.bytes.writeBigUInt64LE(value, this.#buffer.used);
    this.#buffer.used += 8;
  }

  copyTo(target: Uint8Array, at: number): number {
    return this.#buffer.copyTo(target, at);
  }

  clear(): void {
    this.#buffer.clear();
  }
}

/** Nullable(DateTime64(3, 'UTC')): first one byte a row that says whether it is null, then all values. */
export class NullableTimeColumn implements Column {
  readonly type = "Nullable(DateTime64(3, 'UTC'))";
  readonly #nulls = new ByteColumn('UInt8');
  readonly #values = new IntegerColumn('Int64');

  get byteLength(): number {
    return this.#nulls.byteLength + this.#values.byteLength;
  }

  push(milliseconds: number | null): void {
    this.#nulls.push(milliseconds === null);
    this.#values.push(milliseconds ?? 0);
  }

  copyTo(target: Uint8Array, at: number): number {
    return this.#values.copyTo(target, this.#nulls.copyTo(target, at));
  }

  clear(): void {
    this.#nulls.clear();
    this.#values.clear();
  }
}

/** Array(String): first where each row's array ends, then all strings. */
export class StringArrayColumn implements Column {
  readonly type = 'Array(String)';
  readonly #ends = new IntegerColumn('UInt64');
  readonly #values = new StringColumn(1024);
  #count = 0;

  get byteLength(): number {
    return this.#ends.byteLength + this.#values.byteLength;
  }

  push(values: readonly string[], encoding: TextEncoding): void {
    for (const value of values) this.#values.push(value, encoding);
    this.#count += values.length;
    this.#ends.push(this.#count);
  }

  copyTo(target: Uint8Array, at: number): number {
    return this.#values.copyTo(target, this.#ends.copyTo(target, at));
  }

  clear(): void {
    this.#count = 0;
    this.#ends.clear();
    this.#values.clear();
  }
}

/** Tuple(a A, b B, ...): the columns of its elements, one after the other. */
export class TupleColumn<Elements extends Readonly<Record<string, Column>>> implements Column {
  readonly type: string;
  readonly #columns: readonly Column[];

  constructor(readonly elements: Elements) {
    const fields = Object.entries(elements).map(([name, column]) => `${name} ${column.type}`);
    this.type = `Tuple(${fields.join(', ')})`;
    this.#columns = Object.values(elements);
  }

  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  copyTo(target: Uint8Array, at: number): number {
    return this.#columns.reduce((end, column) => column.copyTo(target, end), at);
  }

  clear(): void {
    for (const column of this.#columns) column.clear();
  }
}

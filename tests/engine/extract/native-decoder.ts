/**
 * A decoder of ClickHouse's Native format, written from its description and independent of the encoder.
 *
 * A String is given with one character per byte (latin1), so that invalid UTF-8 is not lost and `===` compares bytes.
 * 64-bit values are bigints, a Bool is a boolean, an Enum8 its name, a Tuple an object.
 */
export interface DecodedBlock {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export function decodeNative(block: Uint8Array): DecodedBlock {
  const reader = new Reader(Buffer.from(block));
  const columns = reader.varint();
  const rowCount = reader.varint();
  const types: Record<string, string> = {};
  const rows: Record<string, unknown>[] = Array.from({ length: rowCount }, () => ({}));
  for (let column = 0; column < columns; column++) {
    const name = reader.string();
    if (name in types) throw new Error(`Two columns are named ${name}`);
    const type = reader.string();
    types[name] = type;
    for (const [row, value] of readColumn(reader, type, rowCount).entries()) rows[row]![name] = value;
  }
  reader.expectEnd();
  return { types, rows };
}

/** The text of a decoded String. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A text as a decoded String holds it. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

class Reader {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  take(length: number): Buffer {
    if (length > this.bytes.length - this.#at) {
      throw new Error(`${length} bytes wanted at ${this.#at} of ${this.bytes.length}`);
    }
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  varint(): number {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = this.take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  }

  string(): string {
    return this.take(this.varint()).toString('latin1');
  }

  expectEnd(): void {
    if (this.#at !== this.bytes.length)
      throw new Error(`${this.bytes.length - this.#at} bytes are left over`);
  }
}

function readColumn(reader: Reader, type: string, rows: number): unknown[] {
  const each = <Value>(read: () => Value): Value[] => Array.from({ length: rows }, read);
  const [, outer = type, inner = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(type) ?? [];
  switch (outer) {
    case 'String':
      return each(() => reader.string());
    case 'UInt8':
      return each(() => reader.take(1)[0]);
    case 'Bool':
      return each(() => readBool(reader));
    case 'Enum8':
      return each(() => enumName(inner, reader.take(1).readInt8()));
    case 'UInt16':
      return each(() => reader.take(2).readUInt16LE());
    case 'UInt32':
      return each(() => reader.take(4).readUInt32LE());
    case 'UInt64':
      return each(() => reader.take(8).readBigUInt64LE());
    case 'Int64':
    case 'DateTime64':
      return each(() => reader.take(8).readBigInt64LE());
    case 'Nullable': {
      const nulls = each(() => readBool(reader));
      return readColumn(reader, inner, rows).map((value, row) => (nulls[row] ? null : value));
    }
    case 'Array': {
      const ends = each(() => Number(reader.take(8).readBigUInt64LE()));
      const values = readColumn(reader, inner, ends.at(-1) ?? 0);
      return ends.map((end, row) => values.slice(row === 0 ? 0 : ends[row - 1], end));
    }
    case 'LowCardinality':
      return readDictionary(reader, inner, rows);
    case 'Tuple':
      return readTuple(reader, inner, rows);
    default:
      throw new Error(`No such type: ${type}`);
  }
}

/** Version 1, without a dictionary that other blocks share: kind and width of the keys, the values, the keys. */
function readDictionary(reader: Reader, type: string, rows: number): unknown[] {
  if (reader.take(8).readBigUInt64LE() !== 1n) throw new Error('Unknown version of a dictionary');
  if (rows === 0) return [];
  const kind = reader.take(8).readBigUInt64LE();
  if (kind >> 8n !== 6n) throw new Error(`A dictionary of kind ${kind}`);
  const width = 2 ** Number(kind & 0xffn);
  const values = readColumn(reader, type, Number(reader.take(8).readBigUInt64LE()));
  if (Number(reader.take(8).readBigUInt64LE()) !== rows) throw new Error('As many keys as rows are wanted');
  return Array.from({ length: rows }, () => {
    const key = reader.take(width).readUIntLE(0, width);
    if (key >= values.length) throw new Error(`Key ${key} of ${values.length} values`);
    return values[key];
  });
}

function readBool(reader: Reader): boolean {
  const byte = reader.take(1)[0];
  if (byte !== 0 && byte !== 1) throw new Error(`${byte} is not a truth value`);
  return byte === 1;
}

function readTuple(reader: Reader, fields: string, rows: number): unknown[] {
  const tuples: Record<string, unknown>[] = Array.from({ length: rows }, () => ({}));
  for (const field of fields.split(', ')) {
    const [name, type] = field.split(' ');
    for (const [row, value] of readColumn(reader, type!, rows).entries()) tuples[row]![name!] = value;
  }
  return tuples;
}

function enumName(names: string, value: number): string {
  for (const [, name, number] of names.matchAll(/'([^']*)' = (-?\d+)/g)) {
    if (Number(number) === value) return name!;
  }
  throw new Error(`${value} is none of ${names}`);
}

/** Values as a transcript can hold them: everything that has ever ended a statement or a row too early. */
export const nastyValues: readonly Buffer[] = [
  'plain',
  '',
  'blank lines\n\nDROP TABLE victim;\n\nDROP TABLE victim\n\n',
  "'); DROP TABLE victim; --",
  "\\'; DROP TABLE victim;",
  ';\n\n;',
  '\n\n',
  '\r\n\r\nDROP TABLE victim',
  'a\tb\\N \\n \\0 "quoted" `tick` $$ $a$ /* -- #!',
  '{"n":1}\n\n{"n":2}',
  'FORMAT TSV\n\nVALUES (1)',
  '__exception__\r\n',
  '\ud83d\ude00 üñî 中文 \u2028\u2029',
]
  .map((text) => Buffer.from(text))
  .concat([
    Buffer.from([0, 1, 2, 0, 0, 10, 10, 0]),
    Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
    Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  ]);

/** A value of `size` bytes that no compression makes small, with blank lines and statements in it. */
export function largeValue(size: number, seed: number): Buffer {
  const value = Buffer.alloc(size);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    value.writeUInt32LE(state, at);
  }
  for (let at = 0; at + 64 < size; at += 65_536) value.write('\n\nDROP TABLE victim;\n\n', at, 'latin1');
  return value;
}

type Encode = (values: readonly Buffer[]) => Buffer;

function escapeBytes(value: Buffer, escapes: Readonly<Record<number, string>>): Buffer {
  const table = Array.from({ length: 256 }, (_, byte) => escapes[byte]);
  const escaped = Buffer.alloc(value.length * 6);
  let end = 0;
  for (const byte of value) {
    const escape = table[byte];
    if (escape === undefined) {
      escaped[end] = byte;
      end += 1;
    } else end += escaped.write(escape, end, 'latin1');
  }
  return escaped.subarray(0, end);
}

const jsonEscapes: Record<number, string> = { 0x22: '\\"', 0x5c: '\\\\' };
for (let byte = 0; byte < 0x20; byte += 1) jsonEscapes[byte] = `\\u${byte.toString(16).padStart(4, '0')}`;
const tsvEscapes = { 0x5c: '\\\\', 0x0a: '\\n', 0x09: '\\t', 0x0d: '\\r', 0x00: '\\0' };

function around(before: string, value: Buffer, after: string): Buffer {
  return Buffer.concat([Buffer.from(before), value, Buffer.from(after)]);
}

function varint(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const eachRow =
  (encode: (value: Buffer) => Buffer): Encode =>
  (values) =>
    Buffer.concat(values.map(encode));

/** Encoders of one String column, written here and not by the engine, so that both sides are checked. */
export const encoders: Readonly<Record<string, Encode>> = {
  RowBinary: eachRow((value) => Buffer.concat([varint(value.length), value])),
  JSONEachRow: eachRow((value) => around('{"x":"', escapeBytes(value, jsonEscapes), '"}\n')),
  JSONCompactEachRow: eachRow((value) => around('["', escapeBytes(value, jsonEscapes), '"]\n')),
  CSV: eachRow((value) => around('"', escapeBytes(value, { 0x22: '""' }), '"\n')),
  TSV: eachRow((value) => around('', escapeBytes(value, tsvEscapes), '\n')),
  Values: eachRow((value) => around("('", escapeBytes(value, { 0x27: "\\'", 0x5c: '\\\\' }), "'),\n\n")),
  Native: (values) =>
    Buffer.concat([
      varint(1),
      varint(values.length),
      varint(1),
      Buffer.from('x'),
      varint(6),
      Buffer.from('String'),
      ...values.map((value) => Buffer.concat([varint(value.length), value])),
    ]),
};

/** Cuts bytes into pieces of odd sizes, so that every boundary of a format falls into a cut somewhere. */
export function cut(bytes: Buffer, largest = 300_000): Buffer[] {
  const pieces: Buffer[] = [];
  let size = 1;
  for (let at = 0; at < bytes.length;) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
    size = size >= largest ? 3 : size * 3 + 1;
  }
  return pieces;
}

import * as fc from 'fast-check';
import { anyRecord } from './transcript-lines.ts';

function bytes(...pieces: readonly (string | readonly number[])[]): Buffer {
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
}

const mark = [0xef, 0xbb, 0xbf];
const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** Damage and oddities that files have or could have (format.md 2, reliability.md 3). */
export const nastyFiles: Readonly<Record<string, Buffer>> = {
  nothing: bytes(),
  'one newline': bytes('\n'),
  'blank lines only': bytes('\n\n \n\t\r\n\n'),
  'no final newline': bytes('{"a":1}\n{"b":2}'),
  'a half-written last line': bytes('{"a":1}\n{"b":'),
  'a white-space last line without newline': bytes('{"a":1}\n  \t'),
  'invalid UTF-8': bytes(
    '{"type":"user","message":{"content":"',
    [0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80],
    '"}}\n',
  ),
  'invalid UTF-8 beside an escape': bytes('{"cwd":"\\u0041', [0xff, 0xc3], '"}\n'),
  'a character cut in half at the end': bytes('{"a":1}\n{"b":"', [0xe6, 0xb8]),
  'NUL runs': bytes(
    '{"a":1}\n',
    Array.from({ length: 1783 }, () => 0),
    '\n{"b":2}\n',
    [0, 0],
  ),
  'NUL bytes inside a string': bytes('{"a":"', [0], '"}\n'),
  'escaped lone surrogates': bytes('{"type":"user","message":{"content":"\\ud88d x \\udc00"}}\n'),
  CRLF: bytes('{"a":1}\r\n\r\n{"b":2}\r\n'),
  'lone carriage returns': bytes('{"a":1}\r{"b":2}\n\r{"c":3}\n\r'),
  'line and paragraph separators': bytes(
    '{"a":"x\u2028y\u2029z\u0085"}\n\u2028\n\u0085\n\u00a0\u3000\u1680\n',
  ),
  'a byte order mark': bytes(mark, '{"cwd":"/x","sessionId":"s"}\n{"b":2}\n'),
  'a lone byte order mark': bytes(mark),
  'half a byte order mark': bytes(mark.slice(0, 2)),
  'a byte order mark and a newline': bytes(mark, '\n'),
  'a byte order mark and a blank line': bytes(mark, ' \n{"a":1}\n'),
  'a byte order mark and white space': bytes(mark, '  '),
  'a byte order mark and half a line': bytes(mark, '{"a'),
  'two byte order marks': bytes(mark, mark, '\n{"a":1}\n'),
  'a byte order mark in the middle': bytes('{"a":1}\n', mark, '{"b":2}\n', mark, '\n'),
  'two records on one line': bytes('{"a":1}{"b":2}\n{"c":3}\n'),
  'a line without a head': bytes('ssage":{"role":"user"}}\n{"a":1}\n'),
  'values that are no objects': bytes('[]\n[{"a":1}]\n1\n"x"\nnull\ntrue\n{}\n'),
  'a number without a newline': bytes('{}\n12'),
  'foreign text': bytes('error TS2304: Cannot find name\n  at x\n'),
  'duplicate keys': bytes('{"type":"a","type":"user","uuid":"1","uuid":"2"}\n'),
  'keys that name the prototype': bytes(
    '{"__proto__":{"type":"user","cwd":"/no"},"constructor":{"prototype":{"x":1}},"toString":1}\n',
  ),
  'integers of twenty digits': bytes(
    '{"type":"assistant","message":{"id":"msg_1","usage":{"input_tokens":99999999999999999999,"output_tokens":1e300}}}\n',
  ),
  'objects 10,000 deep': bytes(`{"a":${deep('{"a":', '}', 10_000).replace('{"a":}', '{"a":1}')}}\n`),
  'arrays 10,000 deep in the content': bytes(
    `{"type":"user","message":{"content":${deep('[', ']', 10_000)}}}\n`,
  ),
  'tool results 10,000 deep': bytes(
    `{"type":"user","message":{"content":${deep('[{"type":"tool_result","content":', '}]', 10_000).replace(
      '"content":}',
      '"content":"x"}',
    )}}}\n`,
  ),
  'tool input 10,000 deep': bytes(
    `{"type":"assistant","message":{"content":[{"type":"tool_use","input":${deep(
      '{"a":',
      '}',
      10_000,
    ).replace('{"a":}', '{"a":"x"}')}}]}}\n`,
  ),
};

const blank = fc.constantFrom('', ' ', '\t', '\r', '\u00a0', '\u2028', '\u3000', '\ufeff');
const junk = fc.oneof(
  fc.constantFrom('{"a":1}{"b":2}', 'x"}', '{"a":', '[1,2]', '7', 'null', '"s"', '{}', '\0\0\0', '\u0085'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const brokenBytes = fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.filter((byte) => byte !== 10));

/** One line without its newline. */
export const anyLine: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: anyRecord.map((record) => Buffer.from(record)) },
  { weight: 1, arbitrary: blank.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: junk.map((text) => Buffer.from(text.replaceAll('\n', ''))) },
  { weight: 1, arbitrary: brokenBytes.map((bytes) => Buffer.from(bytes)) },
);

const newline = fc.constantFrom('\n', '\n', '\n', '\r\n');
const start = fc.constantFrom('', '', '', '\ufeff');
/** How the last line ends: as all lines, not at all, or cut. */
const end = fc.constantFrom('\n', '\n', '', 'cut');

/** A whole file: records with all kinds of damage between them. */
export const anyFile: fc.Arbitrary<Buffer> = fc
  .tuple(start, fc.array(fc.tuple(anyLine, newline), { maxLength: 8 }), end, fc.nat())
  .map(([head, lines, last, where]) => {
    const whole = Buffer.concat([
      Buffer.from(head),
      ...lines.flatMap(([line, newline], index) => [
        line,
        Buffer.from(index < lines.length - 1 || last === '\n' ? newline : ''),
      ]),
    ]);
    return last === 'cut' ? whole.subarray(0, where % (whole.length + 1)) : whole;
  });

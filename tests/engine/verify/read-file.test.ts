import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readFile } from '../../../src/engine/verify/disk/read-file.ts';
import { anyFile, nastyFiles } from '../extract/nasty-files.ts';
import { hasher, read, write } from './on-disk.ts';

vi.setConfig({ testTimeout: 120_000 });

const mask = (1n << 64n) - 1n;

function isRecord(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The same by splitting the whole file, with a line of more than `longest` bytes taken for a reject. */
function naively(bytes: Buffer, until: number, longest = Infinity) {
  const sums = {
    lines: 0,
    records: 0,
    rejects: 0,
    blanks: 0,
    bytes: 0,
    checksum: 0n,
    orderedChecksum: 0n,
  };
  let offset = bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0;
  const texts = bytes.subarray(offset).toString('latin1').split('\n');
  const last = texts.length - 1;
  for (const [index, text] of texts.entries()) {
    const line = Buffer.from(text, 'latin1');
    const isEnd = index === last && line.length === 0;
    const isRead = offset < until && (!isEnd || (last === 0 && offset > 0));
    if (isRead && line.length <= longest && line.toString('utf8').trim() === '') sums.blanks++;
    else if (isRead) {
      const isGood = line.length <= longest && isRecord(line);
      if (isGood || index < last) {
        const hash = hasher.h64Raw(line);
        sums.lines++;
        sums[isGood ? 'records' : 'rejects']++;
        sums.bytes += line.length;
        sums.checksum = (sums.checksum + hash) & mask;
        sums.orderedChecksum = (sums.orderedChecksum + hash * BigInt(offset + 1)) & mask;
      }
    }
    offset += line.length + 1;
  }
  return sums;
}

function long(length: number): string {
  return `{"a":"${'x'.repeat(length)}"}`;
}

describe('the sums of a file', () => {
  it.each(Object.entries(nastyFiles))('are those of a naive split: %s', (_, bytes) => {
    for (const chunkBytes of [1, 2, 7, 4096, 1 << 20]) {
      const reading = read(bytes, { chunkBytes });
      expect(reading.all).toEqual(naively(bytes, Infinity));
      expect(reading.bytesRead).toBe(bytes.length);
    }
  });

  it('are those of a naive split, whatever the file, the chunks and the claim of the database', () => {
    fc.assert(
      fc.property(
        anyFile,
        fc.integer({ min: 1, max: 300 }),
        fc.nat({ max: 2000 }),
        (bytes, chunkBytes, until) => {
          const reading = read(bytes, { chunkBytes, until });
          expect(reading.all).toEqual(naively(bytes, Infinity));
          // A file of nothing but a byte order mark has no line that could be claimed.
          if (bytes.length > 3) expect(reading.imported).toEqual(naively(bytes, until));
          expect(reading.bytesRead).toBe(bytes.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('hold for lines that are too long to be held', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat({ max: 300 }).map(long), fc.constantFrom('', ' ', '{}', 'x')), {
          maxLength: 9,
        }),
        fc.constantFrom('', '\n'),
        fc.integer({ min: 1, max: 100 }),
        (lines, end, chunkBytes) => {
          const bytes = Buffer.from(lines.join('\n') + end);
          const longest = 99;
          const reading = read(bytes, { chunkBytes, longest });
          // Those that fit into a chunk were held, and so could be parsed.
          const { records, rejects, ...rest } = reading.all;
          const { records: _, rejects: __, ...expected } = naively(bytes, Infinity, Infinity);
          const isLastHeld = end === '\n' || (lines.at(-1) ?? '').length <= longest;
          if (isLastHeld) expect(rest).toEqual(expected);
          expect(records + rejects).toBe(rest.lines);
          expect(reading.bytesRead).toBe(bytes.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('do not need a line that is too long to be held', () => {
    const { all } = read(`${long(150)}\n${long(80)}\n`, { chunkBytes: 10, longest: 99 });
    expect([all.rejects, all.records]).toEqual([1, 1]);
  });

  it.each(' \t\v\f\r\u00a0\u1680\u2000\u2028\u2029\u202f\u205f\u3000\ufeff'.split(''))(
    'hold no blank of %j',
    (space) => {
      const { all } = read(`{}\n${space}\n${space}x\n`);
      expect([all.records, all.blanks, all.rejects]).toEqual([1, 1, 1]);
    },
  );

  it('does not read behind the size that the file had', () => {
    const { all, bytesRead } = read('{"a":1}\n{"b":2}\n', { limit: 8 });
    expect([all.lines, bytesRead]).toEqual([1, 8]);
  });
});

function line(id: string): string {
  return `{"type":"assistant","message":{"id":"msg_${id}","usage":{"output_tokens":1}}}\n`;
}

describe('what the database claims to have', () => {
  const first = '{"a":1}\n';

  it('tells a grown file from another one in one pass', () => {
    const before = read(first).all;
    const grown = read(`${first}{"b":2}\n`, { until: first.length });
    expect(grown.imported).toEqual(before);
    expect(grown.all.lines).toBe(2);
    expect(read(`${first.replace('1', '2')}{"b":2}\n`, { until: first.length }).imported).not.toEqual(before);
  });

  it('holds the whole line that starts before it', () => {
    expect(read('{"a":1}\n{"b":2}\n', { until: 9 }).imported.lines).toBe(2);
  });

  it('is nothing at 0', () => {
    const { imported, usage } = read('{"a":1}\n', { until: 0 });
    expect([imported.lines, imported.checksum, usage.keys.length]).toEqual([0, 0n, 0]);
  });

  it('is what responses are counted of', () => {
    const { usage } = read(line('1') + line('2'), { until: line('1').length });
    expect(usage.keys).toEqual(['msg_1']);
  });

  it('tells a change of order by the ordered checksum only', () => {
    const [a, b] = [read('{"a":1}\n{"b":2}\n').all, read('{"b":2}\n{"a":1}\n').all];
    expect(a.checksum).toBe(b.checksum);
    expect(a.orderedChecksum).not.toBe(b.orderedChecksum);
  });
});

function endOf(bytes: string): object {
  const { all, pendingBytes, isPendingBlank } = read(bytes);
  return { lines: all.lines, blanks: all.blanks, pendingBytes, isPendingBlank };
}

describe('the end of a file', () => {
  it.each([
    ['{"a":1}', { lines: 1, blanks: 0, pendingBytes: 0, isPendingBlank: false }],
    ['{"a":1}\n{"b"', { lines: 1, blanks: 0, pendingBytes: 4, isPendingBlank: false }],
    ['{"a":1}\n[1]', { lines: 1, blanks: 0, pendingBytes: 3, isPendingBlank: false }],
    ['{"a":1}\n \t', { lines: 1, blanks: 1, pendingBytes: 2, isPendingBlank: true }],
    ['\ufeff{"a', { lines: 0, blanks: 0, pendingBytes: 6, isPendingBlank: false }],
    ['\ufeff', { lines: 0, blanks: 1, pendingBytes: 3, isPendingBlank: true }],
    ['\ufeff\n', { lines: 0, blanks: 1, pendingBytes: 0, isPendingBlank: false }],
    ['', { lines: 0, blanks: 0, pendingBytes: 0, isPendingBlank: false }],
  ])('%j', (bytes, expected) => {
    expect(endOf(bytes)).toEqual(expected);
  });
});

it('hashes a line of many megabytes as ClickHouse does, in pieces', () => {
  const line = `{"a":"${'ü'.repeat(5 << 20)}"}`;
  expect(read(`${line}\n`).all.checksum).toBe(hasher.h64(line));
});

it('gives the error of the file system', () => {
  const task = { path: `${write('')}.gone`, file: 'a', limit: 1, until: 0 };
  expect(() => readFile(task, hasher)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  ByteColumn,
  IntegerColumn,
  NullableTimeColumn,
  StringArrayColumn,
  StringColumn,
  TupleColumn,
} from '../../../src/engine/extract/columns.ts';
import { DictionaryColumn } from '../../../src/engine/extract/dictionary-column.ts';
import type { TextEncoding } from '../../../src/engine/extract/growing-bytes.ts';
import { takeBlock } from '../../../src/engine/extract/native-block.ts';
import { BatchBuilder, BatchRows } from '../../../src/engine/extract/batch-builder.ts';
import { EvidenceRows, GapRows, LineRows } from '../../../src/engine/extract/rows.ts';
import { extractBytes, Import, rowsOf, xxHash64 } from './extract-file.ts';
import { bytesOf, decodeNative } from './native-decoder.ts';

// Hundreds of imports a test; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const migrations = new URL('../../../resources/migrations/', import.meta.url);

/** Columns of a table as its migration declares them, without comments, codecs and the dictionary of strings. */
function declaredColumns(migration: string, table: string): Record<string, string> {
  const sql = readFileSync(new URL(migration, migrations), 'utf8');
  const body = new RegExp(`CREATE TABLE IF NOT EXISTS ${table}\\n\\((.*?)\\n\\)`, 's').exec(sql)?.[1] ?? '';
  const columns: Record<string, string> = {};
  for (const declared of body
    .replaceAll(/,\n {8}/g, ', ')
    .replaceAll(/\(\n +/g, '(')
    .split(/,?\n {4}/)) {
    const [, name, type] = /^(\w+) (.+?)(?: COMMENT '.*?'| CODEC\(.*\))*,?$/.exec(declared.trim()) ?? [];
    if (!name || name === 'INDEX') continue;
    columns[name] = type!
      .replaceAll('LowCardinality(String)', 'String')
      .replace(/^SimpleAggregateFunction\(\w+, (.*)\)$/, '$1');
  }
  return { ...columns, ...changedColumns(table) };
}

/** Types that later migrations gave to columns. */
function changedColumns(table: string): Record<string, string> {
  const sql = readFileSync(new URL('0010_signed_counts.sql', migrations), 'utf8');
  const changes = new RegExp(`ALTER TABLE ${table}\\n(.*?);\\n`, 's').exec(sql)?.[1] ?? '';
  return Object.fromEntries(
    changes.split('MODIFY COLUMN ').flatMap((change) => {
      const [, name, type] = /^(\w+) (.+?)(?: CODEC\(.*\))?,?\s*$/s.exec(change) ?? [];
      if (name === undefined || type === undefined) return [];
      const plain = type.replaceAll(/\(\n +/g, '(').replaceAll(/,\n +/g, ', ');
      return [[name, plain.replace(/^SimpleAggregateFunction\(\w+, (.*)\)$/, '$1')]];
    }),
  );
}

describe('a block', () => {
  it('of no rows is nothing to send', () => {
    for (const rows of [new LineRows(), new GapRows(), new EvidenceRows()]) {
      expect(rows.take()).toEqual({ rows: 0, bytes: new Uint8Array(0) });
    }
  });

  it('of no rows is still a block when it is encoded', () => {
    const { types, rows } = decodeNative(takeBlock({ a: new StringColumn(), b: new StringArrayColumn() }, 0));
    expect({ types, rows }).toEqual({ types: { a: 'String', b: 'Array(String)' }, rows: [] });
  });

  it('has exactly the columns and types of its table', async () => {
    const { batches } = await new Import().run({
      'p/f.jsonl': Buffer.from('{"type":"assistant","message":{"id":"msg_1","usage":{}}}\n\n'),
    });
    // The server takes a dictionary of strings for strings, and the other way round.
    const typesOf = (rows: 'lines' | 'gaps' | 'evidence'): object =>
      Object.fromEntries(
        Object.entries(decodeNative(batches[0]![rows].bytes).types).map(([name, type]) => [
          name,
          type.replaceAll('LowCardinality(String)', 'String'),
        ]),
      );
    expect(typesOf('lines')).toEqual(declaredColumns('0001_lines.sql', 'lines'));
    expect(typesOf('gaps')).toEqual(declaredColumns('0001_lines.sql', 'gaps'));
    expect(typesOf('evidence')).toEqual(declaredColumns('0002_responses.sql', 'response_evidence'));
  });

  it('starts afresh after it was taken', () => {
    const rows = new GapRows();
    const place = { source: 's', root: 'r', file: 'f', generation: 1 };
    for (const raw of [' ', '\t']) {
      rows.push(place, 5, 'run', 'blank', Buffer.from(raw));
      expect(rowsOf(rows.take())).toEqual([
        { source: 's', root: 'r', file: 'f', generation: 1, offset: 5n, run_id: 'run', kind: 'blank', raw },
      ]);
    }
  });

  it('lies in memory of its own, or in the memory that is given for it', async () => {
    const { batches } = await extractBytes(
      '{"type":"user","message":{"content":[{"type":"tool_use","name":"x"}]}}\n\n',
    );
    const buffers = batches.flatMap(({ lines, gaps }) => [lines.bytes.buffer, gaps.bytes.buffer]);
    expect(new Set(buffers).size).toBe(2);
    expect(() => structuredClone(buffers, { transfer: buffers as ArrayBuffer[] })).not.toThrow();

    const rows = new GapRows();
    const place = { source: 's', root: 'r', file: 'f', generation: 1 };
    rows.push(place, 5, 'run', 'blank', Buffer.from('\t'));
    const memory = new SharedArrayBuffer(1 << 16);
    const { bytes } = rows.take((byteLength) => new Uint8Array(memory, 100, byteLength));
    expect(bytes.buffer).toBe(memory);
    expect(decodeNative(bytes).rows).toMatchObject([{ offset: 5n, raw: '\t' }]);
  });

  it('keeps its memory for the next rows, but not that of a huge line', () => {
    const columns = { a: new StringColumn(), b: new DictionaryColumn() };
    for (const length of [1, 100 << 20, 2]) {
      columns.a.push('x'.repeat(length), 'latin1');
      columns.b.push('y', 'utf8');
      const [row, ...others] = decodeNative(takeBlock(columns, 1)).rows;
      expect([String(row?.['a']).length, row?.['b'], others]).toEqual([length, 'y', []]);
    }
  });
});

describe('columns', () => {
  const encodings = fc.constantFrom<TextEncoding>('latin1', 'utf8');

  it('of strings give back every string', () => {
    const values = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 100 }), encodings), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, fc.nat({ max: 10 }), (pairs, capacity) => {
        const column = new StringColumn(capacity);
        const expected = pairs.map(([text, encoding]) => {
          // What comes out of a line decoded as latin1 has one character per byte.
          const value = encoding === 'latin1' ? bytesOf(text) : text;
          column.push(value, encoding);
          return { a: bytesOf(text) };
        });
        expect(decodeNative(takeBlock({ a: column }, pairs.length)).rows).toEqual(expected);
      }),
    );
  });

  it('of repeated strings give back every string, in blocks of any number of distinct ones', () => {
    const column = new DictionaryColumn();
    const few = fc.constantFrom('', 'user', 'assistant', 'é', '日本', '\u0000');
    fc.assert(
      fc.property(fc.array(fc.tuple(few, encodings), { maxLength: 60 }), (pairs) => {
        for (const [text, encoding] of pairs)
          column.push(encoding === 'latin1' ? bytesOf(text) : text, encoding);
        const { types, rows } = decodeNative(takeBlock({ a: column }, pairs.length));
        expect(types).toEqual({ a: 'LowCardinality(String)' });
        expect(rows).toEqual(pairs.map(([text]) => ({ a: bytesOf(text) })));
      }),
    );
    for (const distinct of [255, 256, 257, 65_535, 65_536, 65_537, 3]) {
      for (let number = 0; number < distinct; number++) column.push(String(number), 'latin1');
      column.push('0', 'utf8');
      const { rows } = decodeNative(takeBlock({ a: column }, distinct + 1));
      expect(rows.map((row) => row['a']).join()).toBe([...Array(distinct).keys(), 0].join());
    }
  });

  it('join strings as `join` does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), encodings, (texts, encoding) => {
        const column = new StringColumn(1);
        column.pushJoined(encoding === 'latin1' ? texts.map(bytesOf) : texts, encoding);
        expect(decodeNative(takeBlock({ a: column }, 1)).rows).toEqual([{ a: bytesOf(texts.join('\n')) }]);
      }),
    );
  });

  it.each([0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 20_000_000])(
    'write a string of %i bytes with its length',
    (length) => {
      const column = new StringColumn(8);
      column.push('x'.repeat(length), 'latin1');
      column.push('end', 'utf8');
      const [first, second] = decodeNative(takeBlock({ a: column }, 2)).rows;
      expect(String(first?.['a']).length).toBe(length);
      expect(second).toEqual({ a: 'end' });
    },
  );

  it('write lengths and counts beyond 31 bits', () => {
    // A string of that length can't be made here; the number of rows is written by the same function.
    for (const rows of [2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, 2 ** 49 + 3]) {
      const bytes = takeBlock({ a: new StringColumn() }, rows).subarray(1);
      const length = bytes.findIndex((byte) => byte < 0x80) + 1;
      const value = bytes
        .subarray(0, length)
        .reduce((sum, byte, place) => sum + (byte & 0x7f) * 128 ** place, 0);
      expect(value).toBe(rows);
      expect(length).toBe(Math.ceil(Math.log2(rows + 1) / 7));
    }
  });

  it('of integers give back every value of their width', () => {
    const counts = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1));
    fc.assert(
      fc.property(
        fc.array(counts),
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
        (numbers, large) => {
          const column = new IntegerColumn('UInt64');
          for (const value of numbers) column.push(value);
          for (const value of large) column.pushUnsigned(value);
          const { rows } = decodeNative(takeBlock({ a: column }, numbers.length + large.length));
          expect(rows.map((row) => row['a'])).toEqual([...numbers.map(BigInt), ...large]);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (numbers) => {
        const column = new IntegerColumn('Int64');
        for (const value of numbers) column.push(value);
        const { rows } = decodeNative(takeBlock({ a: column }, numbers.length));
        expect(rows.map((row) => row['a'])).toEqual(numbers.map(BigInt));
      }),
    );
    const small = {
      a: new IntegerColumn('UInt16', 2),
      b: new IntegerColumn('UInt32', 4),
      c: new IntegerColumn('Int64'),
    };
    small.a.push(65_535);
    small.b.push(2 ** 32 - 1);
    small.c.push(-5);
    expect(decodeNative(takeBlock(small, 1)).rows).toEqual([{ a: 65_535, b: 2 ** 32 - 1, c: -5n }]);
  });

  it('of arrays, tuples, times and bytes give back every value', () => {
    const row = fc.record({
      names: fc.array(fc.string({ unit: 'binary' })),
      time: fc.option(fc.maxSafeNat()),
      flag: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row), (values) => {
        const columns = {
          names: new StringArrayColumn(),
          time: new NullableTimeColumn(),
          both: new TupleColumn({ flag: new ByteColumn('Bool'), name: new StringColumn() }),
        };
        for (const { names, time, flag } of values) {
          columns.names.push(names, 'utf8');
          columns.time.push(time);
          columns.both.elements.flag.push(flag);
          columns.both.elements.name.push(names[0] ?? '', 'utf8');
        }
        expect(decodeNative(takeBlock(columns, values.length)).rows).toEqual(
          values.map(({ names, time, flag }) => ({
            names: names.map(bytesOf),
            time: time === null ? null : BigInt(time),
            both: { flag, name: bytesOf(names[0] ?? '') },
          })),
        );
      }),
    );
  });
});

describe('a batch', () => {
  it('is cut after its rows', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => `{"n":${index},"x":"${'y'.repeat(1000)}"}\n`);
    const imported = await new Import().run(
      { 'project/file.jsonl': Buffer.from(lines.join('')) },
      { taskBytes: 1 << 20, batchRows: 10 },
    );
    expect(imported.batches.map(({ lines }) => lines.rows)).toEqual([...Array(20).fill(10), 0]);
  });

  it('starts without the rows of a task that ended in the middle', () => {
    const rows = new BatchRows();
    rows.gaps.push({ source: 's', root: 'r', file: 'f', generation: 1 }, 5, 'run', 'blank', Buffer.from(' '));
    const privacy = { default: 'full' as const, rules: [] };
    const task = { runId: 'r', importedAtMs: 0, batchRows: 1, privacy, segments: [], memory: null };
    expect(new BatchBuilder(task, { hash: xxHash64, rows }).finish()).toEqual([]);
    expect(rows.gaps.count).toBe(0);
  });

  it('needs an open segment', () => {
    const privacy = { default: 'full' as const, rules: [] };
    const task = { runId: 'r', importedAtMs: 0, batchRows: 1, privacy, segments: [], memory: null };
    const builder = new BatchBuilder(task, { hash: xxHash64, rows: new BatchRows() });
    expect(() => builder.leavePending(1, true)).toThrow('No segment is open');
  });
});

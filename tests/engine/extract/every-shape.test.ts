import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { recordsOf } from './counting-rule.ts';
import { extractBytes, Import, uncut, without, type LineRow } from './extract-file.ts';
import { textOf } from './native-decoder.ts';
import { referenceColumns } from './reference-columns.ts';
import { anyRecordValue, escaped } from './transcript-lines.ts';

// Hundreds of imports a test; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus');

async function rowOf(record: object | string): Promise<LineRow> {
  const line = typeof record === 'string' ? record : JSON.stringify(record);
  const { lines } = await extractBytes(`${line}\n`);
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

async function textColumn(record: object): Promise<string> {
  return textOf(String((await rowOf(record))['text']));
}

/** What a row says besides the bytes of its line. */
function parsedColumns(row: LineRow): object {
  return without(row, ['raw', 'hash', 'length', 'offset']);
}

describe('the columns of a record', () => {
  it('are those of a plain reading of its JSON, whatever the types of its fields', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyRecordValue, fc.boolean()), { maxLength: 6 }),
        async (records) => {
          const lines = records.map(([record, isEscaped]) => {
            const json = JSON.stringify(record);
            return isEscaped ? escaped(json) : json;
          });
          const imported = await extractBytes(lines.map((line) => `${line}\n`).join(''));
          expect(imported.lines).toHaveLength(lines.length);
          for (const [index, line] of lines.entries()) {
            expect(imported.lines[index]).toMatchObject(referenceColumns(JSON.parse(line) as never));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('do not depend on whether characters are written as escapes', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecordValue, async (record) => {
        // A lone surrogate can only be written as an escape.
        const json = JSON.stringify(record).replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, '?');
        const plain = await extractBytes(`${json}\n`);
        const written = await extractBytes(`${escaped(json)}\n`);
        expect(parsedColumns(written.lines[0]!)).toEqual(parsedColumns(plain.lines[0]!));
        expect(written.evidence).toEqual(plain.evidence);
      }),
      { numRuns: 300 },
    );
  });

  it.skipIf(!existsSync(corpus))('are those of a plain reading in every genuine transcript', async () => {
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' });
    let records = 0;
    for (const name of names.filter((name) => name.endsWith('.jsonl'))) {
      const bytes = readFileSync(path.join(corpus, name));
      const imported = await new Import().run({ 'p/f.jsonl': bytes }, uncut);
      const rows = new Map(imported.lines.map((row) => [Number(row.offset), row]));
      const mark = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
      for (const [record, offset] of recordsOf(bytes)) {
        const row = rows.get(offset === 0 ? mark : offset)!;
        // A plain reading can't tell invalid UTF-8 from a replacement character.
        if (Buffer.from(row.raw, 'latin1').toString().includes('\ufffd')) continue;
        expect(row).toMatchObject(referenceColumns(record));
        records++;
      }
    }
    expect(records).toBeGreaterThan(13_000);
  });

  it('keep invalid UTF-8 as it is', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"type":"user","message":{"content":"a'),
      Buffer.from([0xff, 0xc3, 0x28]),
      Buffer.from('"}}\n'),
    ]);
    const { lines } = await extractBytes(bytes);
    expect(lines[0]).toMatchObject({ kind: 'record', text: 'a\xff\xc3(' });
  });

  it('have a replacement character for an escaped lone surrogate', async () => {
    const row = await rowOf('{"type":"user","message":{"content":"a\\ud88db"}}');
    expect(textOf(String(row['text']))).toBe('a\ufffdb');
  });

  it('take the last of two equal keys, and nothing from a key that names the prototype', async () => {
    const row = await rowOf(
      '{"uuid":"1","uuid":"2","__proto__":{"cwd":"/no","type":"user"},"constructor":{}}',
    );
    expect(row).toMatchObject({ uuid: '2', cwd: '', type: '' });
    expect(Object.prototype).not.toHaveProperty('cwd');
  });

  it('hold no count that is no count', async () => {
    const usage = {
      input_tokens: 1e20,
      output_tokens: -1e20,
      cache_read_input_tokens: '7',
      cache_creation_input_tokens: 2.9,
    };
    expect(await rowOf({ type: 'assistant', message: { id: 'msg_1', usage } })).toMatchObject({
      input_tokens: 0n,
      output_tokens: 0n,
      cache_read_tokens: 0n,
      cache_write_5m_tokens: 2n,
    });
    const below = { input_tokens: -3, output_tokens: -0.5, cache_read_input_tokens: -24_672.9 };
    expect(await rowOf({ type: 'assistant', message: { id: 'msg_1', usage: below } })).toMatchObject({
      input_tokens: -3n,
      output_tokens: 0n,
      cache_read_tokens: -24_672n,
    });
    const large = { input_tokens: Number.MAX_SAFE_INTEGER, output_tokens: Number.MAX_SAFE_INTEGER };
    const { evidence } = await extractBytes(
      `${JSON.stringify({ type: 'assistant', message: { id: 'msg_1', usage: large } })}\n`,
    );
    expect(evidence[0]?.usage['total_tokens']).toBe(2n * BigInt(Number.MAX_SAFE_INTEGER));
  });
});

describe('the timestamp', () => {
  it.each([
    ['2025-05-01T12:34:56.789Z', Date.UTC(2025, 4, 1, 12, 34, 56, 789)],
    ['2025-05-01T12:34:56Z', Date.UTC(2025, 4, 1, 12, 34, 56)],
    ['2025-05-01T12:34:56.123456+02:00', Date.UTC(2025, 4, 1, 10, 34, 56, 123)],
    // Without a zone it is UTC on every machine.
    ['2025-05-01T12:34:56', Date.UTC(2025, 4, 1, 12, 34, 56)],
    ['1970-01-01T00:00:00.000Z', 0],
  ])('%s is read', async (timestamp, milliseconds) => {
    expect((await rowOf({ timestamp }))['timestamp']).toBe(BigInt(milliseconds));
  });

  it.each([
    '',
    'yesterday',
    '5',
    'May 1, 2025',
    '2025-13-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '9999-01-01T00:00:00Z',
  ])('%j is none', async (timestamp) => {
    expect((await rowOf({ timestamp }))['timestamp']).toBeNull();
  });

  it.each([null, 0, 1_700_000_000_000, {}, []])('%j is none', async (timestamp) => {
    expect((await rowOf({ timestamp }))['timestamp']).toBeNull();
  });
});

describe('polymorphic fields', () => {
  it.each([
    ['a string', 'hello', 'hello'],
    ['strings', ['a', 'b'], 'a\nb'],
    ['a text block', [{ type: 'text', text: 'hello' }], 'hello'],
    ['a result that is a string', [{ type: 'tool_result', content: 'out' }], 'out'],
    ['a result that is null', [{ type: 'tool_result', content: null }], ''],
    [
      'a result of blocks',
      [{ type: 'tool_result', content: [{ type: 'text', text: 'x' }, { type: 'image' }] }],
      'x',
    ],
    ['an image', [{ type: 'image', source: { data: 'AAAA' } }], ''],
    ['null', null, ''],
    ['an object', { text: 'x' }, ''],
    ['a number', 7, ''],
  ])('content as %s', async (_, content, expected) => {
    expect(await textColumn({ type: 'user', message: { role: 'user', content } })).toBe(expected);
  });

  it.each([null, 'Error: no', [], [{ type: 'text' }], { stdout: '', usage: { output_tokens: 9 } }, 3])(
    'toolUseResult as %j says nothing about usage',
    async (toolUseResult) => {
      const { evidence, lines } = await extractBytes(
        `${JSON.stringify({ type: 'user', message: { content: 'x' }, toolUseResult })}\n`,
      );
      expect(evidence).toEqual([]);
      expect(lines[0]).toMatchObject({ output_tokens: 0n, text: 'x' });
    },
  );

  it('a message that is a string spread into numeric keys is a record without text', async () => {
    const message = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [index, 'x']));
    expect(await rowOf({ type: 'assistant', message })).toMatchObject({
      kind: 'record',
      text: '',
      message_id: '',
    });
  });

  it.each([null, 'text', 7, [], true])('a message that is %j is a record', async (message) => {
    expect(await rowOf({ type: 'assistant', message })).toMatchObject({ kind: 'record', role: '' });
  });

  it.each([null, 'many', 7, true])('a usage that is %j is no usage', async (usage) => {
    const { evidence } = await extractBytes(
      `${JSON.stringify({ type: 'assistant', message: { id: 'msg_1', usage } })}\n`,
    );
    expect(evidence).toEqual([]);
  });
});

const assistant = (...content: object[]): object => ({ type: 'assistant', message: { content } });
const user = (content: unknown, more: object = {}): object => ({
  type: 'user',
  message: { content },
  ...more,
});

describe('the category', () => {
  it.each([
    ['user_prompt', user('fix it')],
    ['assistant_text', assistant({ type: 'text', text: 'done' })],
    ['thinking', assistant({ type: 'thinking', thinking: '' })],
    ['tool_use', assistant({ type: 'tool_use', name: 'Bash', input: {} })],
    ['mcp_tool', assistant({ type: 'tool_use', name: 'mcp__github__list', input: {} })],
    ['custom_agent', assistant({ type: 'tool_use', name: 'Task', input: {} })],
    ['tool_result', user([{ type: 'tool_result', content: 'x' }])],
    ['image', user([{ type: 'image' }])],
    ['system', user('<system-reminder>x')],
    ['meta', user('<command-name>/clear</command-name>')],
    ['meta', user('x', { isMeta: true })],
    ['summary', user('x', { isCompactSummary: true })],
    ['summary', { type: 'summary', summary: 'x' }],
    ['summary', { type: 'system', subtype: 'compact_boundary' }],
    ['memory', { type: 'attachment', attachment: { type: 'nested_memory' } }],
    ['system', { type: 'attachment', attachment: { type: 'file' } }],
    ['system', { type: 'system', subtype: 'api_error' }],
    ['meta', { type: 'file-history-snapshot' }],
  ])('%s', async (category, record) => {
    expect(await rowOf(record)).toMatchObject({ category });
  });
});

describe('a reject', () => {
  it.each([
    ['two-records', '{"a":1}{"b":2}'],
    ['headless', 'ssage":{"role":"user"}}'],
    ['nul-bytes', '\0\0\0'],
    ['not-an-object', '[1]'],
    ['not-an-object', 'null'],
    ['not-json', '{"a":'],
    ['not-json', 'error TS2304'],
  ])('is %s', async (reason, line) => {
    expect(await rowOf(line)).toMatchObject({ kind: 'reject', reject_reason: reason, raw: line, type: '' });
  });

  it('has a short message of printable characters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), async (text) => {
        const row = await rowOf(`x${text.replaceAll('\n', ' ')}`);
        expect(row['reject_message']).toMatch(/^[\x20-\x7e]{1,200}$/);
      }),
      { numRuns: 60 },
    );
  });
});

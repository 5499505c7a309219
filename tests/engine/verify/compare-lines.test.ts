import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { compareLines, type LineToCompare } from '../../../src/engine/verify/disk/compare-lines.ts';
import {
  countColumns,
  lineRowSql,
  textColumns,
  type LineRow,
} from '../../../src/engine/verify/disk/line-row.ts';
import { extractBytes, Import } from '../extract/extract-file.ts';
import { anyHistory } from '../extract/histories.ts';
import { anyFile, nastyFiles } from '../extract/nasty-files.ts';
import { compareRows, hasher, jsonRow, write } from './on-disk.ts';

vi.setConfig({ testTimeout: 120_000 });

const record = {
  type: 'assistant',
  subtype: 'x',
  uuid: 'u1',
  parentUuid: 'u0',
  sessionId: 's1',
  agentId: 'a1',
  isSidechain: true,
  timestamp: '2026-11-10T10:00:00.123Z',
  cwd: '/home/u/ü',
  gitBranch: 'main',
  version: '2.1.200',
  requestId: 'r1',
  message: {
    id: 'msg_1',
    role: 'assistant',
    model: 'claude-opus-5',
    stop_reason: 'end_turn',
    content: [
      { type: 'text', text: 'Done.' },
      { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
    ],
    usage: {
      input_tokens: 1,
      output_tokens: 2,
      cache_read_input_tokens: 3,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
      server_tool_use: { web_search_requests: 6 },
      service_tier: 'standard',
      speed: 'fast',
    },
  },
};
const prompt = {
  type: 'user',
  sessionId: 's1',
  cwd: '/home/u/ü',
  message: { role: 'user', content: 'fix the tests' },
};
const history = Buffer.from(`${JSON.stringify(record)}\n${JSON.stringify(prompt)}\nbroken\n`);

async function rowsOf(bytes: Buffer): Promise<LineToCompare[]> {
  const imported = await extractBytes(bytes);
  const path = write(bytes);
  const file = 'project/file.jsonl';
  return imported.linesOf(file).map((row) => ({
    path,
    file,
    offset: Number(row.offset),
    length: Number(row.length),
    row: jsonRow(row),
  }));
}

const [answered, asked, broken] = (await rowsOf(history)) as [LineToCompare, LineToCompare, LineToCompare];

/** Columns that differ when a row was altered. */
function columnsOf(line: LineToCompare, altered: Partial<LineRow>): string[] {
  const { different } = compareLines({ lines: [{ ...line, row: { ...line.row, ...altered } }] }, hasher);
  return different.flatMap(({ differences }) => differences.map(({ column }) => column));
}

describe('an import', () => {
  it('does not differ from its file', () => {
    expect(compareLines({ lines: [answered, asked, broken] }, hasher)).toEqual({
      compared: 3,
      different: [],
      unread: [],
    });
  });

  it.each(Object.entries(nastyFiles))('does not differ from a nasty file: %s', async (_, bytes) => {
    const imported = await extractBytes(bytes);
    expect(compareRows(bytes, imported.linesOf('project/file.jsonl')).different).toEqual([]);
  });

  it('does not differ from any file', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (bytes) => {
        const imported = await extractBytes(bytes);
        const rows = imported.linesOf('project/file.jsonl');
        expect(compareRows(bytes, rows)).toEqual({ compared: rows.length, different: [], unread: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('does not differ from any history', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (files) => {
        const imported = await new Import().run(files);
        for (const [file, bytes] of Object.entries(files)) {
          expect(compareRows(bytes, imported.linesOf(file), file).different).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('columns that are hard to derive', () => {
  it.each([
    ['two records, one with quotes and braces in a string', String.raw`{"a":"\"}{\\"}{"b":2}`],
    ['one record and an open string', String.raw`{"a":"x\"}{"b":2}`],
    ['a record and white space', '{"a":1} {"b":2}'],
    ['a byte order mark', '\ufeff{"a":1}'],
    [
      'tools called in results',
      JSON.stringify({
        message: {
          content: [
            {
              type: 'tool_result',
              content: [{ type: 'tool_result', content: [{ type: 'tool_use', name: 'Bash' }] }],
            },
          ],
        },
      }),
    ],
  ])('%s', async (_, text) => {
    const bytes = Buffer.from(`{}\n${text}\n`);
    const rows = (await extractBytes(bytes)).linesOf('project/file.jsonl');
    expect(compareRows(bytes, rows)).toMatchObject({ compared: 2, different: [] });
  });
});

describe('an altered row', () => {
  it.each(textColumns)('is found by %s', (column) => {
    expect(columnsOf(answered, { [column]: `${answered.row[column]}x` })).toEqual([column]);
    expect(columnsOf(broken, { [column]: 'x' })).toEqual([column]);
    if (column !== 'version') expect(answered.row[column]).not.toBe('');
  });

  it.each(countColumns)('is found by %s', (column) => {
    expect(columnsOf(answered, { [column]: Number(answered.row[column]) + 1 })).toEqual([column]);
    expect(columnsOf(broken, { [column]: 1 })).toEqual([column]);
  });

  it.each([
    ['kind', { kind: 'reject' }],
    ['reject_reason', { reject_reason: 'not-json' }],
    ['session_id', { session_id: 's2' }],
    ['project', { project: '/home/v' }],
    ['is_sidechain', { is_sidechain: false }],
    ['timestamp', { timestamp: '2026-11-10 10:00:00.124' }],
    ['timestamp', { timestamp: null }],
    ['tool_names', { tool_names: ['Read'] }],
    ['tool_names', { tool_names: [] }],
    ['length', { length: '1' }],
    ['hash', { hash: '1' }],
    ['raw', { raw_hash: '1' }],
    ['raw', { raw: 'x' }],
    ['text', { text: 'ls', estimated_tokens: 101 }],
    ['estimated_tokens', { estimated_tokens: 0 }],
    ['category', { category: 'thinking' }],
    ['schema', { schema: 'A' }],
    ['unknown_fields', { unknown_fields: ['x.y'] }],
  ] satisfies [string, Partial<LineRow>][])('is found by %s: %j', (column, altered) => {
    expect(columnsOf(answered, altered)).toEqual([column]);
  });

  it('of a reject is found by its reason, its session and its text', () => {
    expect(columnsOf(broken, { kind: 'record' })).toEqual(['kind']);
    expect(columnsOf(broken, { reject_reason: 'headless' })).toEqual(['reject_reason']);
    expect(columnsOf(broken, { session_id: 's2' })).toEqual(['session_id']);
    expect(columnsOf(broken, { timestamp: '2026-11-10 10:00:00.000' })).toEqual(['timestamp']);
  });

  it('says both values, cut to a hundred characters', () => {
    const row = { ...asked.row, cwd: 'x'.repeat(1000) };
    const [found] = compareLines({ lines: [{ ...asked, row }] }, hasher).different;
    expect(found?.differences).toEqual([
      { column: 'cwd', expected: '/home/u/ü', actual: `${'x'.repeat(99)}…` },
    ]);
  });
});

describe('privacy', () => {
  const nothing = hasher.h64('').toString();

  it('leaves nothing of raw and text at the level metadata', () => {
    const metadata = { privacy: 'metadata', raw: '', raw_hash: nothing, text: '' };
    expect(columnsOf(asked, metadata)).toEqual([]);
    expect(columnsOf(asked, { ...metadata, text: 'fix the tests' })).toEqual(['text']);
    expect(columnsOf(asked, { privacy: 'metadata', text: '' })).toEqual(['raw']);
  });

  it('masks raw and text at the level redacted, while the hash is that of the original', () => {
    const redacted = { privacy: 'redacted', raw: '*', raw_hash: '1', text: '*' };
    expect(columnsOf(asked, redacted)).toEqual([]);
    expect(columnsOf(asked, { ...redacted, hash: '1' })).toEqual(['hash']);
  });

  it('does not excuse missing bytes at the level full', () => {
    expect(columnsOf(asked, { raw: '', raw_hash: nothing })).toEqual(['raw']);
  });
});

function at(offset: number, length: number): unknown {
  return compareLines({ lines: [{ ...asked, offset, length }] }, hasher).different[0]?.differences;
}

describe('a place', () => {
  it('where no line starts', () => {
    expect(at(asked.offset + 1, asked.length - 1)).toMatchObject([{ column: 'offset' }]);
  });

  it('of a line that is shorter, longer or not there any more', () => {
    const length = String(asked.length);
    expect(at(asked.offset, asked.length + 1)).toMatchObject([{ column: 'length', expected: length }]);
    expect(at(asked.offset, asked.length - 1)).toMatchObject([
      { column: 'length', expected: `over ${asked.length - 1}` },
    ]);
    expect(at(history.length, 5)).toMatchObject([{ column: 'length', expected: '0' }]);
    expect(at(history.length + 9, 5)).toMatchObject([{ column: 'offset' }]);
  });

  it('in a file that is gone is told from one that differs, and the others are compared', () => {
    const result = compareLines({ lines: [{ ...asked, path: `${asked.path}.gone` }, asked] }, hasher);
    expect(result).toMatchObject({ compared: 1, different: [], unread: [{ index: 0, code: 'ENOENT' }] });
  });
});

describe('a line that does not say its session', () => {
  const session = '01234567-89ab-cdef-0123-456789abcdef';

  it.each([
    ['takes it from the name of its file', `p/${session}.jsonl`],
    ['takes it from the folder of its session', `p/${session}/subagents/agent-1.jsonl`],
    ['takes the innermost folder', `p/${session.replace('0', '1')}/${session}/agent-1.jsonl`],
    ['takes the first one in the file', 'p/agent-1.jsonl'],
  ])('%s', async (_, file) => {
    const bytes = Buffer.from('{"type":"summary"}\n{"sessionId":"s9"}\nbroken\n');
    const imported = await extractBytes(bytes, file);
    const rows = imported.linesOf(file);
    expect(compareRows(bytes, rows, file).different).toEqual([]);
    const altered = rows.map((row) => ({ ...row, session_id: 'other' }));
    expect(compareRows(bytes, altered, file).different).toHaveLength(3);
  });
});

it('a line that the database refused is expected as the reject that it became', () => {
  const refused = { ...broken.row, ...jsonIdentity(asked.row), reject_reason: 'refused-by-database' };
  expect(columnsOf({ ...asked, row: refused }, {})).toEqual([]);
});

function jsonIdentity({ length, hash, raw_hash }: LineRow): Partial<LineRow> {
  return { length, hash, raw_hash, raw: JSON.stringify(prompt) };
}

it('asks the database for every column it compares, but not for raw', () => {
  const names = lineRowSql.split(', ').map((column) => column.split(' AS ').at(-1));
  expect(new Set(names)).toEqual(new Set(Object.keys(answered.row).filter((name) => name !== 'raw')));
  expect(names).toHaveLength(new Set(names).size);
});

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Printer } from '../../../src/cli/context.ts';
import { runExplain } from '../../../src/cli/explain.ts';
import { explain } from '../../../src/engine/explain/explain.ts';
import type { Database } from '../../../src/engine/clickhouse/connect.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';
import { assistant, progress, toText, type LineValues, type MadeUpLine } from './transcript-lines.ts';

let workspace: Workspace;
let database: Database;

const line = (id: string, values: LineValues = {}): MadeUpLine =>
  assistant({ id: `msg_${id}`, request: `req_${id}`, ...values });

const write = async (root: string, name: string, lines: readonly MadeUpLine[]): Promise<void> => {
  const path = join(root, '-work-shop', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, toText(lines));
};

const block = line('blocks', { output: 20, uuid: 'b1' });
const iterations = {
  iterations: [
    {
      type: 'message',
      model: 'claude-fable-5',
      input_tokens: 3,
      output_tokens: 4,
      cache_creation_input_tokens: 5,
    },
    { type: 'fallback_message', model: 'claude-sonnet-4-5-20250929', input_tokens: 1, output_tokens: 10 },
  ],
};

beforeAll(async () => {
  workspace = await makeWorkspace();
  const root = workspace.sources;
  const other = join(dirname(root), 'other');
  await write(root, 'S1.jsonl', [
    block,
    line('blocks', { output: 20, uuid: 'b2', at: '2026-01-05T10:00:01.000Z' }),
    line('stream', { output: 1, uuid: 's1', stop: null }),
    line('stream', { output: 90, uuid: 's2' }),
    block,
    line('compacted'),
    line('asked'),
    line('btw', { uuid: 'w1' }),
    line('btw', { uuid: 'w2', request: 'req_other', sidechain: true }),
    progress({ id: 'msg_agent', request: 'req_agent' }),
    progress({ id: 'msg_lost', request: 'req_lost' }),
    line('in-agent', { at: '2026-01-05T10:00:00.000Z' }),
    line('fallback', { uuid: 'f1', usage: iterations }),
    line('fallback', { uuid: 'f2', usage: iterations, at: '2026-01-05T10:00:02.000Z' }),
  ]);
  await write(root, 'S2.jsonl', [
    line('blocks', { output: 20, session: 'S2' }),
    line('own', { session: 'S2' }),
  ]);
  await write(root, 'S1/subagents/agent-a1.jsonl', [
    line('agent', { sidechain: true }),
    line('in-agent', { sidechain: true, at: '2026-01-05T10:05:00.000Z' }),
  ]);
  await write(root, 'S1/subagents/agent-acompact-1.jsonl', [
    line('compacted', { sidechain: true }),
    line('summary', { sidechain: true }),
  ]);
  await write(root, 'S1/subagents/agent-aside_question-1.jsonl', [line('asked', { sidechain: true })]);
  await write(root, 'rewritten.jsonl', [line('kept'), line('dropped')]);
  await write(other, 'S2.jsonl', [line('own', { session: 'S2' })]);
  await workspace.migrate({ sources: [root, other] });
  await write(root, 'rewritten.jsonl', [line('new', { input: 77 }), line('kept')]);
  await workspace.migrate({ sources: [root, other] });
  database = await workspace.engine.openDatabase();
  return () => database.close();
});

interface Collapsed {
  readonly key: string;
  readonly reason: string;
  readonly lines: number;
}

describe('the reasons for which lines are collapsed', () => {
  it.each<[key: string, reason: string, lines: number]>([
    ['msg_blocks', 'copy in a resumed or forked session', 1],
    ['msg_blocks', 'repeated byte for byte in the same file', 1],
    ['msg_blocks', 'same response, another content block', 1],
    ['msg_stream', 'streaming placeholder (smaller output)', 1],
    ['msg_compacted', 'replay by a compaction agent', 1],
    ['msg_asked', 'replay by a side question (/btw)', 1],
    ['msg_btw', 'replay by a side question (/btw)', 1],
    ['msg_agent', 'progress line repeats a subagent message', 1],
    ['msg_in-agent', 'copy in a subagent file', 1],
    ['msg_fallback', 'same response, another content block', 1],
    ['msg_fallback#0', 'same response, another content block', 1],
    ['msg_own', 'same file under another root or on another machine', 1],
    ['msg_kept', 'older generation of a rewritten file', 1],
  ])('%s: %s', async (key, reason, lines) => {
    const found = await workspace.query<Collapsed>(`
      SELECT response_key AS key, reason, count() AS lines FROM response_lines
      WHERE role = 'collapsed' AND response_key = '${key}' GROUP BY key, reason ORDER BY reason`);
    expect(found).toContainEqual({ key, reason, lines });
  });

  it('are given to no other lines', async () => {
    const [found] = await workspace.query<{ lines: number }>(
      "SELECT count() AS lines FROM response_lines WHERE role = 'collapsed'",
    );
    expect(found).toEqual({ lines: 13 });
  });

  it('count a response that only a progress line or an older generation has', async () => {
    const found = await workspace.query(`
      SELECT response_key AS key, role, type, generation FROM response_lines
      WHERE response_key IN ('msg_lost', 'msg_dropped') ORDER BY key`);
    expect(found).toEqual([
      { key: 'msg_dropped', role: 'counted', type: 'assistant', generation: 0 },
      { key: 'msg_lost', role: 'counted', type: 'progress', generation: 0 },
    ]);
  });

  it('count an iteration of another model as a response of its own', async () => {
    const found = await workspace.query(`
      SELECT model, iteration, input_tokens, output_tokens, cache_write_5m_tokens, total_tokens FROM response_lines
      WHERE response_key = 'msg_fallback#0' AND role = 'counted'`);
    expect(found).toEqual([
      {
        model: 'claude-fable-5',
        iteration: 0,
        input_tokens: 3,
        output_tokens: 4,
        cache_write_5m_tokens: 5,
        total_tokens: 12,
      },
    ]);
  });

  it('name the place of the line and of the one that is counted, which hold the same message', async () => {
    const { examples } = await explain(database.client, { session: 'S1' });
    const btw = examples.find(({ responseKey }) => responseKey === 'msg_btw');
    const [bytes] = await workspace.query<{ line: string; counted: string }>(`
      SELECT
        (SELECT raw FROM lines WHERE file = '${btw?.file}' AND offset = ${btw?.offset}) AS line,
        (SELECT raw FROM lines WHERE file = '${btw?.counted.file}' AND offset = ${btw?.counted.offset}) AS counted`);
    expect(JSON.parse(bytes?.line ?? '')).toMatchObject({ uuid: 'w2', message: { id: 'msg_btw' } });
    expect(JSON.parse(bytes?.counted ?? '')).toMatchObject({ uuid: 'w1', message: { id: 'msg_btw' } });
    expect(btw?.timestamp).toBe('2026-01-05T10:00:00.000Z');
  });
});

const run = async (options: {
  day?: string;
  session?: string;
  model?: string;
  json?: boolean;
}): Promise<string> => {
  const written: string[] = [];
  const print: Printer = {
    json: (document) => written.push(JSON.stringify(document)),
    line: (text) => written.push(text),
    note: () => undefined,
  };
  const { json = false, ...selection } = options;
  const code = await runExplain(selection, {
    options: { json },
    print,
    signal: new AbortController().signal,
    engine: workspace.engine,
    logFile: workspace.engine.log,
    openDatabase: workspace.engine.openDatabase,
  });
  expect(code).toBe(0);
  return written.join('\n');
};

describe('the command', () => {
  it('shows the four rules side by side, the reasons, and places', async () => {
    const text = await run({ day: '2026-01-05', session: 'S1' });
    expect(text).toContain('Responses of day 2026-01-05 (UTC), session S1.');
    expect(text).toMatch(/^our rule +\d+ .* 1$/m);
    expect(text).toMatch(/^ccusage +\d+ /m);
    expect(text).toMatch(/^naive sum of lines +\d+ /m);
    expect(text).toMatch(/^first line wins +\d+ /m);
    expect(text).toMatch(/^replay by a compaction agent +1 +11$/m);
    expect(text).toContain('-work-shop/S1/subagents/agent-acompact-1.jsonl at byte 0');
  });

  it('says that there is nothing, rather than a table of zeros', async () => {
    const text = await run({ day: '1999-01-05' });
    expect(text).toContain('Responses of day 1999-01-05 (UTC).');
    expect(text).toContain('The database holds no such response.');
    expect(text).not.toContain('our rule');
  });

  it('gives one document in the words of the database', async () => {
    const document = JSON.parse(await run({ model: 'claude-fable-5', json: true })) as Record<
      string,
      unknown
    >;
    expect(document).toMatchObject({
      selection: { model: 'claude-fable-5' },
      ours: { responses: 1, input_tokens: 3, output_tokens: 4, cache_write_tokens: 5, total_tokens: 12 },
      ccusage: { responses: 0, total_tokens: 0 },
      naive: { responses: 0 },
      first_line_wins: { responses: 0 },
      differences: { ccusage: [{ cause: 'iteration of another model', responses: 1, total_tokens: -12 }] },
      counted: 1,
      collapsed: 1,
    });
  });
});

import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rebuildCheckpoints } from '../../../src/engine/checkpoints/maintain.ts';
import { reparse } from '../../../src/engine/reparse/reparse.ts';
import type { Database } from '../../../src/engine/clickhouse/connect.ts';
import { nastyFiles } from '../../engine/extract/nasty-files.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';
import { startCli } from '../cli/run-cli.ts';
import { verifyAll } from './scene.ts';
import { changeSmallHistory, loneFile, mainFile, writeSmallHistory } from './small-history.ts';

/** Real transcripts lie beside the project where its developers work; they are not part of it. */
const corpus = resolve(import.meta.dirname, '../../../../shared/corpus');

async function expectPassed(workspace: Workspace, sources = [workspace.sources]): Promise<void> {
  const { result, findings, variance, scores } = await verifyAll(workspace, { sources });
  expect(findings).toEqual([]);
  expect({ result, variance }).toEqual({ result: 'passed', variance: 0 });
  expect(scores.every(({ value }) => value === 1)).toBe(true);
}

async function withDatabase(workspace: Workspace, work: (database: Database) => Promise<unknown>) {
  const database = await workspace.engine.openDatabase();
  await work(database);
  await database.close();
}

async function reparseAll(workspace: Workspace): Promise<void> {
  const { signal } = new AbortController();
  await withDatabase(workspace, ({ client }) => reparse(client, { signal }));
}

/** A usage of another model. */
const other = { model: 'claude-haiku-4-5', output_tokens: 7 };

function assistantLine(message: object): string {
  const common = { type: 'assistant', uuid: 'u1', sessionId: 's1', requestId: 'req_1' };
  const own = {
    id: 'msg_1',
    model: 'claude-opus-4-6',
    role: 'assistant',
    content: [],
    stop_reason: 'end_turn',
  };
  return JSON.stringify({
    ...common,
    timestamp: '2026-06-01T10:00:00.000Z',
    message: { ...own, ...message },
  });
}

async function writeNasty(sources: string): Promise<void> {
  await mkdir(join(sources, '-nasty'), { recursive: true });
  for (const [name, bytes] of Object.entries(nastyFiles)) {
    await writeFile(join(sources, '-nasty', `${name.replaceAll(/\W/g, '-')}.jsonl`), bytes);
  }
}

/** What another reader of JSON, or another kind of number, may see in another way. */
const strangeResponses = [
  [
    'a count below zero',
    assistantLine({ usage: { input_tokens: 5, output_tokens: 10, cache_read_input_tokens: -300 } }),
    [['2026-06-01', 'msg_1', -285]],
  ],
  [
    'an iteration whose counts are below zero or in quotes',
    assistantLine({
      usage: { output_tokens: 10, iterations: [{ ...other, input_tokens: -9, output_tokens: '12' }] },
    }),
    [
      ['2026-06-01', 'msg_1', 10],
      ['2026-06-01', 'msg_1#0', -9],
    ],
  ],
  [
    'half a surrogate pair beside an iteration',
    assistantLine({
      content: [{ type: 'text', text: '\ud83d' }],
      usage: { output_tokens: 10, iterations: [other] },
    }),
    [
      ['2026-06-01', 'msg_1', 10],
      ['2026-06-01', 'msg_1#0', 7],
    ],
  ],
  [
    'a number above 2^64 beside an iteration',
    assistantLine({ content: ['LARGE'], usage: { output_tokens: 10, iterations: [other] } }).replace(
      '"LARGE"',
      '123456789012345678901234567890',
    ),
    [
      ['2026-06-01', 'msg_1', 10],
      ['2026-06-01', 'msg_1#0', 7],
    ],
  ],
  [
    'an id that ends like the key of an iteration',
    assistantLine({ id: 'gen#7', usage: { output_tokens: 10 } }),
    [['2026-06-01', 'gen#7', 10]],
  ],
  [
    'a time that no hour can tell',
    assistantLine({ usage: { output_tokens: 10 } }).replaceAll('2026-06-01', '2106-02-08'),
    [['', 'msg_1', 10]],
  ],
  [
    'a time of the last year',
    assistantLine({ usage: { output_tokens: 10 } }).replaceAll('2026-06-01', '2105-12-31'),
    [['2105-12-31', 'msg_1', 10]],
  ],
] as const;

describe('nothing is found after', () => {
  it.each([
    ['full', []],
    ['redacted', []],
    ['metadata', []],
    ['full', [{ project: '/home/me/other', level: 'metadata' as const }]],
    ['redacted', [{ project: '/home/ada', level: 'full' as const }]],
  ] as const)('an import at the level %s with the rules %j', async (level, rules) => {
    const workspace = await makeWorkspace();
    await writeSmallHistory(workspace.sources);
    await workspace.migrate({ privacy: { default: level, rules: [...rules] } });
    await expectPassed(workspace);
  });

  it.each(strangeResponses)('a response with %s', async (_, line, expected) => {
    const workspace = await makeWorkspace();
    await mkdir(join(workspace.sources, '-p'), { recursive: true });
    await writeFile(join(workspace.sources, '-p', 's1.jsonl'), `${line}\n`);
    await workspace.migrate();
    expect(
      await workspace.query(
        `SELECT ifNull(toString(day), '') AS day, response_key AS key, toInt32(total_tokens) AS total FROM responses ORDER BY key`,
      ),
    ).toEqual(expected.map(([day, key, total]) => ({ day, key, total })));
    await expectPassed(workspace);
    await reparseAll(workspace);
    await expectPassed(workspace);
  });

  it.each(['full', 'metadata'] as const)(
    'a message that only a progress line of the next day has, at the level %s',
    async (level) => {
      const workspace = await makeWorkspace();
      const message = {
        id: 'msg_1',
        model: 'claude-opus-4-6',
        role: 'assistant',
        content: [],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 5 },
      };
      const inner = { type: 'assistant', timestamp: '2026-06-01T23:59:58.000Z', requestId: 'req_1', message };
      const line = {
        type: 'progress',
        uuid: 'p8',
        sessionId: 's1',
        timestamp: '2026-06-02T00:00:01.000Z',
        data: { type: 'agent_progress', message: inner },
      };
      await mkdir(join(workspace.sources, '-p'), { recursive: true });
      await writeFile(join(workspace.sources, '-p', 's1.jsonl'), `${JSON.stringify(line)}\n`);
      await workspace.migrate({ privacy: { default: level, rules: [] } });
      expect(await workspace.query('SELECT toString(day) AS day FROM responses')).toEqual([
        { day: '2026-06-01' },
      ]);
      await expectPassed(workspace);
    },
  );

  it('files moved, were rewritten, vanished and grew, checkpoints were rebuilt and lines parsed again', async () => {
    const workspace = await makeWorkspace();
    const { sources } = workspace;
    await writeSmallHistory(sources);
    await workspace.migrate();
    await changeSmallHistory(sources);
    await rename(join(sources, loneFile), join(sources, dirname(mainFile), 'moved.jsonl'));
    await workspace.migrate();
    await expectPassed(workspace);
    await appendFile(join(sources, mainFile), '{"type":"summary","summary":"more"}\n\n{"half');
    await expectPassed(workspace);
    await workspace.migrate();
    await expectPassed(workspace);
    await withDatabase(workspace, ({ client }) => rebuildCheckpoints(client, workspace.engine.source));
    await expectPassed(workspace);
    await workspace.migrate();
    await expectPassed(workspace);
    await withDatabase(workspace, ({ client }) => reparse(client, { signal: new AbortController().signal }));
    await expectPassed(workspace);
    await rm(join(sources, mainFile));
    await workspace.migrate();
    await expectPassed(workspace);
  });

  it('runs were killed, and the files were changed before the next one', async () => {
    const workspace = await makeWorkspace();
    const { sources, dataDir } = workspace;
    await writeSmallHistory(sources, 8000);
    for (const lines of [1000, 4000]) {
      const args = ['migrate', '--source', sources, '--data-dir', dataDir, '--batch-size', '200'];
      const { process: child, result } = startCli(args);
      const isOver = result.then(() => true);
      while (!(await Promise.race([isOver, hasLines(workspace, lines)])));
      child.kill('SIGKILL');
      await result;
      await changeSmallHistory(sources).catch(() => undefined);
    }
    await workspace.migrate({ sources: [sources] });
    await expectPassed(workspace);
  });

  it.runIf(existsSync(corpus))('an import of real transcripts and of nasty files', async () => {
    const workspace = await makeWorkspace();
    await writeNasty(workspace.sources);
    const sources = readdirSync(corpus)
      .map((name) => join(corpus, name, 'projects'))
      .filter((folder) => existsSync(folder));
    await workspace.migrate({ sources: [...sources, workspace.sources] });
    const { result, findings } = await verifyAll(workspace, { sources: [...sources, workspace.sources] });
    // Files of foreign text are imported as rejects, and told.
    expect(findings.filter(({ check }) => check !== 'structure')).toEqual([]);
    expect(result).toBe('passed');
  });
});

async function hasLines({ query }: Workspace, lines: number): Promise<boolean> {
  const [row] = await query<{ n: number }>('SELECT count() AS n FROM lines');
  return (row?.n ?? 0) >= lines;
}

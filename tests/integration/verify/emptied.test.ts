import { appendFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanCheckpoints, rebuildCheckpoints } from '../../../src/engine/checkpoints/maintain.ts';
import type { Database } from '../../../src/engine/clickhouse/connect.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';
import { verifyAll } from './scene.ts';

const answer = (id: string): string =>
  `${JSON.stringify({
    type: 'assistant',
    uuid: id,
    sessionId: 's',
    requestId: `req_${id}`,
    timestamp: '2026-06-01T10:00:00.000Z',
    message: { id: `msg_${id}`, model: 'claude-opus-4-6', content: [], usage: { output_tokens: 5 } },
  })}\n`;

/** A history of two files, imported. */
async function importTwo(): Promise<Workspace & { readonly file: string }> {
  const workspace = await makeWorkspace();
  const file = join(workspace.sources, '-p', 'a.jsonl');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, answer('a1') + answer('a2'));
  await writeFile(join(workspace.sources, '-p', 'b.jsonl'), answer('b1'));
  await workspace.migrate();
  return { ...workspace, file };
}

async function expectPassed(workspace: Workspace): Promise<void> {
  const { result, findings } = await verifyAll(workspace, { sources: [workspace.sources] });
  expect(findings).toEqual([]);
  expect(result).toBe('passed');
}

async function withClient(
  { engine }: Workspace,
  work: (client: Database['client']) => Promise<unknown>,
): Promise<void> {
  const database = await engine.openDatabase();
  await work(database.client);
  await database.close();
}

describe('a file that has no line any more', () => {
  it.each([
    ['emptied', ''],
    ['rewritten to a blank line', '\n'],
    ['cut off in its first line', answer('a1').slice(0, 30)],
  ])('%s is in order after the next run', async (_, text) => {
    const workspace = await importTwo();
    await truncate(workspace.file, 0);
    await writeFile(workspace.file, text);
    await workspace.migrate();
    await expectPassed(workspace);
    expect(await workspace.query(`SELECT count() AS n FROM records WHERE endsWith(file, 'a.jsonl')`)).toEqual(
      [{ n: 0 }],
    );
  });
});

describe('an account that was taken from the lines', () => {
  it('of a file that is gone survives the cleaning of checkpoints', async () => {
    const workspace = await importTwo();
    const { source } = workspace.engine;
    await rm(workspace.file);
    await workspace.migrate();
    await withClient(workspace, (client) => rebuildCheckpoints(client, source));
    await workspace.migrate();
    await withClient(workspace, async (client) => {
      expect(await cleanCheckpoints(client, source, Date.now() + 1)).toMatchObject({ forgotten: 1 });
    });
    await expectPassed(workspace);
    await workspace.migrate();
    await expectPassed(workspace);
    expect(
      await workspace.query(`SELECT toInt32(lines) AS n FROM files WHERE endsWith(file, 'a.jsonl')`),
    ).toEqual([{ n: 2 }]);
  });

  it.each(['deleted', 'rewritten'])(
    'because a run died before its checkpoint, and the file was %s, is in order',
    async (change) => {
      const workspace = await importTwo();
      await appendFile(workspace.file, answer('a3'));
      await workspace.migrate();
      // As if the run had died between the line and its checkpoint.
      await workspace.command(`ALTER TABLE file_states DELETE WHERE lines = 3 SETTINGS mutations_sync = 2`);
      if (change === 'deleted') await rm(workspace.file);
      else await writeFile(workspace.file, answer('new'));
      await workspace.migrate();
      await expectPassed(workspace);
      // Where the account ends the file can go on.
      await writeFile(workspace.file, answer('a1') + answer('a2') + answer('a3') + answer('a4'));
      await workspace.migrate();
      await expectPassed(workspace);
    },
  );
});

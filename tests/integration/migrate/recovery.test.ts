import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { query, command } = workspace;
let number = 0;
let folder = '';
let file = '';

const line = (n: number): string =>
  `${JSON.stringify({ type: 'user', uuid: `u${n}`, sessionId: 's', message: { role: 'user', content: `text ${n}` } })}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join('');

/** What a process leaves behind that dies after the insert and before the checkpoint: lines without an account. */
async function forgetCheckpoint(): Promise<void> {
  await command(`ALTER TABLE file_states DELETE WHERE root = '${folder}' SETTINGS mutations_sync = 1`);
  await command(
    `ALTER TABLE runs_log UPDATE status = 'running', report = '' WHERE 1 SETTINGS mutations_sync = 1`,
  );
}

beforeEach(async () => {
  folder = join(workspace.sources, '..', `root-${++number}`);
  await mkdir(join(folder, '-p'), { recursive: true });
  file = join(folder, '-p', 'a.jsonl');
});

const migrateFolder = () => workspace.migrate({ sources: [folder] });

async function rows(table: string): Promise<string[]> {
  const found = await query<{ uuid: string }>(
    `SELECT uuid FROM ${table} WHERE root = '${folder}' ORDER BY generation, offset`,
  );
  return found.map(({ uuid }) => uuid);
}

describe('a run that died between the insert and the checkpoint', () => {
  it('is accounted for by the next one, without a line twice', async () => {
    await writeFile(file, lines(1, 5));
    await migrateFolder();
    await forgetCheckpoint();
    await appendFile(file, lines(6, 7));
    const { receipt } = await migrateFolder();
    expect(receipt).toMatchObject({ lines: 7, records: 7, imported: { lines: 2 } });
    expect(await rows('lines')).toEqual(['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7']);
    expect(await query(`SELECT status, imported_lines FROM runs ORDER BY started_at`)).toEqual([
      { status: 'interrupted', imported_lines: 5 },
      { status: 'completed', imported_lines: 2 },
    ]);
  });

  it('is noticed when the file was rewritten since: what is new is not taken for what is there', async () => {
    await writeFile(file, lines(1, 5));
    await migrateFolder();
    await forgetCheckpoint();
    await writeFile(file, lines(11, 18));
    const { receipt } = await migrateFolder();
    expect(receipt).toMatchObject({ lines: 8, records: 8 });
    expect(await rows('records')).toEqual(Array.from({ length: 8 }, (_, index) => `u${11 + index}`));
    expect(await rows('lines')).toHaveLength(13);
  });

  it('lasted until its last checkpoint, which may be long after its last line was read', async () => {
    await writeFile(file, lines(1, 3));
    const { runId } = await migrateFolder();
    await command(`ALTER TABLE file_states UPDATE last_imported = last_imported + INTERVAL 7 SECOND
      WHERE run_id = '${runId}' SETTINGS mutations_sync = 2`);
    await command(`ALTER TABLE runs_log UPDATE status = 'running', report = '', finished_at = NULL
      WHERE run_id = '${runId}' SETTINGS mutations_sync = 2`);
    await migrateFolder();
    const [run] = await query<{ status: string; seconds: number }>(
      `SELECT status, dateDiff('second', started_at, finished_at) AS seconds FROM runs WHERE run_id = '${runId}'`,
    );
    expect(run?.status).toBe('interrupted');
    expect(Number(run?.seconds)).toBeGreaterThanOrEqual(7);
  });

  it('is accounted for also when a run over another folder comes first', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    await forgetCheckpoint();
    const other = join(folder, '..', `other-${number}`);
    await mkdir(other, { recursive: true });
    await workspace.migrate({ sources: [other] });
    expect((await migrateFolder()).receipt).toMatchObject({ lines: 3, records: 3 });
    expect(await rows('lines')).toEqual(['u1', 'u2', 'u3']);
  });
});

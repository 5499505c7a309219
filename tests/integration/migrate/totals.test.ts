import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Totals } from '../../../src/shared/run.ts';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { sources, query, command } = workspace;
const file = join(sources, 'project', '0b8f8f6e-5c1b-4b57-9b62-000000000001.jsonl');

function line(id: string, outputTokens: number): string {
  return JSON.stringify({
    type: 'assistant',
    uuid: `uuid-${id}`,
    sessionId: '0b8f8f6e-5c1b-4b57-9b62-000000000001',
    timestamp: '2026-11-20T10:00:00.000Z',
    requestId: `req_${id}`,
    message: {
      id: `msg_${id}`,
      role: 'assistant',
      model: 'claude-opus-4-5-20251101',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: `Answer ${id}` }],
      usage: { input_tokens: 10, output_tokens: outputTokens },
    },
  });
}

async function counted(): Promise<Totals> {
  const { status, totals } = await workspace.migrate();
  expect(status).toBe('completed');
  if (totals === null) throw new Error('A completed run has totals');
  const [views] = await query<object>(
    'SELECT count() AS responses, sum(output_tokens) AS outputTokens FROM responses',
  );
  expect(totals).toMatchObject(views ?? {});
  return totals;
}

async function countedEvidence(): Promise<string[]> {
  const rows = await query<{ evidence: string }>(
    'SELECT counted_evidence AS evidence FROM runs ORDER BY started_at DESC',
  );
  return rows.map(({ evidence }) => evidence);
}

describe('the totals of a run', () => {
  beforeAll(async () => {
    await mkdir(join(sources, 'project'), { recursive: true });
    await writeFile(file, `${line('a', 100)}\n${line('b', 200)}\n`);
    expect(await counted()).toMatchObject({ responses: 2, outputTokens: 300 });
  });

  it('are those of the run before when nothing came in, and say so', async () => {
    expect(await counted()).toMatchObject({ responses: 2, outputTokens: 300 });
    const [last, before] = await countedEvidence();
    expect(last).not.toBe('');
    expect(last).toBe(before);
  });

  it('are counted when a line that was pending is complete, though no line has come in', async () => {
    const half = line('c', 400);
    await appendFile(file, half.slice(0, 100));
    expect(await counted()).toMatchObject({ responses: 2, outputTokens: 300 });
    await appendFile(file, `${half.slice(100)}\n`);
    expect(await counted()).toMatchObject({ responses: 3, outputTokens: 700 });
    expect(await counted()).toMatchObject({ responses: 3, outputTokens: 700 });
  });

  it('are counted when another machine has written', async () => {
    await command(`INSERT INTO response_evidence
      SELECT * REPLACE ('of another machine' AS response_key) FROM response_evidence LIMIT 1`);
    expect(await counted()).toMatchObject({ responses: 4 });
    await command(`ALTER TABLE response_evidence DELETE WHERE response_key = 'of another machine'
      SETTINGS mutations_sync = 2`);
    await command('OPTIMIZE TABLE response_evidence FINAL');
    expect((await counted()).responses).toBe(3);
  });

  it('are counted after an import, though a report tells of the same state: numbers start anew in a table that was emptied', async () => {
    const [now] = await query<{ next: string }>(
      `SELECT concat(state, ' ', toString(last_block + 1)) AS next FROM usage_state`,
    );
    await command(
      `ALTER TABLE runs_log UPDATE counted_evidence = '${now?.next}' WHERE 1 SETTINGS mutations_sync = 2`,
    );
    await appendFile(file, `${line('d', 800)}\n`);
    expect(await counted()).toMatchObject({ responses: 4, outputTokens: 1500 });
    expect((await countedEvidence())[0]).toBe(now?.next);
  });

  it('are right when the disk has lost evidence that was counted', async () => {
    await command('TRUNCATE TABLE response_evidence');
    expect(await counted()).toMatchObject({ responses: 4, outputTokens: 1500 });
  });
});

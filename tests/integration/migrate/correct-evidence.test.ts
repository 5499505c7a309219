import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { correctEvidence } from '../../../src/engine/reparse/correct-evidence.ts';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { sources, query, command, engine } = workspace;
const known = await generateHistory({
  output: join(sources, '..'),
  lines: 3000,
  seed: 11,
  endMs: Date.UTC(2026, 10, 20),
});

async function totals(): Promise<unknown> {
  const [row] = await query('SELECT count() AS responses, sum(output_tokens) AS outputTokens FROM responses');
  return row;
}

/** What a run leaves that dies between the evidence of a batch and its lines: new responses, and more of known ones. */
async function leaveEvidence(): Promise<void> {
  await command(`INSERT INTO response_evidence
    SELECT * REPLACE (concat('left-behind-', toString(rowNumberInAllBlocks())) AS response_key)
    FROM response_evidence LIMIT 200`);
  await command(`INSERT INTO response_evidence
    SELECT * REPLACE (tuple(usage.output_tokens + 1000, usage.total_tokens + 1000, usage.input_tokens, usage.cache_read_tokens,
      usage.cache_write_5m_tokens, usage.cache_write_1h_tokens, usage.web_search_requests, usage.model, usage.service_tier,
      usage.speed)::Tuple(output_tokens Int64, total_tokens Int64, input_tokens Int64, cache_read_tokens Int64,
      cache_write_5m_tokens Int64, cache_write_1h_tokens Int64, web_search_requests Int64, model String,
      service_tier String, speed String) AS usage)
    FROM response_evidence FINAL WHERE response_key NOT LIKE 'left%' LIMIT 50`);
  expect(await totals()).not.toEqual(right());
}

function right(): object {
  return { responses: known.responses, outputTokens: known.outputTokens };
}

async function correct(rowsAtOnce?: number): Promise<boolean> {
  const database = await engine.openDatabase();
  try {
    const { signal } = new AbortController();
    const steps = rowsAtOnce === undefined ? {} : { rowsAtOnce };
    return await correctEvidence(database.client, { runId: 'now', source: engine.source, signal, ...steps });
  } finally {
    await database.close();
  }
}

describe('evidence that a run left without its lines', () => {
  beforeAll(async () => {
    expect((await workspace.migrate()).status).toBe('completed');
  });

  beforeEach(async () => {
    await command(`INSERT INTO runs_log (run_id, source, status, started_at, version)
      VALUES ('stopped', '${engine.source}', 'cancelled', now64(3) + 60, 1)`);
  });

  it('is found among all, some responses at a time, when nobody knows what was right before', async () => {
    await command(`ALTER TABLE runs_log UPDATE counted_evidence = '' WHERE 1 SETTINGS mutations_sync = 2`);
    await leaveEvidence();
    expect(await correct(300)).toBe(true);
    expect(await totals()).toEqual(right());
    expect(await correct(300)).toBe(false);
  });

  it('is taken back also when it is that of thousands of responses', async () => {
    await command(`INSERT INTO response_evidence
      SELECT e.* REPLACE (concat('left-behind-too-', toString(n.number)) AS response_key)
      FROM (SELECT * FROM response_evidence LIMIT 1) AS e CROSS JOIN numbers(12000) AS n`);
    await leaveEvidence();
    expect(await correct()).toBe(true);
    expect(await totals()).toEqual(right());
  });

  it('is found among all when another machine writes into the same database', async () => {
    await command(`INSERT INTO runs_log (run_id, source, status, started_at, version)
      VALUES ('elsewhere', 'another-machine', 'completed', now64(3), 1)`);
    await leaveEvidence();
    await command(`INSERT INTO runs_log (run_id, source, status, started_at, version, counted_evidence)
      SELECT 'own', '${engine.source}', 'completed', now64(3) + 30, 1, concat(state, ' ', toString(last_block))
      FROM usage_state`);
    expect(await correct()).toBe(true);
    expect(await totals()).toEqual(right());
    await command(
      `ALTER TABLE runs_log DELETE WHERE run_id IN ('own', 'elsewhere') SETTINGS mutations_sync = 2`,
    );
  });

  it('is found among what came since this machine counted, whatever another machine has counted since', async () => {
    await command(`ALTER TABLE runs_log DELETE WHERE run_id = 'stopped' SETTINGS mutations_sync = 2`);
    expect((await workspace.migrate()).status).toBe('completed');
    await command(`INSERT INTO runs_log (run_id, source, status, started_at, version)
      VALUES ('stopped', '${engine.source}', 'cancelled', now64(3) + 60, 1)`);
    await leaveEvidence();
    await command(`INSERT INTO runs_log (run_id, source, status, started_at, version, counted_evidence)
      SELECT 'elsewhere', 'another-machine', 'completed', now64(3) + 30, 1, concat(state, ' ', toString(last_block))
      FROM usage_state`);
    expect(await correct()).toBe(true);
    expect(await totals()).toEqual(right());
  });
});

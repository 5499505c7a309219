import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../../src/engine/prices/load-prices.ts';
import { openViewsDatabase } from './views-database.ts';

/** A line of session s1. */
const line = (offset: number, timestamp: string | null, more: Record<string, unknown> = {}) => ({
  offset,
  timestamp,
  session_id: 's1',
  project: '/home/me/p',
  git_branch: 'main',
  category: 'meta',
  ...more,
});

describe('sessions', async () => {
  const database = await openViewsDatabase();
  it('tell what their lines say and what their responses add up to', async () => {
    await database.addLines(
      line(0, null, { category: 'summary', estimated_tokens: 5, git_branch: '' }),
      line(1, '2026-01-01T10:00:00Z', { category: 'user_prompt', estimated_tokens: 100 }),
      line(2, '2026-01-01T10:04:00Z', {
        category: 'tool_use',
        estimated_tokens: 20,
        tool_names: ['Read', 'Bash'],
      }),
      // Exactly five minutes are active, a millisecond more is not.
      line(3, '2026-01-01T10:09:00Z', { category: 'tool_use', estimated_tokens: 1, tool_names: ['Bash'] }),
      line(4, '2026-01-01T10:14:00.001Z', { git_branch: 'feature' }),
      line(5, '2026-01-01T10:13:59.001Z', { file: 'agent-1.jsonl', agent_id: 'a1' }),
      line(6, '2026-01-01T10:14:00.001Z', { file: 'agent-1.jsonl', agent_id: 'a1', project: '/home/me/q' }),
      line(7, '2026-01-01T11:00:00Z', { file: 'agent-2.jsonl', agent_id: 'a2' }),
      line(8, '2026-01-01T12:00:00Z', { kind: 'reject' }),
      line(9, '2026-01-01T09:00:00Z', { session_id: 's2', tool_names: ['Write'] }),
    );
    await database.addEvidence(
      { key: 'msg_1', at: '2026-01-01T10:04:00Z', input: 1000, output: 1000, webSearches: 1 },
      { key: 'msg_2', at: '2026-01-01T10:05:00Z', model: 'sonnet', cacheRead: 3, hasStopReason: false },
    );
    await loadPrices(database.client);
    expect(await database.query(`SELECT * FROM sessions WHERE session_id = 's1'`)).toEqual([
      {
        session_id: 's1',
        started_at: '2026-01-01 10:00:00.000',
        ended_at: '2026-01-01 11:00:00.000',
        duration_seconds: 3600,
        active_seconds: 4 * 60 + 5 * 60 + 4 * 60 + 59.001 + 1,
        responses: 2,
        input_tokens: 1000,
        output_tokens: 1000,
        cache_read_tokens: 3,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        web_search_requests: 1,
        incomplete_responses: 1,
        cost: '0.04',
        unpriced_responses: 1,
        models: ['claude-opus-4-5-20251101', 'sonnet'],
        tools: ['Bash', 'Read'],
        files: 3,
        project: '/home/me/p',
        git_branch: 'main',
        projects: ['/home/me/p', '/home/me/q'],
        git_branches: ['feature', 'main'],
        subagents: 2,
        estimated_tokens: { meta: 0, summary: 5, tool_use: 21, user_prompt: 100 },
        records: 8,
      },
    ]);
  });

  it('are there without responses, and without lines', async () => {
    await database.addEvidence({
      key: 'msg_3',
      at: '2026-01-03T10:00:00Z',
      session: 's3',
      project: '/x',
      output: 1,
    });
    expect(
      await database.query(
        `SELECT session_id, toString(started_at) AS started, responses, records, project, cost IS NULL AS no_cost, active_seconds
          FROM sessions WHERE session_id != 's1' ORDER BY session_id`,
      ),
    ).toEqual([
      {
        session_id: 's2',
        started: '2026-01-01 09:00:00.000',
        responses: 0,
        records: 1,
        project: '/home/me/p',
        no_cost: 1,
        active_seconds: 0,
      },
      {
        session_id: 's3',
        started: '2026-01-03 10:00:00.000',
        responses: 1,
        records: 0,
        project: '/x',
        no_cost: 0,
        active_seconds: 0,
      },
    ]);
  });
});

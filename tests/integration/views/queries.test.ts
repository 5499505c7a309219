import { describe, expect, it } from 'vitest';
import { indexText, searchText } from '../../../src/engine/clickhouse/queries/search-text.ts';
import { readTopSessions } from '../../../src/engine/clickhouse/queries/top-sessions.ts';
import { readTotals } from '../../../src/engine/clickhouse/queries/totals.ts';
import { keepUsage } from '../../../src/engine/prices/keep-usage.ts';
import { openViewsDatabase, type TestEvidence } from './views-database.ts';

/** Everything that the groups of usage say, as kept and as counted anew. */
const grouped = (view: string): string => `
  SELECT hour, model, project, session_id, sum(responses) AS n, sum(input) AS i, sum(output) AS o, sum(cache_read) AS r,
    sum(incomplete) AS incomplete, sum(web_searches) AS web, min(first_timestamp) AS first, max(last_timestamp) AS last
  FROM ${view} GROUP BY ALL ORDER BY ALL`;

const day = (n: number): string => `2026-01-${String((n % 28) + 1).padStart(2, '0')}T10:00:00Z`;

const line = (n: number, text: string): Record<string, unknown> => ({
  offset: n * 1000,
  session_id: 'a',
  timestamp: new Date(Date.UTC(2026, 0, 1) - n * 3_600_000).toISOString(),
  text,
});

describe('kept usage with newer evidence', async () => {
  const database = await openViewsDatabase();
  const usesKept = async (): Promise<boolean> => {
    const [row] = await database.query<{ plan: string }>(
      `SELECT count() AS plan FROM usage_state AS u INNER JOIN kept_usage_states AS k ON u.state = k.state`,
    );
    return Number(row?.plan) > 0;
  };
  const response = (n: number): TestEvidence => ({
    key: `msg_${n}`,
    at: n % 50 === 0 ? null : day(n),
    session: `s${n % 17}`,
    project: `p${n % 3}`,
    model: n % 5 === 0 ? 'other' : 'claude-opus-4-5-20251101',
    input: n,
    output: 10 + (n % 7),
    hasStopReason: n % 2 === 0,
  });

  const changes: ReadonlyArray<readonly [what: string, lines: readonly TestEvidence[]]> = [
    ['nothing new', []],
    ['a new response of a known session', [{ ...response(3), key: 'new_1' }]],
    ['a new session', [{ ...response(3), key: 'new_2', session: 'fresh' }]],
    ['a larger usage and the stop reason', [{ ...response(5), output: 900, hasStopReason: true }]],
    ['a smaller usage, which counts for nothing', [{ ...response(6), output: 1 }]],
    [
      'an earlier line in another session',
      [{ ...response(7), at: '2025-12-01T00:00:00Z', session: 'fork', file: 'a' }],
    ],
    ['an equal line in a file of smaller name', [{ ...response(8), session: 'fork', file: '0.jsonl' }]],
    ['another model with the larger usage', [{ ...response(9), model: 'other', output: 5000 }]],
    ['a time for a response that had none', [{ ...response(50), at: day(4) }]],
    ['a long prompt and a web search', [{ ...response(10), cacheRead: 900_000, webSearches: 2 }]],
    [
      'the same response thrice',
      [response(11), { ...response(11), output: 70 }, { ...response(11), output: 71 }],
    ],
  ];

  it.each(changes)('is what counting anew would answer: %s', async (_, lines) => {
    if (!(await usesKept())) {
      await database.addEvidence(...Array.from({ length: 400 }, (_unused, n) => response(n)));
      await keepUsage(database.client);
    }
    if (lines.length > 0) await database.addEvidence(...lines);
    expect(await usesKept()).toBe(true);
    expect(await database.query(grouped('usage_groups'))).toEqual(
      await database.query(grouped('counted_usage_groups')),
    );
    const [counted] = await database.query<{ n: number; o: number }>(
      'SELECT count() AS n, sum(output_tokens) AS o FROM responses',
    );
    expect((await readTotals(database.client)).totals).toMatchObject({
      responses: counted?.n,
      outputTokens: counted?.o,
    });
  });

  it('is right when parts with old and new evidence are merged, and stays after the next keeping', async () => {
    await database.command('SYSTEM START MERGES response_evidence');
    await database.command('OPTIMIZE TABLE response_evidence FINAL');
    const anew = await database.query(grouped('counted_usage_groups'));
    expect(await database.query(grouped('usage_groups'))).toEqual(anew);
    expect(await keepUsage(database.client)).toBe(true);
    expect(await keepUsage(database.client)).toBe(false);
    expect(await database.query(grouped('usage_groups'))).toEqual(anew);
  });

  it('is not taken for evidence that was lost', async () => {
    await database.addEvidence({ ...response(1), key: 'lost_1' });
    await database.addEvidence({ ...response(2), key: 'lost_2' });
    await keepUsage(database.client);
    const before = (await readTotals(database.client)).totals;
    const parts = await database.query<{ name: string }>(
      `SELECT name FROM system.parts WHERE database = currentDatabase() AND table = 'response_evidence' AND active ORDER BY min_block_number`,
    );
    // The one before the last: neither the first number nor the last tells.
    await database.command(`ALTER TABLE response_evidence DROP PART '${parts.at(-2)?.name ?? ''}'`);
    expect((await readTotals(database.client)).totals).toMatchObject({ responses: before.responses - 1 });
  });

  it('names the sessions that cost most', async () => {
    expect(await readTopSessions(database.client, 3)).toEqual(
      await database.query(
        `SELECT session_id AS sessionId, project, responses, output_tokens AS outputTokens, cost
          FROM sessions WHERE session_id != '' ORDER BY cost DESC NULLS LAST, session_id LIMIT 3`,
      ),
    );
  });
});

describe('search', async () => {
  const database = await openViewsDatabase();
  const found = async (phrase: string, limit?: number): Promise<number[]> =>
    (await searchText(database.client, phrase, limit === undefined ? {} : { limit })).map(
      ({ offset }) => offset / 1000,
    );

  const check = async (): Promise<void> => {
    expect(await found('often1', 3)).toEqual([1, 3, 5]);
    expect(await found('RARE')).toEqual([1500]);
    expect(await found('rare word')).toEqual([1500]);
    expect(await found('word rare')).toEqual([]);
    expect(await found("it's; DONE")).toEqual(Array.from({ length: 50 }, (_, n) => 3 + 40 * n));
    expect(await found('Größe', 2)).toEqual([0, 1]);
    expect(await found('nowhere')).toEqual([]);
    expect(await found(';', 1)).toEqual([3]);
    expect(await found('ften1', 1)).toEqual([]);
  };

  it('finds the newest first: frequent words, rare ones, and phrases, with and without an index', async () => {
    await database.addLines(
      ...Array.from({ length: 2000 }, (_, n) =>
        line(
          n,
          `often${n % 2} ${n === 1500 ? 'Rare word' : 'word'} Größe ${n % 40 === 3 ? "it's; done" : ''}`,
        ),
      ),
    );
    await check();
    await indexText(database.client);
    await database.command('ALTER TABLE lines MATERIALIZE INDEX by_word SETTINGS mutations_sync = 1');
    await check();
  });
});

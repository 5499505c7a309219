import { describe, expect, it } from 'vitest';
import { keepUsage } from '../../../src/engine/prices/keep-usage.ts';
import { loadPrices } from '../../../src/engine/prices/load-prices.ts';
import { openViewsDatabase } from './views-database.ts';

describe('the counting rule', async () => {
  const database = await openViewsDatabase();

  it('holds while nothing is merged: the largest usage, on the day of the earliest line', async () => {
    const early = { at: '2026-01-01T23:59:58Z', session: 'early', file: 'a.jsonl' };
    // In one part, in another part, twice, and out of order.
    await database.addEvidence(
      { key: 'msg_1', ...early, input: 10, output: 3, hasStopReason: false },
      { key: 'msg_1', at: '2026-01-02T00:00:01Z', session: 'late', input: 10, output: 500, cacheRead: 7 },
      { key: 'msg_1', at: '2026-01-02T00:00:00Z', session: 'late', input: 10, output: 40 },
    );
    await database.addEvidence({
      key: 'msg_1',
      ...early,
      file: 'b.jsonl',
      session: 'copy',
      input: 999,
      output: 4,
    });
    await database.addEvidence({
      key: 'msg_1',
      ...early,
      isSidechain: true,
      file: '0.jsonl',
      session: 'agent',
      output: 1,
    });
    await database.addEvidence({ key: 'msg_1', ...early, input: 10, output: 3, hasStopReason: false });
    expect(
      await database.query(
        `SELECT day, session_id, file, input_tokens, output_tokens, cache_read_tokens, is_sidechain, output_incomplete FROM responses`,
      ),
    ).toEqual([
      {
        day: '2026-01-01',
        session_id: 'early',
        file: 'a.jsonl',
        input_tokens: 10,
        output_tokens: 500,
        cache_read_tokens: 7,
        is_sidechain: 0,
        output_incomplete: 0,
      },
    ]);
    expect(await database.query('SELECT day, responses, output_tokens FROM usage_daily')).toEqual([
      { day: '2026-01-01', responses: 1, output_tokens: 500 },
    ]);
  });
});

describe('kept usage', async () => {
  const database = await openViewsDatabase();
  const total =
    'SELECT sum(responses) AS responses, sum(output_tokens) AS output, sum(cost) AS cost FROM usage_daily';
  const isKept = async (): Promise<boolean> => {
    const [row] = await database.query<{ kept: number }>(
      'SELECT (state, last_block) IN (SELECT state, last_block FROM kept_usage_states) AS kept FROM usage_state',
    );
    return row?.kept === 1;
  };

  it('answers the same as counting anew, and not a response less when more come', async () => {
    await database.addEvidence(
      { key: 'msg_1', at: '2026-01-01T10:00:00Z', output: 100 },
      { key: 'msg_2', at: null, output: 10 },
    );
    await loadPrices(database.client);
    const counted = await database.query(total);
    expect(counted).toEqual([{ responses: 2, output: 110, cost: '0.00275' }]);
    expect(await isKept()).toBe(false);
    expect(await keepUsage(database.client)).toBe(true);
    expect(await isKept()).toBe(true);
    expect(await keepUsage(database.client)).toBe(false);
    expect(await database.query(total)).toEqual(counted);

    await database.addEvidence({ key: 'msg_1', at: '2026-01-01T10:00:01Z', output: 200 });
    expect(await isKept()).toBe(false);
    expect(await database.query(total)).toEqual([{ responses: 2, output: 210, cost: '0.00525' }]);
  });

  it('stays through a merge and a new price, and goes with a new threshold or a deletion', async () => {
    await keepUsage(database.client);
    await database.command('SYSTEM START MERGES response_evidence');
    await database.command('OPTIMIZE TABLE response_evidence FINAL');
    expect(await isKept()).toBe(true);

    const own = { model: 'claude-opus-4-5-20251101', speed: 'standard', input: 1, output: 1 } as const;
    await loadPrices(database.client, [own]);
    expect(await isKept()).toBe(true);
    expect(await database.query(total)).toEqual([{ responses: 2, output: 210, cost: '0.00021' }]);

    await loadPrices(database.client, [{ ...own, longContext: { above: 50, input: 2, output: 2 } }]);
    expect(await isKept()).toBe(false);
    await keepUsage(database.client);
    expect(await isKept()).toBe(true);

    await database.command(
      `ALTER TABLE response_evidence DELETE WHERE response_key = 'msg_2' SETTINGS mutations_sync = 1`,
    );
    expect(await isKept()).toBe(false);
    expect(await database.query(total)).toEqual([{ responses: 1, output: 200, cost: '0.0002' }]);
  });

  it('is used whole or not at all while responses come in', async () => {
    let next = 0;
    const writing = new AbortController();
    const isWriting = (): boolean => !writing.signal.aborted;
    const write = async (): Promise<void> => {
      while (next < 60) {
        await database.addEvidence({ key: `new_${next}`, at: '2026-02-01T10:00:00Z', output: 1 });
        next++;
      }
      writing.abort();
    };
    const keep = async (): Promise<void> => {
      while (isWriting()) await keepUsage(database.client);
    };
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      while (isWriting()) {
        const before = next;
        const [row] = await database.query<{ responses: number }>(total);
        const responses = Number(row?.responses) - 1;
        expect(responses).toBeGreaterThanOrEqual(before);
        expect(responses).toBeLessThanOrEqual(next + 1);
        seen.push(responses);
      }
    };
    await Promise.all([write(), keep(), read()]);
    expect(seen.length).toBeGreaterThan(5);
    // Of what was kept, little is left behind.
    await database.addEvidence({ key: 'last', at: '2026-02-01T10:00:00Z', output: 1 });
    await keepUsage(database.client);
    expect(await database.query('SELECT uniqExact(attempt) <= 2 AS few FROM kept_usage_groups')).toEqual([
      { few: 1 },
    ]);
  });
});

describe('blocks', async () => {
  const database = await openViewsDatabase();

  it('start at the hour of the first response after the block before has ended, as in ccusage', async () => {
    const times = [
      '2026-01-01T10:55:30Z', // starts 10:00
      '2026-01-01T14:59:59Z', // the same
      '2026-01-01T15:00:01Z', // starts 15:00, without a gap
      '2026-01-01T19:30:00Z', // the same
      '2026-01-02T03:20:00Z', // after a gap: 03:00
    ];
    await database.addEvidence(
      ...times.map((at, index) => ({ key: `msg_${index}`, at, output: 10, input: index })),
      { key: 'msg_other', at: '2026-01-01T11:00:00Z', model: 'sonnet', output: 1 },
      { key: 'msg_undated', at: null, output: 1 },
    );
    await loadPrices(database.client);
    expect(
      await database.query(
        `SELECT started_at, ended_at, first_response_at, last_response_at, responses, input_tokens, output_tokens, cost,
          unpriced_responses, models, is_active FROM blocks ORDER BY started_at`,
      ),
    ).toEqual([
      {
        started_at: '2026-01-01 10:00:00',
        ended_at: '2026-01-01 15:00:00',
        first_response_at: '2026-01-01 10:55:30.000',
        last_response_at: '2026-01-01 14:59:59.000',
        responses: 3,
        input_tokens: 1,
        output_tokens: 21,
        cost: '0.000505',
        unpriced_responses: 1,
        models: ['claude-opus-4-5-20251101', 'sonnet'],
        is_active: 0,
      },
      {
        started_at: '2026-01-01 15:00:00',
        ended_at: '2026-01-01 20:00:00',
        first_response_at: '2026-01-01 15:00:01.000',
        last_response_at: '2026-01-01 19:30:00.000',
        responses: 2,
        input_tokens: 5,
        output_tokens: 20,
        cost: '0.000525',
        unpriced_responses: 0,
        models: ['claude-opus-4-5-20251101'],
        is_active: 0,
      },
      {
        started_at: '2026-01-02 03:00:00',
        ended_at: '2026-01-02 08:00:00',
        first_response_at: '2026-01-02 03:20:00.000',
        last_response_at: '2026-01-02 03:20:00.000',
        responses: 1,
        input_tokens: 4,
        output_tokens: 10,
        cost: '0.00027',
        unpriced_responses: 0,
        models: ['claude-opus-4-5-20251101'],
        is_active: 0,
      },
    ]);
  });

  it('are active until they end', async () => {
    await database.addEvidence({ key: 'msg_now', at: new Date().toISOString(), output: 1 });
    expect(await database.query('SELECT responses FROM blocks WHERE is_active')).toEqual([{ responses: 1 }]);
  });
});

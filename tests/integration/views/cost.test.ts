import { calcPrice } from '@pydantic/genai-prices';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices } from '../../../src/engine/prices/load-prices.ts';
import { unpricedModels } from '../../../src/engine/prices/unpriced-models.ts';
import { openViewsDatabase, type TestEvidence } from './views-database.ts';

const sonnet45 = 'claude-sonnet-4-5-20250929';
const at = '2025-12-01T10:00:00.000Z';

/**
 * Worked by hand from https://platform.claude.com/docs/en/about-claude/pricing (USD per million tokens: input, 5m write,
 * 1h write, read, output; web search $10 per 1,000). `isListed` costs are compared with genai-prices' own result, too.
 */
const examples: readonly (TestEvidence & { readonly cost: string | null; readonly isListed: boolean })[] = [
  // 3, 3.75, 6, 0.30, 15: 0.003 + 0.0075 + 0.018 + 0.003 + 0.0075
  {
    key: 'sonnet-4.5',
    at,
    model: sonnet45,
    input: 1000,
    cacheWrite5m: 2000,
    cacheWrite1h: 3000,
    cacheRead: 10_000,
    output: 500,
    cost: '0.039',
    isListed: true,
  },
  // 15, 18.75, 30, 1.50, 75 for a thousand tokens each
  {
    key: 'opus-4.1',
    at,
    model: 'claude-opus-4-1-20250805',
    input: 1000,
    cacheWrite5m: 1000,
    cacheWrite1h: 1000,
    cacheRead: 1000,
    output: 1000,
    cost: '0.14025',
    isListed: true,
  },
  // 5, 6.25, 10, 0.50, 25
  {
    key: 'opus-4.5',
    at,
    input: 1000,
    cacheWrite5m: 1000,
    cacheWrite1h: 1000,
    cacheRead: 1000,
    output: 1000,
    cost: '0.04675',
    isListed: true,
  },
  // 1, 1.25, 2, 0.10, 5
  {
    key: 'haiku-4.5',
    at,
    model: 'claude-haiku-4-5-20251001',
    input: 1000,
    cacheWrite5m: 1000,
    cacheWrite1h: 1000,
    cacheRead: 1000,
    output: 1000,
    cost: '0.00935',
    isListed: true,
  },
  // A prompt of exactly 200,000 tokens is not long: 0.003 + 0.057 + 0.03375 + 0.015
  {
    key: 'not-long',
    at,
    model: sonnet45,
    input: 1000,
    cacheRead: 190_000,
    cacheWrite5m: 9000,
    output: 1000,
    cost: '0.10875',
    isListed: true,
  },
  // One token more, all of it at 6, 7.50, 0.60, 22.50: 0.006 + 0.114 + 0.0675075 + 0.0225
  {
    key: 'long',
    at,
    model: sonnet45,
    input: 1000,
    cacheRead: 190_000,
    cacheWrite5m: 9001,
    output: 1000,
    cost: '0.2100075',
    isListed: true,
  },
  // Long output does not make a long prompt: 0.0003 + 3.75
  { key: 'long-output', at, model: sonnet45, input: 100, output: 250_000, cost: '3.7503', isListed: true },
  // Sonnet 4 above 200K, which genai-prices lacks: 250,000 x 6 + 1,000 x 22.50
  {
    key: 'sonnet-4-long',
    at,
    model: 'claude-sonnet-4-20250514',
    input: 250_000,
    output: 1000,
    cost: '1.5225',
    isListed: false,
  },
  // 0.0000005 + 0.000025 + 3 searches
  { key: 'web', at, input: 1, output: 1, webSearches: 3, cost: '0.03003', isListed: true },
  // Opus 4.6 above 200K cost twice until its long context became generally available on 2026-03-13
  {
    key: 'before-change',
    at: '2026-03-12T23:59:59.999Z',
    model: 'claude-opus-4-6',
    input: 300_000,
    output: 1000,
    cost: '3.0375',
    isListed: true,
  },
  {
    key: 'after-change',
    at: '2026-03-13T00:00:00.000Z',
    model: 'claude-opus-4-6',
    input: 300_000,
    output: 1000,
    cost: '1.525',
    isListed: true,
  },
  // Without a timestamp the newest price holds
  {
    key: 'undated',
    at: null,
    model: 'claude-opus-4-6',
    input: 300_000,
    output: 1000,
    cost: '1.525',
    isListed: false,
  },
  // Fast mode of Opus 4.6: 30 and 150
  {
    key: 'fast',
    at: '2026-04-01T00:00:00.000Z',
    model: 'claude-opus-4-6',
    speed: 'fast',
    input: 1000,
    output: 1000,
    cost: '0.18',
    isListed: false,
  },
  // Haiku has no fast mode: no price, and no standard price instead
  {
    key: 'no-fast',
    at,
    model: 'claude-haiku-4-5-20251001',
    speed: 'fast',
    input: 1000,
    output: 1000,
    cost: null,
    isListed: false,
  },
  // Newer than the package: 2, 10 and cache reads 0.20, since 2026-10-07 0.10; not Sonnet 5, whose name it begins with
  {
    key: 'sonnet-5.5',
    at: '2026-10-06T12:00:00Z',
    model: 'claude-sonnet-5-5',
    cacheRead: 1_000_000,
    output: 1000,
    cost: '0.21',
    isListed: false,
  },
  {
    key: 'sonnet-5.5-later',
    at: '2026-10-07T12:00:00Z',
    model: 'claude-sonnet-5-5',
    cacheRead: 1_000_000,
    output: 1000,
    cost: '0.11',
    isListed: false,
  },
  // Haiku 5.5 is long above 100,000 tokens: 0.5 and 2.5 instead of 0.1 and 0.5
  {
    key: 'haiku-5.5',
    at: '2026-11-01T12:00:00Z',
    model: 'claude-haiku-5-5',
    input: 100_000,
    output: 1000,
    cost: '0.0105',
    isListed: false,
  },
  {
    key: 'haiku-5.5-long',
    at: '2026-11-01T12:00:00Z',
    model: 'claude-haiku-5-5',
    input: 100_001,
    output: 1000,
    cost: '0.0525005',
    isListed: false,
  },
  {
    key: 'unknown',
    at,
    model: 'somebodys-own-model',
    input: 1000,
    output: 1000,
    cost: null,
    isListed: false,
  },
  { key: 'alias', at, model: 'sonnet', input: 1000, output: 1000, cost: null, isListed: false },
];

const database = await openViewsDatabase();
const costs = async (): Promise<Map<string, string | null>> => {
  const rows = await database.query<{ key: string; cost: string | null }>(
    'SELECT response_key AS key, cost FROM responses',
  );
  return new Map(rows.map(({ key, cost }) => [key, cost]));
};

beforeAll(async () => {
  await database.addEvidence(...examples);
  expect(await loadPrices(database.client)).toBe(true);
});

describe('the cost of a response', () => {
  it.each(examples)('$key is $cost', async ({ key, cost }) => {
    expect((await costs()).get(key)).toBe(cost);
  });

  it.each(examples.filter(({ isListed }) => isListed))('$key agrees with genai-prices', async (example) => {
    const { input = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = example;
    const calculated = calcPrice(
      {
        input_tokens: input + cacheRead + cacheWrite5m + cacheWrite1h,
        output_tokens: output,
        cache_read_tokens: cacheRead,
        cache_write_tokens: cacheWrite5m + cacheWrite1h,
        cache_write_1h_tokens: cacheWrite1h,
        web_searches: example.webSearches ?? 0,
      },
      example.model ?? 'claude-opus-4-5-20251101',
      { timestamp: new Date(example.at!) },
    );
    expect(Number((await costs()).get(example.key))).toBeCloseTo(calculated!.total_price, 9);
  });
});

describe('sums of cost', () => {
  it('are the sums of the responses, to the last digit', async () => {
    const [byResponse] = await database.query(
      'SELECT sum(r.cost) AS cost, countIf(r.cost IS NULL) AS unpriced, count() AS responses FROM responses AS r',
    );
    const sum = 'SELECT sum(cost) AS cost, sum(unpriced_responses) AS unpriced, sum(responses) AS responses';
    for (const view of ['usage_hourly', 'usage_daily', 'sessions']) {
      expect(await database.query(`${sum} FROM ${view}`)).toEqual([byResponse]);
    }
    expect(byResponse?.['unpriced']).toBe(3);
  });

  it('are NULL when nothing is priced, and say what they leave out', async () => {
    const rows = await database.query(
      `SELECT model, cost, responses, unpriced_responses FROM usage_daily
        WHERE model IN ('sonnet', 'claude-haiku-4-5-20251001') ORDER BY model`,
    );
    expect(rows).toEqual([
      { model: 'claude-haiku-4-5-20251001', cost: '0.00935', responses: 2, unpriced_responses: 1 },
      { model: 'sonnet', cost: null, responses: 1, unpriced_responses: 1 },
    ]);
  });

  it('list the models without a price', async () => {
    expect(await unpricedModels(database.client)).toEqual([
      { model: 'claude-haiku-4-5-20251001', speed: 'fast', responses: 1, tokens: 2000 },
      { model: 'somebodys-own-model', speed: 'standard', responses: 1, tokens: 2000 },
      { model: 'sonnet', speed: 'standard', responses: 1, tokens: 2000 },
    ]);
  });
});

it('is exact beyond all measure', async () => {
  await database.addEvidence({ key: 'absurd', at, input: Number.MAX_SAFE_INTEGER, output: 1 });
  // 9,007,199,254,740,991 x 0.000005 + 0.000025
  expect((await costs()).get('absurd')).toBe('45035996273.70498');
});

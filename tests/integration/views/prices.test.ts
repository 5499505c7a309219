import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices } from '../../../src/engine/prices/load-prices.ts';
import { priceOverride } from '../../../src/engine/prices/overrides.ts';
import { openViewsDatabase } from './views-database.ts';

const database = await openViewsDatabase();
const costs = async (): Promise<Map<string, string | null>> => {
  const rows = await database.query<{ key: string; cost: string | null }>(
    'SELECT response_key AS key, cost FROM responses',
  );
  return new Map(rows.map(({ key, cost }) => [key, cost]));
};

beforeAll(async () => {
  await database.addEvidence(
    {
      key: 'opus-4.5',
      at: '2025-12-01T10:00:00Z',
      input: 1000,
      cacheWrite5m: 1000,
      cacheWrite1h: 1000,
      cacheRead: 1000,
      output: 1000,
    },
    { key: 'opus-4.6', at: '2025-12-01T10:00:00Z', model: 'claude-opus-4-6' },
  );
  expect(await loadPrices(database.client)).toBe(true);
});

describe('loading prices', () => {
  it('writes nothing when nothing changed', async () => {
    expect(await loadPrices(database.client)).toBe(false);
    expect(await database.query('SELECT uniqExact(version) AS lists FROM price_lists')).toEqual([
      { lists: 1 },
    ]);
  });

  it('keeps the exact rates of the list', async () => {
    expect(
      await database.query(
        `SELECT valid_from, valid_to, input, long_cache_write_1h, long_threshold, origin FROM prices
          WHERE model = 'claude-opus-4-6' AND speed = 'standard' ORDER BY valid_from`,
      ),
    ).toEqual([
      {
        valid_from: '1970-01-01',
        valid_to: '2026-03-13',
        input: '0.000005',
        long_cache_write_1h: '0.00002',
        long_threshold: 200_000,
        origin: 'genai-prices',
      },
      {
        valid_from: '2026-03-13',
        valid_to: null,
        input: '0.000005',
        long_cache_write_1h: '0',
        long_threshold: 0,
        origin: 'genai-prices',
      },
    ]);
  });

  it("takes a person's own prices for their days, and forgets them again; nothing is imported anew", async () => {
    await database.addEvidence(
      { key: 'own-before', at: '2026-05-31T23:59:59Z', model: 'somebodys-own-model', input: 1_000_000 },
      {
        key: 'own',
        at: '2026-06-01T00:00:00Z',
        model: 'somebodys-own-model',
        input: 1_000_000,
        cacheRead: 1_000_000,
      },
      { key: 'own-after', at: '2026-07-01T00:00:00Z', model: 'somebodys-own-model', input: 1_000_000 },
      { key: 'own-opus', at: '2026-06-15T00:00:00Z', input: 1_000_000 },
    );
    const overrides = [
      priceOverride.parse({
        model: 'somebodys-own-model',
        from: '2026-06-01',
        to: '2026-07-01',
        input: 0.6,
        output: '2.2',
        cacheRead: '0.11',
      }),
      priceOverride.parse({
        model: 'claude-opus-4-5-20251101',
        from: '2026-06-01',
        to: '2026-07-01',
        input: 4,
        output: 20,
      }),
    ];
    expect(await loadPrices(database.client, overrides)).toBe(true);
    expect(await loadPrices(database.client, overrides)).toBe(false);
    const changed = await costs();
    expect(changed.get('own-before')).toBeNull();
    expect(changed.get('own')).toBe('0.71');
    expect(changed.get('own-after')).toBeNull();
    expect(changed.get('own-opus')).toBe('4');
    expect(changed.get('opus-4.5')).toBe('0.04675');
    expect(
      await database.query(
        `SELECT valid_from, valid_to, origin FROM prices WHERE model = 'claude-opus-4-5-20251101' ORDER BY valid_from`,
      ),
    ).toEqual([
      { valid_from: '1970-01-01', valid_to: '2026-06-01', origin: 'genai-prices' },
      { valid_from: '2026-06-01', valid_to: '2026-07-01', origin: 'override' },
      { valid_from: '2026-07-01', valid_to: null, origin: 'genai-prices' },
    ]);

    expect(await loadPrices(database.client)).toBe(true);
    const restored = await costs();
    expect(restored.get('own')).toBeNull();
    expect(restored.get('own-opus')).toBe('5');
  });

  it('looks nothing up that was made from the same lists, models and prices of one’s own', async () => {
    const own = [priceOverride.parse({ model: 'nobody-knows-it', input: 1, output: 2 })];
    await database.command('TRUNCATE TABLE price_lists');
    expect(await loadPrices(database.client, [], 'lists-1')).toBe(true);
    await database.command('ALTER TABLE price_lists UPDATE input = 7 WHERE 1 SETTINGS mutations_sync = 2');
    expect(await loadPrices(database.client, [], 'lists-1')).toBe(false);
    expect(await database.query('SELECT DISTINCT toString(input) AS input FROM prices')).toEqual([
      { input: '7' },
    ]);
    expect(await loadPrices(database.client, [], 'lists-2')).toBe(true);
    expect(await loadPrices(database.client, own, 'lists-2')).toBe(true);
    expect(await loadPrices(database.client, [], 'lists-2')).toBe(true);
    await database.addEvidence({ key: 'new-model', at: '2026-01-01T00:00:00Z', model: 'claude-opus-4-1' });
    expect(await loadPrices(database.client, [], 'lists-2')).toBe(true);
  });

  it('leaves no price behind when no model is left', async () => {
    await database.command('TRUNCATE TABLE response_evidence');
    expect(await loadPrices(database.client)).toBe(true);
    expect(await database.query('SELECT model FROM prices')).toEqual([]);
    expect(await loadPrices(database.client)).toBe(false);
  });
});

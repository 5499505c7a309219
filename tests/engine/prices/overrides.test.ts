import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { perUnit } from '../../../src/engine/prices/money.ts';
import { overlay, priceOf, priceOverride, readPriceOverrides } from '../../../src/engine/prices/overrides.ts';
import type { Price } from '../../../src/engine/prices/price.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tokenhouse-prices-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const price = (from: string | undefined, to: string | undefined, input = 1): Price =>
  priceOf(priceOverride.parse({ model: 'm', from, to, input, output: 1 }));
const spans = (prices: readonly Price[]): (string | null)[][] =>
  prices.map(({ from, to }) => [from, to]).toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1));

describe("a person's own prices", () => {
  it('are none without a file', async () => {
    expect(await readPriceOverrides(dataDir)).toEqual([]);
  });

  it('are read, with what follows from the input', async () => {
    writeFileSync(
      join(dataDir, 'prices.json'),
      '[{ "model": "glm-4.6", "input": "0.6", "output": 2.2, "cacheRead": 0.11 }]',
    );
    const [override] = await readPriceOverrides(dataDir);
    expect(priceOf(override!)).toMatchObject({
      model: 'glm-4.6',
      speed: 'standard',
      from: '1970-01-01',
      to: null,
      long: null,
      origin: 'override',
      rates: {
        input: perUnit('0.6'),
        output: perUnit('2.2'),
        cacheRead: perUnit('0.11'),
        cacheWrite5m: perUnit('0.75'),
        cacheWrite1h: perUnit('1.2'),
      },
    });
  });

  it.each([
    '{',
    '{}',
    '[{ "model": "m", "input": 1 }]',
    '[{ "model": "m", "input": -1, "output": 1 }]',
    '[{ "model": "m", "input": "cheap", "output": 1 }]',
    '[{ "model": "m", "input": 1, "output": 1, "from": "2026-02-30" }]',
    '[{ "model": "m", "input": 1, "output": 1, "from": "2026-02-01", "to": "2026-02-01" }]',
    '[{ "model": "m", "input": 1, "output": 1, "inptu": 1 }]',
  ])('are refused when they are %s', async (text) => {
    writeFileSync(join(dataDir, 'prices.json'), text);
    await expect(readPriceOverrides(dataDir)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('hold for their days, the others before and after', () => {
    const list = [price(undefined, '2026-03-01'), price('2026-03-01', undefined)];
    expect(spans(overlay(list, price('2026-02-01', '2026-04-01')))).toEqual([
      ['1970-01-01', '2026-02-01'],
      ['2026-02-01', '2026-04-01'],
      ['2026-04-01', null],
    ]);
    expect(spans(overlay(list, price('2026-03-01', undefined)))).toEqual([
      ['1970-01-01', '2026-03-01'],
      ['2026-03-01', null],
    ]);
    expect(spans(overlay(list, price(undefined, undefined)))).toEqual([['1970-01-01', null]]);
    expect(spans(overlay(list, price('2026-02-01', '2026-02-02')))).toEqual([
      ['1970-01-01', '2026-02-01'],
      ['2026-02-01', '2026-02-02'],
      ['2026-02-02', '2026-03-01'],
      ['2026-03-01', null],
    ]);
  });
});

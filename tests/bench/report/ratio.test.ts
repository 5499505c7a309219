import { describe, expect, it } from 'vitest';
import { compareRatios } from './compare.ts';
import { isMet, median, medianQuotient, type Ratio } from './ratio.ts';
import { comparisonTable, measurementTable, ratioTable } from './tables.ts';

const speed: Ratio = {
  scenario: 'full',
  size: '1 GB',
  what: 'MB/s',
  pair: 'ours / engine',
  value: 0.8,
  better: 'higher',
  target: 0.75,
};
const memory: Ratio = { ...speed, what: 'peak memory', value: 1.2, better: 'lower', target: 1 };

describe('medians', () => {
  it('are the middle, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it('are not known when a value is not', () => {
    expect(median([1, null, 3])).toBeNull();
    expect(median([])).toBeNull();
  });

  it('of quotients are taken round by round', () => {
    // The second round ran on a machine that was ten times as slow.
    expect(medianQuotient([1, 10, 1.1], [2, 20, 2])).toBe(0.5);
    expect(medianQuotient([1, 1], [2])).toBeNull();
    expect(medianQuotient([1], [0])).toBeNull();
  });
});

describe('a ratio', () => {
  it('meets its target or not, whichever way is better', () => {
    expect(isMet(speed)).toBe(true);
    expect(isMet(memory)).toBe(false);
    expect(isMet({ ...memory, value: 0.9 })).toBe(true);
    expect(isMet({ ...memory, target: null })).toBeNull();
  });

  it('is shown with target and verdict', () => {
    expect(ratioTable([speed, memory])).toBe(
      [
        '| scenario | size | ratio | value | target |  |',
        '| --- | --- | --- | --- | --- | --- |',
        '| full | 1 GB | MB/s, ours / engine | 0.80 | ≥ 0.75 | met |',
        '| full | 1 GB | peak memory, ours / engine | 1.20 | ≤ 1 | not met |',
      ].join('\n'),
    );
  });
});

describe('compared with earlier ratios', () => {
  it.each([
    ['same', { ...speed, value: 0.8 }, 0.85],
    ['changed', { ...speed, value: 0.8 }, 0.95],
    ['changed', { ...speed, value: 8 }, 0.8],
    ['worse', { ...speed, value: 0.59 }, 0.8],
    ['same', { ...memory, value: 1.05 }, 1],
    ['changed', { ...memory, value: 1.2 }, 1],
    ['worse', { ...memory, value: 1.3 }, 1],
    ['changed', { ...memory, value: 0.1 }, 1],
  ] as const)('it is %s', (verdict, now, stored) => {
    const [comparison] = compareRatios([now], [{ ...now, value: stored }]);
    expect(comparison?.verdict).toBe(verdict);
  });

  it('is new when the earlier run had another size, and no failure', () => {
    const [comparison] = compareRatios([speed], [{ ...speed, size: '2 GB' }]);
    expect(comparison).toEqual({ ratio: speed, stored: null, verdict: 'new' });
  });

  it('is shown beside the earlier one', () => {
    const table = comparisonTable(compareRatios([{ ...memory, value: 1.5 }], [{ ...memory, value: 1 }]));
    expect(table.split('\n')[2]).toBe(
      '| full | 1 GB | peak memory, ours / engine | 1.00 | 1.50 | 50 % | WORSE |',
    );
  });
});

it('what was not measured is empty in the table, not 0', () => {
  const row = {
    scenario: 'full',
    size: '1 GB',
    contestant: 'ours',
    wallSeconds: 4,
    cpuSeconds: null,
    peakBytes: null,
    diskBytes: 3e6,
    sourceBytes: 1e9,
    note: '',
  };
  expect(measurementTable([row]).split('\n')[2]).toBe(
    '| full | 1 GB | ours | 4.00 |  |  | 3.0 | 250 |  |  |',
  );
});

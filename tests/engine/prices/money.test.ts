import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perUnit, toDecimal } from '../../../src/engine/prices/money.ts';

describe('a price per unit', () => {
  it.each([
    [3, '0.000003000000'],
    [0.3, '0.000000300000'],
    ['18.75', '0.000018750000'],
    [0.000001, '0.000000000001'],
    [1e-6, '0.000000000001'],
    [0, '0.000000000000'],
  ])('of %s for a million is %s', (price, decimal) => {
    expect(toDecimal(perUnit(price))).toBe(decimal);
  });

  it('of $10 for a thousand searches is a cent', () => {
    expect(toDecimal(perUnit(10, 1000))).toBe('0.010000000000');
  });

  it.each(['', 'free', '-1', '0.0000001', Number.NaN, '1.2.3'])('refuses %j', (price) => {
    expect(() => perUnit(price)).toThrow(RangeError);
  });

  it('keeps every digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (amount) => {
        expect(perUnit(toDecimal(amount), 1)).toBe(amount);
      }),
    );
  });
});

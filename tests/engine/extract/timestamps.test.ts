import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTimestamp } from '../../../src/engine/extract/response-evidence.ts';

const notation = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** The rule without the short cut for the usual notation. */
function byTheRule(value: string): number | null {
  if (!notation.test(value)) return null;
  const milliseconds = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return milliseconds >= 0 && milliseconds < Date.UTC(2106, 0) ? milliseconds : null;
}

describe('readTimestamp', () => {
  it('reads what Claude Code writes, whatever day came before', () => {
    const moment = fc.date({ min: new Date(0), max: new Date('2106-01-01T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (date) => {
        expect(readTimestamp(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it('takes one that differs in a character as the rule says', () => {
    const moment = fc.date({ min: new Date(0), max: new Date('2300-01-01T00:00:00Z'), noInvalidDate: true });
    const character = fc.constantFrom(...Array.from('0123456789-+:.TZz /é'));
    fc.assert(
      fc.property(moment, fc.nat({ max: 23 }), character, (date, place, other) => {
        const usual = date.toISOString();
        const value = usual.slice(0, place) + other + usual.slice(place + 1);
        expect(readTimestamp(value)).toBe(byTheRule(value));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '2025-02-31T10:00:00.000Z',
    '2025-13-01T10:00:00.000Z',
    '2025-01-00T10:00:00.000Z',
    '2025-01-32T10:00:00.000Z',
    '2025-01-01T24:00:00.000Z',
    '2025-01-01T23:60:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2025-01-01T10:00:00.000+',
    '2025-01-01T10:00:00',
    '2025-01-01T10:00:00.1234567Z',
  ])('takes %s as the rule says', (value) => {
    expect(readTimestamp(value)).toBe(byTheRule(value));
  });

  it('takes nothing but strings', () => {
    for (const value of [null, undefined, 5, {}, [], true]) expect(readTimestamp(value)).toBeNull();
  });
});

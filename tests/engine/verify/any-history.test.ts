import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readTimestamp } from '../../../src/engine/extract/response-evidence.ts';
import { UsageCounter } from '../../../src/engine/verify/disk/count-usage.ts';
import { readMoment } from '../../../src/engine/verify/disk/moment.ts';
import { countResponses, foldEvidence, type CountedResponse } from '../extract/counting-rule.ts';
import { Import } from '../extract/extract-file.ts';
import { anyHistory } from '../extract/histories.ts';
import { anyFile } from '../extract/nasty-files.ts';
import { count, read } from './on-disk.ts';

// Hundreds of imports a test; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** Responses of a reference by day and model, in the shape of the counter. */
function grouped(responses: Iterable<CountedResponse>): unknown {
  const groups = new Map<string, number[]>();
  for (const { usage, model, day } of responses) {
    const group = `${day}|${model}`;
    const row = [1, usage.input, usage.output, usage.read, usage.w5, usage.w1, usage.web];
    groups.set(group, groups.get(group)?.map((value, index) => value + (row[index] ?? 0)) ?? row);
  }
  return Object.fromEntries(groups);
}

function groupedTotals(counter: UsageCounter): unknown {
  return Object.fromEntries(
    counter
      .byDay()
      .map(({ day, model, sums }) => [
        `${day}|${model}`,
        [
          sums.responses,
          sums.inputTokens,
          sums.outputTokens,
          sums.cacheReadTokens,
          sums.cacheWrite5mTokens,
          sums.cacheWrite1hTokens,
          sums.webSearchRequests,
        ],
      ]),
  );
}

describe('any history', () => {
  it('has the totals of the reference and of the import', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (files) => {
        const counted = groupedTotals(count(files));
        expect(counted).toEqual(grouped(countResponses(files).values()));
        const imported = await new Import().run(files);
        expect(counted).toEqual(grouped(foldEvidence(imported.evidence).values()));
      }),
      { numRuns: 300 },
    );
  });

  it('has the same totals in any order, cut anyhow, and merged twice', () => {
    fc.assert(
      fc.property(anyHistory, (files) => {
        const entries = Object.entries(files);
        const packed = entries.map(([file, bytes]) => read(bytes, { file, chunkBytes: 64 }).usage);
        const counter = new UsageCounter();
        for (const usage of [...packed.toReversed(), ...packed]) counter.merge(usage);
        expect(counter.byDay()).toEqual(count(files).byDay());
        const again = new UsageCounter();
        again.merge(counter.pack());
        expect(again.byDay()).toEqual(counter.byDay());
      }),
    );
  });

  it('has the totals of the import whatever is written in it', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (bytes) => {
        const files = { 'project/file.jsonl': bytes };
        const imported = await new Import().run(files);
        expect(groupedTotals(count(files))).toEqual(grouped(foldEvidence(imported.evidence).values()));
      }),
      { numRuns: 300 },
    );
  });
});

function digits(length: number, max: number): fc.Arbitrary<string> {
  return fc.nat({ max }).map((value) => String(value).padStart(length, '0'));
}

describe('a moment', () => {
  it.each([
    ['2026-11-10T10:00:00.123Z', 1_794_304_800_123],
    ['2026-11-10T10:00:00.1239Z', 1_794_304_800_123],
    ['2026-11-10T10:00', 1_794_304_800_000],
    ['2026-11-10T12:00:00+02:00', 1_794_304_800_000],
    ['2026-11-10T05:30:00-0430', 1_794_304_800_000],
    ['2026-11-10T24:00:00Z', 1_794_355_200_000],
    ['2026-11-10 10:00:00', null],
    ['2026-13-10T10:00:00Z', null],
    ['1969-12-31T23:59:59Z', null],
    ['2262-01-01T00:00:00Z', null],
    [1_794_304_800_000, null],
  ])('%j', (value, expected) => {
    expect(readMoment(value)).toBe(expected);
  });

  it('is that of the import', () => {
    const anyMoment = fc
      .tuple(
        fc.constantFrom('0070', '1969', '1970', '2026', '2261', '9999'),
        digits(2, 14),
        digits(2, 33),
        digits(2, 25),
        digits(2, 61),
        fc.oneof(
          fc.constant(''),
          digits(2, 61).map((value) => `:${value}`),
          digits(2, 61).map((value) => `:${value}.9876`),
        ),
        fc.oneof(
          fc.constantFrom('', 'Z', 'z'),
          fc
            .tuple(fc.constantFrom('+', '-'), digits(2, 25), fc.constantFrom(':', ''), digits(2, 61))
            .map((zone) => zone.join('')),
        ),
      )
      .map(
        ([year, month, day, hour, minute, rest, zone]) =>
          `${year}-${month}-${day}T${hour}:${minute}${rest}${zone}`,
      );
    fc.assert(
      fc.property(anyMoment, (value) => {
        expect(readMoment(value)).toBe(readTimestamp(value));
      }),
      { numRuns: 3000 },
    );
  });
});

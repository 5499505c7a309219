import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import { orderFiles } from '../../../src/engine/discover/order-files.ts';

const nowMs = Date.UTC(2026, 5, 15);
const dayMs = 86_400_000;

function file(name: string, ageDays: number, sizeBytes = 0, problem: string | null = null): FoundFile {
  const modifiedMs = nowMs - ageDays * dayMs;
  return {
    root: '/r',
    file: name,
    path: `/r/${name}`,
    sizeBytes,
    modifiedMs,
    changedMs: modifiedMs,
    device: '1',
    inode: '1',
    problem,
  };
}

const names = (files: readonly FoundFile[]): string => files.map((found) => found.file).join(' ');

describe('orderFiles', () => {
  const files = [file('a', 5, 10), file('b', 1, 30), file('c', 29, 20), file('d', 33, 5), file('e', 300, 1)];

  it.each([
    ['newest', 'b a c d e'],
    ['largest', 'b c a d e'],
    ['smallest', 'e d a c b'],
    ['priority', 'c d a b e'],
  ] as const)('sorts by %s', (order, expected) => {
    expect(names(orderFiles(files, order, { nowMs }))).toBe(expected);
  });

  it('keeps the first of the order', () => {
    expect(names(orderFiles(files, 'largest', { maxFiles: 2, nowMs }))).toBe('b c');
  });

  it('puts files with a problem last and keeps them beyond the limit', () => {
    const broken = file('x', 0, 99, 'gone');
    expect(names(orderFiles([broken, ...files], 'newest', { maxFiles: 1, nowMs }))).toBe('b x');
  });

  it('does not depend on the order it is given, not even among equals', () => {
    const some = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), age: fc.constantFrom(1, 2) }),
    );
    const order = fc.constantFrom('newest', 'largest', 'smallest', 'priority');
    fc.assert(
      fc.property(some, order, (entries, order) => {
        const given = entries.map(({ name, age }) => file(name, age, age));
        const forward = names(orderFiles(given, order, { nowMs }));
        expect(names(orderFiles(given.toReversed(), order, { nowMs }))).toBe(forward);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../src/engine/discover/in-order.ts';
import { collect } from '../../fixtures/collect.ts';

/** Work that is done when it is told to. */
function handWork(): {
  begun: number[];
  finish: (item: number) => void;
  work: (item: number) => Promise<number>;
} {
  const begun: number[] = [];
  const finishers = new Map<number, () => void>();
  return {
    begun,
    finish: (item) => finishers.get(item)?.(),
    work: (item) => {
      begun.push(item);
      return new Promise((resolve) => finishers.set(item, () => resolve(item * 10)));
    },
  };
}

describe('inOrder', () => {
  it('answers in the order of the items, whatever is done first', async () => {
    const { finish, work } = handWork();
    const all = collect(inOrder([1, 2, 3], 3, work));
    await Promise.resolve();
    for (const item of [3, 1, 2]) setImmediate(() => finish(item));
    expect(await all).toEqual([10, 20, 30]);
  });

  it('begins no more than it may', async () => {
    const { begun, finish, work } = handWork();
    const results = inOrder([1, 2, 3, 4], 2, work);
    const first = results.next();
    await new Promise(setImmediate);
    expect(begun).toEqual([1, 2]);
    finish(1);
    expect(await first).toEqual({ done: false, value: 10 });
    await new Promise(setImmediate);
    expect(begun).toEqual([1, 2]);
  });

  it('throws at the place of the failure and leaves no rejection behind', async () => {
    const results = inOrder([1, 2, 3], 3, async (item) => {
      if (item > 1) throw new Error(`no ${item}`);
      return item;
    });
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await expect(results.next()).rejects.toThrow('no 2');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });
});

import { describe, expect, it, vi } from 'vitest';
import { readCheckpoints } from '../../../src/engine/checkpoints/checkpoint-table.ts';
import { readLineSums } from '../../../src/engine/checkpoints/line-sums.ts';
import { readTrueCheckpoints } from '../../../src/engine/checkpoints/true-checkpoints.ts';
import { insertsOf } from '../../../src/engine/insert/insert-rows.ts';
import type { Waiting } from '../../../src/shared/run.ts';
import { fakeClient } from '../../fakes/fake-client.ts';

vi.mock('node:timers/promises', () => import('../../fakes/fake-sleep.ts'));

/** A database in which inserts of an earlier run go on for so many looks. */
function busyDatabase(looks: number) {
  const asked: string[] = [];
  const prefixes: unknown[] = [];
  const { client } = fakeClient({
    query: (query, params) => {
      if (!query.includes('system.processes')) {
        asked.push('tables');
        if (query.includes('AS n')) return [{ n: 0 }];
        return query.includes('in_step') ? [{ in_step: 1 }] : [];
      }
      const isBusy = asked.filter((what) => what === 'inserts').length < looks;
      asked.push('inserts');
      prefixes.push(params['prefix']);
      return [{ is_busy: Number(isBusy) }];
    },
  });
  return { client, asked, prefixes };
}

it('looks at the tables only when the inserts of a dead sender have come to their end', async () => {
  const { client, asked, prefixes } = busyDatabase(3);
  const heard: (Waiting | null)[] = [];
  const { signal } = new AbortController();
  await readTrueCheckpoints(client, 'machine', { signal, onWaiting: (waiting) => heard.push(waiting) });
  expect(asked.slice(0, 4)).toEqual(['inserts', 'inserts', 'inserts', 'inserts']);
  expect(new Set(asked.slice(4))).toEqual(new Set(['tables']));
  // Those of this machine, by the name that its inserts have.
  expect(new Set(prefixes)).toEqual(new Set([insertsOf('machine')]));
  expect(heard.map((waiting) => waiting?.reason)).toEqual(['database', 'database', 'database', undefined]);
  expect(heard.at(-1)).toBeNull();
});

it('does not wait when nothing is on its way, and says nothing', async () => {
  const { client, asked } = busyDatabase(0);
  const onWaiting = vi.fn<(waiting: Waiting | null) => void>();
  await readTrueCheckpoints(client, 'machine', { signal: new AbortController().signal, onWaiting });
  expect(asked.filter((what) => what === 'inserts')).toHaveLength(1);
  expect(onWaiting).not.toHaveBeenCalled();
});

it('does not wait any longer when the run is stopped', async () => {
  const { client, asked } = busyDatabase(Infinity);
  const stop = new AbortController();
  const onWaiting = (waiting: Waiting | null): void => {
    if (waiting?.attempts === 1) stop.abort();
  };
  await readTrueCheckpoints(client, 'machine', { signal: stop.signal, onWaiting });
  expect(asked.filter((what) => what === 'inserts')).toHaveLength(3);
});

describe('a list of files that is not whole is not believed', () => {
  const row = ['3', '/r', 'p/a.jsonl', 0, ...Array.from({ length: 24 }, () => '0'), null];

  it.each([
    ['its end is missing', [row], '1 of 3 files'],
    ['all of it is missing', [], '0 of 1 files'],
  ])('%s', async (_, rows, words) => {
    const { client } = fakeClient({ query: (query) => (query.includes('AS n') ? [{ n: 3 }] : rows) });
    await expect(readCheckpoints(client, 'machine')).rejects.toThrow(words);
  });

  it('but an empty one is, when there are none', async () => {
    const { client } = fakeClient({ query: (query) => (query.includes('AS n') ? [{ n: 0 }] : []) });
    expect((await readCheckpoints(client, 'machine')).size).toBe(0);
  });
});

it('does not believe sums over lines that are not whole', async () => {
  const { client } = fakeClient({ query: (query) => (query.includes('uniqExact') ? [{ n: 2 }] : []) });
  await expect(readLineSums(client, 'machine')).rejects.toThrow('0 of 2 generations');
});

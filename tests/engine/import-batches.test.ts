import { EventEmitter, once } from 'node:events';
import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it, vi } from 'vitest';
import { BatchImport } from '../../src/engine/import-batches.ts';
import type { Run } from '../../src/engine/runs.ts';
import { fakeClient, type FakeAnswers, type FakeClient } from '../fakes/fake-client.ts';
import { checkpointOf, extractLines, fakePool, madeUpRun, planOf, taskOf } from './made-up-run.ts';

vi.mock('node:timers/promises', () => import('../fakes/fake-sleep.ts'));

/** Imports files of ten lines each, one after the other. */
async function importFiles(
  count: number,
  answers: FakeAnswers,
  given: Partial<Run> = {},
): Promise<FakeClient & { readonly run: Run }> {
  const fake = fakeClient(answers);
  const run = madeUpRun(fake, given);
  run.ledger.take(planOf(...Array.from({ length: count }, (_none, index) => checkpointOf(`${index}`))));
  const batches = new BatchImport(run, fakePool(), new AbortController().signal);
  for (let index = 0; index < count; index++) {
    await batches.take(taskOf(index), extractLines(taskOf(index)));
  }
  return { ...fake, run };
}

/** How many rows each insert had. */
function sizes(fake: FakeClient): number[] {
  return fake.into('lines').map(({ bytes }) => bytes.length);
}

/** Refuses what has too many rows, as long as it is short of memory. */
function shortOfMemory(mostRows: number, refusals: number): FakeAnswers {
  let left = refusals;
  return {
    insert: ({ table, bytes }) => {
      if (table !== 'lines' || bytes.length <= mostRows || left-- <= 0) return;
      throw new ClickHouseError({ code: '307', type: 'TOO_MANY_BYTES', message: 'Too many bytes' });
    },
  };
}

describe('rows that are too many for the database', () => {
  it('are sent in halves, and as many as before once it takes them again', async () => {
    const fake = await importFiles(3, shortOfMemory(5, 1));
    expect(sizes(fake)).toEqual([10, 5, 5, 10, 10]);
    expect(fake.run.ledger.importedLines).toBe(30);
  });

  it('are sent in halves of halves while it does not take more', async () => {
    const fake = await importFiles(1, shortOfMemory(3, Infinity));
    expect(sizes(fake)).toEqual([10, 5, 3, 2, 5, 3, 2]);
    expect(fake.run.ledger.importedLines).toBe(10);
  });

  it('are not sent by another task either as long as it takes no more', async () => {
    const takingAgain = new EventEmitter();
    const fake = fakeClient({
      insert: ({ table }) => {
        const inserts = sizes(fake).length;
        if (table !== 'lines' || inserts > 2) return undefined;
        if (inserts === 2) return once(takingAgain, 'it').then(() => undefined);
        throw new ClickHouseError({ code: '307', type: 'TOO_MANY_BYTES', message: 'Too many bytes' });
      },
    });
    const run = madeUpRun(fake);
    run.ledger.take(planOf(checkpointOf('0'), checkpointOf('1')));
    const batches = new BatchImport(run, fakePool(), new AbortController().signal);
    const one = batches.take(taskOf(0), extractLines(taskOf(0)));
    await vi.waitFor(() => expect(sizes(fake)).toEqual([10, 5]));
    await batches.take(taskOf(1), extractLines(taskOf(1)));
    expect(sizes(fake)).toEqual([10, 5, 5, 5]);
    takingAgain.emit('it');
    await one;
    expect(sizes(fake)).toEqual([10, 5, 5, 5, 5]);
  });
});

describe('the name of a batch', () => {
  it('is the same in every try, and another one for every batch', async () => {
    let failures = 2;
    const fake = await importFiles(2, {
      query: () => [{ n: '0' }],
      insert: ({ table }) => {
        if (table !== 'lines' || failures-- <= 0) return;
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      },
    });
    const [first, second, third, other, ...more] = fake.into('lines').map(({ token }) => token);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
    expect(more).toEqual([]);
  });

  it('tells of the run and the bytes, and of nothing else', async () => {
    const tokens: (string | undefined)[] = [];
    for (const runId of ['one', 'one', 'two']) {
      const fake = await importFiles(1, {}, { runId });
      tokens.push(fake.into('lines')[0]?.token);
    }
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
  });
});

it('sends nothing while the run is paused or the disk is nearly full', async () => {
  const going = new EventEmitter();
  const gate = vi.fn(() => once(going, 'on').then(() => undefined));
  const fake = fakeClient();
  const run = madeUpRun(fake, { gate });
  run.ledger.take(planOf(checkpointOf('0')));
  const batches = new BatchImport(run, fakePool(), new AbortController().signal);
  const done = batches.take(taskOf(), extractLines(taskOf()));
  await vi.waitFor(() => expect(gate).toHaveBeenCalledTimes(1));
  expect(fake.inserts).toEqual([]);
  expect(run.ledger.hasWritten).toBe(false);
  going.emit('on');
  await done;
  expect(sizes(fake)).toEqual([10]);
});

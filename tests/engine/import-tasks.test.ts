import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RowMemory } from '../../src/engine/extract/row-memory.ts';
import { importTasks } from '../../src/engine/import-tasks.ts';
import { ProgressMeter } from '../../src/engine/progress.ts';
import { fakeClient } from '../fakes/fake-client.ts';
import { checkpointOf, extractLines, fakePool, madeUpRun, planOf, taskOf } from './made-up-run.ts';

const pieces = 3;
const tasks = 6;

/** Memory that knows how many tasks were on their way at most: each has a piece of it until it is done. */
class CountedMemory extends RowMemory {
  most = 0;
  #taken = 0;

  override take(): SharedArrayBuffer {
    this.most = Math.max(this.most, ++this.#taken);
    return super.take();
  }

  override give(piece: SharedArrayBuffer): void {
    this.#taken--;
    super.give(piece);
  }
}

/** How many tasks are on their way at most while the processes hold so many MiB of the 1,500 that they may. */
async function mostOnTheirWay(heldMb: number): Promise<{ most: number; done: number }> {
  const progress = new ProgressMeter(
    () => undefined,
    () => Promise.resolve(heldMb * 1024 * 1024),
  );
  progress.changed();
  await setImmediate();
  const rowMemory = new CountedMemory(pieces, 1);
  let done = 0;
  const pool = fakePool({
    rowMemory,
    extract: async (task) => {
      await setImmediate();
      done++;
      return extractLines(task);
    },
  });
  // Importing takes longer than extracting.
  const client = fakeClient({ insert: () => setImmediate() });
  const run = madeUpRun(client, { progress, input: { memoryLimitMb: 1500 } });
  const indexes = [...Array(tasks).keys()];
  run.ledger.take(planOf(...indexes.map((index) => checkpointOf(`${index}`))));
  await importTasks(
    indexes.map((index) => taskOf(index)),
    pool,
    run,
  );
  progress.finish();
  return { most: rowMemory.most, done };
}

describe('tasks on their way', () => {
  it('are as many as there is memory for their rows', async () => {
    expect(await mostOnTheirWay(1400)).toEqual({ most: pieces, done: tasks });
  });

  it('are one at a time while the processes hold more memory than they may', async () => {
    expect(await mostOnTheirWay(1600)).toEqual({ most: 1, done: tasks });
  });
});

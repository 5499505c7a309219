import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/engine/demo/random.ts';
import { readRunStatus } from '../../src/engine/run-lock.ts';
import { runCli, startCli } from '../integration/cli/run-cli.ts';
import { isLong, seed } from './extent.ts';
import { growHistory } from './growing-history.ts';
import { expectExact } from './oracle.ts';
import { makeEmbeddedScene, makeProxyScene, type Scene } from './scene.ts';

const kills = isLong ? 200 : 25;
/** Longer than the first batches of a run take: kills fall before, between and after them. */
const longestWaitMs = 600;

/** A migration that has taken the lock of its data directory, or is over. */
async function startMigration(
  scene: Scene,
  batchRows: number,
  isWatching: boolean,
): Promise<{ kill: () => Promise<boolean>; hasEnded: () => boolean }> {
  const { process: child, result } = startCli(
    scene.cliArgs('--batch-size', String(batchRows), ...(isWatching ? ['--watch'] : [])),
  );
  while (child.exitCode === null && (await readRunStatus(scene.dataDir)) === null) await sleep(5);
  return {
    hasEnded: () => child.exitCode !== null,
    kill: async () => {
      const isRunning = child.exitCode === null && child.kill('SIGKILL');
      await result;
      return isRunning;
    },
  };
}

async function expectCleanRun(scene: Scene): Promise<void> {
  const { code, stderr } = await runCli(...scene.cliArgs());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expectExact(scene);
}

describe(`kill -9 while files grow (seed ${seed})`, () => {
  it(`01 kill -9: ${kills} at random moments lose and double nothing`, async () => {
    console.log(`seed ${seed}`);
    const random = new Random(seed);
    const scene = await makeEmbeddedScene();
    const history = await growHistory(scene.sources, seed);
    for (let killed = 0; killed < kills;) {
      const run = await startMigration(scene, random.between(1, 60), random.chance(0.3));
      await sleep(random.between(0, longestWaitMs));
      // Sometimes the database dies, alone or first.
      const isDatabaseKilled = random.chance(0.2);
      if (isDatabaseKilled && !run.hasEnded()) {
        await scene.database.kill();
        await sleep(random.between(0, longestWaitMs));
      }
      if (await run.kill()) killed++;
      else if (isDatabaseKilled) killed++;
    }
    await history.stop();
    await expectCleanRun(scene);
  });

  it('01 kill -9: between the inserts of a batch and its checkpoint, wherever the line is cut', async () => {
    const random = new Random(seed + 1);
    const scene = await makeProxyScene();
    await mkdir(scene.sources, { recursive: true });
    const history = await growHistory(scene.sources, seed + 1);
    await sleep(200);
    const tables = ['lines', 'response_evidence', 'file_states', 'runs_log'];
    const faults = ['reset-after-commit', 'cut-body', 'reset-before-body'] as const;
    const rounds = Array.from({ length: isLong ? 5 : 1 }, () => tables).flat();
    for (const table of rounds) for (const is of faults) await killAt(table, is);
    await history.stop();
    await expectCleanRun(scene);

    /** A run may have too little to do to come so far: then the next one, which has more. */
    async function killAt(table: string, is: (typeof faults)[number]): Promise<void> {
      for (;;) {
        const { process: child, result } = startCli(scene.cliArgs('--batch-size', '20'));
        const skip = table === 'runs_log' ? 0 : random.between(0, 3);
        const onHit = (): boolean => child.kill('SIGKILL');
        const rule = scene.proxy.inject({ when: { table }, fault: { is }, skip, onHit });
        await result;
        scene.proxy.clear();
        if (rule.hits > 0) return;
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../../src/engine/run-lock.ts';
import { createCurrentRun } from '../../src/main/current-run.ts';
import { reportWithout } from '../../src/main/report-without.ts';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import { createRunStarter } from '../../src/main/run-starter.ts';
import { Sync } from '../../src/main/sync.ts';
import { createData } from '../../src/main/take-data.ts';
import { runOptions, type RunPhase, type RunReport } from '../../src/shared/run.ts';
import { settings as schema } from '../../src/shared/settings.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The real run and sync, over an engine that goes at once into the phase that the test says. */
function setUp({
  sync: isSync = true,
  phase = 'watching',
  other = null,
}: { sync?: boolean; phase?: RunPhase; other?: RunStatus | null } = {}) {
  let settings = schema.parse({ sync: isSync });
  let starts = 0;
  const world = { isVerifying: false };
  const run = createCurrentRun({
    migrate: (_options, { signal, onProgress }) => {
      starts += 1;
      onProgress({ ...emptyProgress, phase });
      const report = reportWithout({ runId: 'r', startedAt: new Date(), dryRun: false, failure: null });
      const status: RunReport['status'] = phase === 'watching' ? 'completed' : 'cancelled';
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ...report, status }));
      });
    },
    onChange: (state) => sync.onRun(state),
    onFinish: () => undefined,
    keepAwake: () => () => undefined,
    log: memoryLog(),
  });
  const startRun = createRunStarter({
    settings: () => settings,
    roots: { present: () => Promise.resolve(['/history']) },
    run,
    elsewhere: { look: () => Promise.resolve(null) },
    isVerifying: () => world.isVerifying,
  });
  const sync: Sync = new Sync({
    settings: () => settings,
    run,
    start: () => startRun(runOptions.parse({})),
    linesKnown: () => 10,
    retryMs: 300_000,
    log: memoryLog(),
  });
  const data = createData({ run, sync, readStatus: () => Promise.resolve(other) });
  return {
    run,
    sync,
    startRun,
    takeData: async () => {
      world.isVerifying = true;
      const giveBack = () => {
        world.isVerifying = false;
        data.giveBack();
      };
      try {
        await data.take();
      } catch (error) {
        giveBack();
        throw error;
      }
      return giveBack;
    },
    starts: () => starts,
    change: (change: object) => {
      const before = settings;
      settings = schema.parse({ ...settings, ...change });
      sync.onSettings(settings, before);
    },
  };
}

describe('making the data free for a verification', () => {
  it('ends a watching run, keeps it from beginning again meanwhile, and begins it again afterwards', async () => {
    const { run, startRun, takeData, starts } = setUp();
    await startRun(runOptions.parse({}));
    await turn();
    expect(run.state()).toMatchObject({ progress: { phase: 'watching' } });
    const giveBack = await takeData();
    await turn();
    expect(run.state().status).toBe('completed');
    expect(starts()).toBe(1);
    giveBack();
    await turn();
    expect(run.state()).toMatchObject({ status: 'running' });
    expect(starts()).toBe(2);
    await run.stop(1000);
  });

  it('does not begin again what was switched off meanwhile', async () => {
    const { run, startRun, takeData, starts, change } = setUp();
    await startRun(runOptions.parse({}));
    await turn();
    const giveBack = await takeData();
    change({ sync: false });
    giveBack();
    await turn();
    expect(starts()).toBe(1);
    expect(run.isActive()).toBe(false);
  });

  it('begins afterwards what was switched on meanwhile', async () => {
    const { run, takeData, starts, change } = setUp({ sync: false });
    const giveBack = await takeData();
    change({ sync: true });
    await turn();
    expect(starts()).toBe(0);
    giveBack();
    await turn();
    expect(starts()).toBe(1);
    await run.stop(1000);
  });

  it('begins afterwards what was refused because of it', async () => {
    const { run, sync, takeData, starts } = setUp();
    // Already on its way when the data is taken: it comes too late and is refused.
    sync.onReady();
    const taking = takeData();
    const giveBack = await taking;
    await turn();
    expect(starts()).toBe(0);
    giveBack();
    await turn();
    expect(starts()).toBe(1);
    await run.stop(1000);
  });

  it('starts nothing afterwards when nothing kept in step', async () => {
    const { takeData, starts } = setUp({ sync: false });
    (await takeData())();
    await turn();
    expect(starts()).toBe(0);
  });

  it('refuses while a migration imports, and leaves it alone', async () => {
    const { run, startRun, takeData } = setUp({ phase: 'importing' });
    await startRun(runOptions.parse({}));
    await turn();
    await expect(takeData()).rejects.toMatchObject({
      code: 'run-in-progress',
      message: expect.stringContaining('A migration is running') as string,
    });
    expect(run.state().status).toBe('running');
    await run.stop(1000);
  });

  it.each([
    ['verify', 'is verifying the same data'],
    ['repair', 'is mending the same data'],
    ['0193f6a2', 'is migrating into the same data'],
  ])('says who else has the data: %s', async (runId, words) => {
    const { takeData } = setUp({ other: { runId, pid: 4182, progress: null } });
    await expect(takeData()).rejects.toMatchObject({
      code: 'run-in-progress',
      message: expect.stringMatching(new RegExp(`Another process \\(4182\\) ${words}`)) as string,
    });
  });

  it('begins again what it ended when another process has the data', async () => {
    const { run, startRun, takeData, starts } = setUp({
      other: { runId: 'verify', pid: 4182, progress: null },
    });
    await startRun(runOptions.parse({}));
    await turn();
    await expect(takeData()).rejects.toMatchObject({ code: 'run-in-progress' });
    await turn();
    expect(starts()).toBe(2);
    await run.stop(1000);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCurrentRun, type MigrateRun } from '../../src/main/current-run.ts';
import { reportWithout } from '../../src/main/report-without.ts';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import { Sync } from '../../src/main/sync.ts';
import { AppError, type FailureCode } from '../../src/shared/failure.ts';
import { runOptions, type RunOptions, type RunPhase, type RunReport } from '../../src/shared/run.ts';
import { settings as schema, type SettingsChange } from '../../src/shared/settings.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const retryMs = 300_000;

type Hooks = Parameters<MigrateRun>[1];

/** An engine that does what the test says, and ends when it is aborted: as completed while watching. */
class ScriptedEngine {
  #phase: RunPhase = 'importing';
  #hooks: Hooks | null = null;
  #resolve: ((report: RunReport) => void) | null = null;

  migrate(hooks: Hooks): Promise<RunReport> {
    this.#hooks = hooks;
    this.#phase = 'importing';
    const abort = (): void => void this.end(this.#phase === 'watching' ? 'completed' : 'cancelled');
    hooks.signal.addEventListener('abort', abort);
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  enter(phase: RunPhase): void {
    this.#phase = phase;
    this.#hooks?.onProgress({ ...emptyProgress, phase });
  }

  async end(status: RunReport['status'], code?: FailureCode): Promise<void> {
    const report = reportWithout({ runId: 'r', startedAt: new Date(), dryRun: false, failure: null });
    this.#resolve?.({ ...report, status, failure: code === undefined ? null : { code, message: 'no' } });
    await vi.advanceTimersByTimeAsync(1);
  }
}

/** A sync over the real current run, with an engine whose phases the test chooses. */
function setUp(begin: { sync?: boolean; lines?: number | null } = {}) {
  let settings = schema.parse({ sync: begin.sync ?? true });
  const world = { lines: begin.lines === undefined ? 10 : begin.lines, refuse: null as FailureCode | null };
  const started: RunOptions[] = [];
  const engine = new ScriptedEngine();
  const run = createCurrentRun({
    migrate: (options, hooks) => {
      started.push(options);
      return engine.migrate(hooks);
    },
    onChange: (state) => sync.onRun(state),
    onFinish: () => undefined,
    keepAwake: () => () => undefined,
    log: memoryLog(),
  });
  const start = () => {
    if (world.refuse !== null) return Promise.reject(new AppError(world.refuse, 'Not now.'));
    run.start(runOptions.parse({ watch: settings.sync }));
    return Promise.resolve();
  };
  const sync: Sync = new Sync({
    settings: () => settings,
    run,
    start,
    linesKnown: () => world.lines,
    retryMs,
    log: memoryLog(),
  });
  return {
    run,
    sync,
    world,
    started,
    start,
    enter: (phase: RunPhase) => engine.enter(phase),
    end: (status: RunReport['status'], code?: FailureCode) => engine.end(status, code),
    change: async (change: SettingsChange) => {
      const before = settings;
      settings = schema.parse({ ...settings, ...change });
      sync.onSettings(settings, before);
      await vi.advanceTimersByTimeAsync(1);
    },
    ready: async () => {
      sync.onReady();
      await vi.advanceTimersByTimeAsync(1);
    },
  };
}

describe('keeping in step', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('begins by itself when the database is open, once', async () => {
    const { ready, started, run } = setUp();
    await ready();
    await ready();
    expect(started).toMatchObject([{ watch: true }]);
    expect(run.state().status).toBe('running');
  });

  it('begins nothing while it is off', async () => {
    const { ready, started } = setUp({ sync: false });
    await ready();
    expect(started).toEqual([]);
  });

  it('begins when it is switched on and there is something to keep in step', async () => {
    const { ready, change, started } = setUp({ sync: false });
    await ready();
    await change({ sync: true });
    expect(started).toMatchObject([{ watch: true }]);
  });

  it('begins by itself with an empty database when that was wanted before this start', async () => {
    const { ready, started } = setUp({ lines: 0 });
    await ready();
    expect(started).toHaveLength(1);
  });

  it('leaves the first import to the person, also when it is switched on before the database is open', async () => {
    const early = setUp({ sync: false, lines: null });
    await early.change({ sync: true });
    early.world.lines = 0;
    await early.ready();
    expect(early.started).toEqual([]);
  });

  it('leaves the first import to the person', async () => {
    const { ready, change, started } = setUp({ sync: false, lines: 0 });
    await ready();
    await change({ sync: true });
    expect(started).toEqual([]);
  });

  it('ends the watching run when it is switched off, as completed', async () => {
    const { ready, enter, change, run, started } = setUp();
    await ready();
    enter('watching');
    await change({ sync: false });
    expect(run.state().status).toBe('completed');
    await vi.advanceTimersByTimeAsync(2 * retryMs);
    expect(started).toHaveLength(1);
  });

  it('lets a run import to its end when it is switched off meanwhile, and ends it then', async () => {
    const { ready, enter, change, run } = setUp();
    await ready();
    await change({ sync: false });
    expect(run.state().status).toBe('running');
    enter('watching');
    await vi.advanceTimersByTimeAsync(1);
    expect(run.state().status).toBe('completed');
  });

  it('watches after a run during which it was switched on', async () => {
    const { ready, start, change, end, started } = setUp({ sync: false });
    await ready();
    await start();
    await change({ sync: true });
    await vi.advanceTimersByTimeAsync(1);
    await end('completed');
    expect(started).toMatchObject([{ watch: false }, { watch: true }]);
  });

  it('starts anew with other folders, while watching', async () => {
    const { ready, enter, change, started, run } = setUp();
    await ready();
    enter('watching');
    await change({ addedRoots: ['/new'] });
    expect(started).toHaveLength(2);
    expect(run.state()).toMatchObject({ status: 'running', progress: { phase: 'connecting' } });
    enter('watching');
    await vi.advanceTimersByTimeAsync(1);
    expect(started).toHaveLength(2);
  });

  it('starts anew after the import when the folders changed during it', async () => {
    const { ready, enter, change, started } = setUp();
    await ready();
    await change({ addedRoots: ['/new'] });
    expect(started).toHaveLength(1);
    enter('watching');
    await vi.advanceTimersByTimeAsync(1);
    expect(started).toHaveLength(2);
  });

  it('rests when a person cancels', async () => {
    const { ready, run, started } = setUp();
    await ready();
    run.cancel();
    await vi.advanceTimersByTimeAsync(2 * retryMs);
    expect(run.state().status).toBe('cancelled');
    expect(started).toHaveLength(1);
  });

  it('tries once more after a failure, after five minutes, and then no more', async () => {
    const { ready, end, started } = setUp();
    await ready();
    await end('failed', 'database-failed');
    await vi.advanceTimersByTimeAsync(retryMs - 1000);
    expect(started).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(started).toHaveLength(2);
    await end('failed', 'database-failed');
    await vi.advanceTimersByTimeAsync(10 * retryMs);
    expect(started).toHaveLength(2);
  });

  it('waits while another process migrates, and begins when that is over', async () => {
    const { ready, world, sync, started } = setUp();
    world.refuse = 'run-in-progress';
    await ready();
    await vi.advanceTimersByTimeAsync(10 * retryMs);
    expect(started).toEqual([]);
    world.refuse = null;
    sync.onFree();
    await vi.advanceTimersByTimeAsync(1);
    expect(started).toHaveLength(1);
  });

  it('waits for a folder when there is none', async () => {
    const { ready, world, change, started } = setUp();
    world.refuse = 'source-missing';
    await ready();
    world.refuse = null;
    await change({ colorScheme: 'dark' });
    expect(started).toEqual([]);
    await change({ addedRoots: ['/new'] });
    expect(started).toHaveLength(1);
  });

  it('starts nothing any more when the application ends', async () => {
    const { ready, enter, sync, run, started } = setUp();
    await ready();
    enter('watching');
    sync.end();
    expect(await run.stop(1000)).toBe(true);
    await vi.advanceTimersByTimeAsync(10 * retryMs);
    expect(started).toHaveLength(1);
  });
});

import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCurrentRun, type MigrateRun } from '../../src/main/current-run.ts';
import { reportWithout } from '../../src/main/report-without.ts';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import { AppError } from '../../src/shared/failure.ts';
import { runOptions, type RunPhase, type RunReport, type RunState } from '../../src/shared/run.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const options = runOptions.parse({});

function report(status: RunReport['status']): RunReport {
  return { ...reportWithout({ runId: 'r1', startedAt: new Date(), dryRun: false, failure: null }), status };
}

/** Takes the place of a listener that is not there yet. */
function nobody(_said: unknown): void {}

function setUp(migrate: MigrateRun) {
  const states: RunState[] = [];
  const awake: string[] = [];
  const log = memoryLog();
  const ends = new EventEmitter<{ end: [RunReport] }>();
  const finished = once(ends, 'end').then(([last]) => last as RunReport);
  const run = createCurrentRun({
    migrate,
    onChange: (state) => states.push(state),
    onFinish: (last) => ends.emit('end', last),
    keepAwake: () => {
      awake.push('kept');
      return () => awake.push('released');
    },
    log,
  });
  return { run, states, awake, log, finished };
}

/** A migration that goes on until it is cancelled. */
const untilCancelled: MigrateRun = (_options, { signal, onStart }) =>
  new Promise((resolve) => {
    onStart('r1');
    if (signal.aborted) resolve(report('cancelled'));
    signal.addEventListener('abort', () => resolve(report('cancelled')));
  });

describe('createCurrentRun', () => {
  it('goes from idle over running to completed, with the engine’s id and progress', async () => {
    const { run, states, finished } = setUp(async (_options, { onStart, onProgress }) => {
      onStart('r1');
      onProgress({ ...emptyProgress, records: 7 });
      return report('completed');
    });
    expect(run.state()).toEqual({ status: 'idle' });
    expect(run.start(options)).toMatchObject({ status: 'running', runId: '' });
    await finished;
    expect(states).toMatchObject([
      { status: 'running', runId: '' },
      { status: 'running', runId: 'r1', progress: { records: 0 } },
      { status: 'running', runId: 'r1', progress: { records: 7 } },
      { status: 'completed', report: { runId: 'r1' } },
    ]);
    expect(run.state()).toBe(states.at(-1));
  });

  it('refuses a second run while one is running, and takes one afterwards', async () => {
    const { run, finished } = setUp(untilCancelled);
    run.start(options);
    expect(() => run.start(options)).toThrow(expect.objectContaining({ code: 'run-in-progress' }));
    run.cancel();
    expect(() => run.start(options)).toThrow(expect.objectContaining({ code: 'run-in-progress' }));
    await finished;
    expect(run.start(options).status).toBe('running');
    await run.stop(1000);
  });

  it('is cancelling until the engine has ended, then cancelled', async () => {
    const { run, states, finished } = setUp(untilCancelled);
    run.start(options);
    await Promise.resolve();
    run.cancel();
    run.cancel();
    expect(run.state()).toMatchObject({ status: 'cancelling', runId: 'r1' });
    await finished;
    expect(states.map(({ status }) => status)).toEqual(['running', 'running', 'cancelling', 'cancelled']);
  });

  it('can be cancelled in the moment it was started', async () => {
    const { run, finished } = setUp(untilCancelled);
    run.start(options);
    run.cancel();
    expect(await finished).toMatchObject({ status: 'cancelled' });
  });

  it('does nothing when there is nothing to cancel', async () => {
    const { run, states } = setUp(untilCancelled);
    run.cancel();
    expect(await run.stop(10)).toBe(true);
    expect(states).toEqual([]);
  });

  it('makes a report of a failure that the engine threw', async () => {
    const { run, log, finished } = setUp(() =>
      Promise.reject(new AppError('source-missing', 'The folder is gone.', { path: '/gone' })),
    );
    run.start(options);
    expect(await finished).toMatchObject({
      status: 'failed',
      failure: { code: 'source-missing', path: '/gone' },
      totals: null,
      verified: false,
    });
    expect(log.said.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('logs a bug of the engine and makes a report of it', async () => {
    const bug = new TypeError('undefined is not a function');
    const { run, log, finished } = setUp(() => Promise.reject(bug));
    run.start(options);
    expect(await finished).toMatchObject({ status: 'failed', failure: { code: 'unexpected' } });
    expect(log.said).toContainEqual(expect.objectContaining({ level: 'error', fields: { error: bug } }));
  });

  it('takes an aborted operation after a cancel as cancelled', async () => {
    const { run, finished } = setUp(
      (_options, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    run.start(options);
    await Promise.resolve();
    run.cancel();
    expect(await finished).toMatchObject({ status: 'cancelled', failure: null });
  });

  it('keeps the computer awake from the start to the end, also of a failed run', async () => {
    const { run, awake, finished } = setUp(() => Promise.reject(new Error('no')));
    run.start(options);
    await finished;
    expect(awake).toEqual(['kept', 'released']);
  });

  it('stops within its patience, and says when the run did not end', async () => {
    const patient = setUp(untilCancelled);
    patient.run.start(options);
    expect(await patient.run.stop(1000)).toBe(true);
    expect(patient.run.state().status).toBe('cancelled');

    const stubborn = setUp(() => new Promise(() => undefined));
    stubborn.run.start(options);
    expect(await stubborn.run.stop(20)).toBe(false);
    expect(stubborn.run.state().status).toBe('cancelling');
  });

  it('shows a pause at once, goes on where it was, and hands both to the engine', async () => {
    const seen: boolean[] = [];
    const { run, states } = setUp((_options, { signal, control, onStart, onProgress }) => {
      onStart('r1');
      control.onChange(() => seen.push(control.isPaused));
      onProgress({ ...emptyProgress, records: 7 });
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(report('cancelled')));
      });
    });
    run.start(options);
    await Promise.resolve();
    run.pause();
    expect(run.state()).toMatchObject({ status: 'paused', runId: 'r1', progress: { records: 7 } });
    run.pause();
    run.continue();
    expect(run.state()).toMatchObject({ status: 'running', progress: { records: 7 } });
    expect(seen).toEqual([true, false]);
    expect(states.map(({ status }) => status).slice(-2)).toEqual(['paused', 'running']);
    await run.stop(1000);
  });

  it('stays paused while the batch on its way still tells of its progress', async () => {
    const tell = { records: nobody as (records: number) => void };
    const { run } = setUp((_options, { onProgress, signal }) => {
      tell.records = (records) => onProgress({ ...emptyProgress, records });
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(report('cancelled')));
      });
    });
    run.start(options);
    await Promise.resolve();
    run.pause();
    tell.records(9);
    expect(run.state()).toMatchObject({ status: 'paused', progress: { records: 9 } });
    await run.stop(1000);
  });

  it('can be cancelled while it is paused, and is not paused any more then', async () => {
    const { run, finished } = setUp(async (_options, { signal, control }) => {
      await Promise.resolve();
      await control.whenGoing(signal);
      return report('cancelled');
    });
    run.start(options);
    run.pause();
    expect(run.state().status).toBe('paused');
    run.cancel();
    expect(run.state().status).toBe('cancelling');
    run.pause();
    run.continue();
    expect(run.state().status).toBe('cancelling');
    expect(await finished).toMatchObject({ status: 'cancelled' });
    run.pause();
    run.continue();
    expect(run.state().status).toBe('cancelled');
  });

  it('lets the computer sleep while it is watching or paused, and not while it imports', async () => {
    const enter = { phase: nobody as (phase: RunPhase) => void };
    const { run, awake } = setUp((_options, { onProgress, signal }) => {
      enter.phase = (phase) => onProgress({ ...emptyProgress, phase });
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(report('completed')));
      });
    });
    run.start(options);
    await Promise.resolve();
    enter.phase('importing');
    expect(awake).toEqual(['kept']);
    enter.phase('watching');
    expect(awake).toEqual(['kept', 'released']);
    enter.phase('importing');
    run.pause();
    run.continue();
    expect(awake).toEqual(['kept', 'released', 'kept', 'released', 'kept']);
    await run.stop(1000);
    expect(awake.at(-1)).toBe('released');
  });

  it('passes on that everything is to be compared', async () => {
    let sweeps = 0;
    const { run } = setUp((_options, { control, signal }) => {
      control.onSweep(() => (sweeps += 1));
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(report('completed')));
      });
    });
    run.sweep();
    run.start(options);
    await Promise.resolve();
    run.sweep();
    expect(sweeps).toBe(1);
    await run.stop(1000);
  });

  it('shows the run of another process, and what there was before when that is over', async () => {
    const { run, states, finished } = setUp(() => Promise.resolve(report('completed')));
    run.start(options);
    await finished;
    const other = { runId: 'cli', pid: 4182, progress: emptyProgress };
    run.showElsewhere(other);
    expect(run.state()).toEqual({ status: 'elsewhere', ...other });
    expect(states.at(-1)).toEqual(run.state());
    run.showElsewhere(null);
    expect(run.state()).toMatchObject({ status: 'completed' });
    const count = states.length;
    run.showElsewhere(null);
    expect(states).toHaveLength(count);
  });
});

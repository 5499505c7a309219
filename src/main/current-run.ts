import type { Log } from '../engine/log.ts';
import { RunControl } from '../engine/run-control.ts';
import type { RunStatus } from '../engine/run-lock.ts';
import { emptyProgress } from '../shared/empty-run.ts';
import { AppError, toFailure } from '../shared/failure.ts';
import type { Progress, RunOptions, RunReport, RunState } from '../shared/run.ts';
import { isDoneWithin } from './quit.ts';
import { reportWithout } from './report-without.ts';

/**
 * One migration from start to report. Cancelled is a result, not an error: after `signal` the promise still
 * answers a report.
 */
export type MigrateRun = (
  options: RunOptions,
  hooks: {
    readonly signal: AbortSignal;
    readonly control: RunControl;
    /** Called once, as soon as the run has its id. */
    readonly onStart: (runId: string) => void;
    readonly onProgress: (progress: Progress) => void;
  },
) => Promise<RunReport>;

export interface CurrentRunOptions {
  readonly migrate: MigrateRun;
  readonly onChange: (state: RunState) => void;
  /** The run is over and its report is in the state. */
  readonly onFinish: (report: RunReport) => void;
  /** Keeps the computer awake; the answer lets it sleep again. */
  readonly keepAwake: () => () => void;
  readonly log: Log;
}

/** The one migration that may be running, here or in another process. Only it writes the run's state. */
export interface CurrentRun {
  state(): RunState;
  /** A run of our own is on its way, paused or not. */
  isActive(): boolean;
  /** @throws AppError `run-in-progress` */
  start(options: RunOptions): RunState;
  /** Holds the run; what is on its way is still finished. Does nothing when no run is running. */
  pause(): void;
  continue(): void;
  /** Does nothing when no run is running. A watching run ends as completed. */
  cancel(): void;
  /** Has a watching run compare all files with the database, as after the computer woke up. */
  sweep(): void;
  /** The run that another process does on the same data, null when there is none; seen while none of our own is active. */
  showElsewhere(status: RunStatus | null): void;
  /** Takes what the database says by now of the run that ended last, when it is among these. */
  renew(reports: readonly RunReport[]): void;
  /** Cancels and waits for the end, at most `patienceMs`. False when the run did not end in time. */
  stop(patienceMs: number): Promise<boolean>;
}

type ActiveState = Extract<RunState, { status: 'running' | 'paused' | 'cancelling' }>;

interface Active {
  readonly controller: AbortController;
  readonly control: RunControl;
  readonly ended: Promise<void>;
}

export function createCurrentRun(options: CurrentRunOptions): CurrentRun {
  const { migrate, onChange, onFinish, log } = options;
  const awake = createAwake(options.keepAwake);
  /** Of our own runs; what another process does is kept apart and shown in its place. */
  let own: RunState = { status: 'idle' };
  let elsewhere: RunStatus | null = null;
  let active: Active | null = null;

  function state(): RunState {
    return active === null && elsewhere !== null ? { status: 'elsewhere', ...elsewhere } : own;
  }

  function change(next: RunState): void {
    own = next;
    awake.need(isWork(next));
    onChange(state());
  }

  function changeActive(part: Partial<ActiveState>): void {
    if (own.status === 'running' || own.status === 'paused' || own.status === 'cancelling')
      change({ ...own, ...part });
  }

  /** Never rejects. */
  async function run(runOptions: RunOptions, control: RunControl, signal: AbortSignal): Promise<void> {
    const startedAt = new Date();
    let report: RunReport;
    try {
      report = await migrate(runOptions, {
        signal,
        control,
        onStart: (runId) => changeActive({ runId }),
        onProgress: (progress) => changeActive({ progress }),
      });
    } catch (error) {
      const failure = signal.aborted && isAbort(error) ? null : toFailure(error);
      if (failure?.code === 'unexpected') log.error('A migration failed unexpectedly', { error });
      else log.info('A migration did not start', { code: failure?.code, reason: failure?.message });
      const runId = 'runId' in own ? own.runId : '';
      report = reportWithout({ runId, startedAt, dryRun: runOptions.dryRun, failure });
    }
    active = null;
    change({ status: report.status, report });
    onFinish(report);
  }

  function start(runOptions: RunOptions): RunState {
    if (active !== null) {
      throw new AppError('run-in-progress', 'A migration is already running. Wait for its end or cancel it.');
    }
    const controller = new AbortController();
    const control = new RunControl();
    control.onChange(() => {
      if (own.status !== 'cancelling') changeActive({ status: control.isPaused ? 'paused' : 'running' });
    });
    // A turn later, so that a run that ends at once still has begun.
    const ended = Promise.resolve().then(() => run(runOptions, control, controller.signal));
    active = { controller, control, ended };
    change({ status: 'running', runId: '', progress: emptyProgress });
    return own;
  }

  function cancel(): void {
    if (active === null || active.controller.signal.aborted) return;
    changeActive({ status: 'cancelling' });
    active.controller.abort();
  }

  return {
    state,
    isActive: () => active !== null,
    start,
    pause: () => {
      if (active !== null && !active.controller.signal.aborted) active.control.pause();
    },
    continue: () => active?.control.continue(),
    cancel,
    sweep: () => active?.control.sweep(),
    showElsewhere: (status) => {
      if (status === null && elsewhere === null) return;
      elsewhere = status;
      if (active === null) onChange(state());
    },
    renew: (reports) => {
      if (!('report' in own)) return;
      const { runId, verified } = own.report;
      const renewed = reports.find((report) => report.runId === runId);
      if (renewed === undefined || renewed.verified === verified) return;
      change({ ...own, report: { ...own.report, verified: renewed.verified } });
    },
    stop: async (patienceMs) => {
      if (active === null) return true;
      cancel();
      return isDoneWithin(active.ended, patienceMs);
    },
  };
}

/** A run that waits for a person, or for new lines, needs no waking computer. */
function isWork(state: RunState): boolean {
  return (state.status === 'running' || state.status === 'cancelling') && state.progress.phase !== 'watching';
}

function createAwake(keepAwake: () => () => void): { need(isNeeded: boolean): void } {
  let letSleep: (() => void) | null = null;
  return {
    need: (isNeeded) => {
      if (isNeeded) letSleep ??= keepAwake();
      else {
        letSleep?.();
        letSleep = null;
      }
    },
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

import type { Log } from '../engine/log.ts';
import { AppError, toFailure } from '../shared/failure.ts';
import type { Progress, RunOptions, RunReport, RunState } from '../shared/run.ts';
import { emptyProgress, reportWithout } from './empty-run.ts';
import { isDoneWithin } from './quit.ts';

/**
 * One migration from start to report. Cancelled is a result, not an error: after `signal` the promise still
 * answers a report.
 */
export type MigrateRun = (
  options: RunOptions,
  hooks: {
    readonly signal: AbortSignal;
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

/** The one migration that may be running. Only it writes the run's state. */
export interface CurrentRun {
  state(): RunState;
  /** @throws AppError `run-in-progress` */
  start(options: RunOptions): RunState;
  /** Does nothing when no run is running. */
  cancel(): void;
  /** Cancels and waits for the end, at most `patienceMs`. False when the run did not end in time. */
  stop(patienceMs: number): Promise<boolean>;
}

export function createCurrentRun(options: CurrentRunOptions): CurrentRun {
  const { migrate, onChange, onFinish, keepAwake, log } = options;
  let state: RunState = { status: 'idle' };
  let active: { readonly controller: AbortController; readonly ended: Promise<void> } | null = null;

  function change(next: RunState): void {
    state = next;
    onChange(next);
  }

  function changeActive(part: Partial<Extract<RunState, { runId: string }>>): void {
    if (state.status === 'running' || state.status === 'cancelling') change({ ...state, ...part });
  }

  /** Never rejects. */
  async function run(runOptions: RunOptions, signal: AbortSignal): Promise<void> {
    const startedAt = new Date();
    const letSleep = keepAwake();
    let report: RunReport;
    try {
      report = await migrate(runOptions, {
        signal,
        onStart: (runId) => changeActive({ runId }),
        onProgress: (progress) => changeActive({ progress }),
      });
    } catch (error) {
      const failure = signal.aborted && isAbort(error) ? null : toFailure(error);
      if (failure?.code === 'unexpected') log.error('A migration failed unexpectedly', { error });
      const runId = 'runId' in state ? state.runId : '';
      report = reportWithout({ runId, startedAt, dryRun: runOptions.dryRun, failure });
    } finally {
      letSleep();
    }
    log.info('A migration ended', { runId: report.runId, status: report.status, code: report.failure?.code });
    active = null;
    change({ status: report.status, report });
    onFinish(report);
  }

  function cancel(): void {
    if (active === null || active.controller.signal.aborted) return;
    changeActive({ status: 'cancelling' });
    active.controller.abort();
  }

  return {
    state: () => state,
    start: (runOptions) => {
      if (active !== null) {
        throw new AppError(
          'run-in-progress',
          'A migration is already running. Wait for its end or cancel it.',
        );
      }
      const controller = new AbortController();
      change({ status: 'running', runId: '', progress: emptyProgress });
      // A turn later, so that a run that ends at once still has begun.
      const ended = Promise.resolve().then(() => run(runOptions, controller.signal));
      active = { controller, ended };
      return state;
    },
    cancel,
    stop: async (patienceMs) => {
      if (active === null) return true;
      cancel();
      return isDoneWithin(active.ended, patienceMs);
    },
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

import type { Log } from '../engine/log.ts';
import type { VerificationView } from '../shared/contract.ts';
import { AppError, toFailure, type Failure } from '../shared/failure.ts';
import type { Progress, RunReport } from '../shared/run.ts';
import type {
  Finding,
  VerificationOptions,
  VerificationProgress,
  VerificationReport,
} from '../shared/verification.ts';
import { isDoneWithin } from './quit.ts';
import type { Data } from './take-data.ts';

/** The engine's two functions. Cancelled, they reject with the signal's reason. */
export interface Verifier {
  verify(
    options: VerificationOptions,
    hooks: { readonly signal: AbortSignal; readonly onProgress: (progress: VerificationProgress) => void },
  ): Promise<VerificationReport>;
  /** Does what mends the findings; the report of the import, when there was one. */
  repair(
    findings: readonly Finding[],
    options: VerificationOptions,
    hooks: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
  ): Promise<RunReport | null>;
}

export interface CurrentVerificationOptions {
  readonly verifier: Verifier;
  readonly data: Data;
  readonly onChange: (state: VerificationView) => void;
  /** It is over, whatever came of it, and the data has been given back. */
  readonly onFinish: (state: VerificationView) => void;
  /** Keeps the computer awake; the answer lets it sleep again. */
  readonly keepAwake: () => () => void;
  readonly log: Log;
}

/** The one verification that may be running in this process, and the report of the last one. */
export interface CurrentVerification {
  state(): VerificationView;
  isActive(): boolean;
  /** @throws AppError `run-in-progress` */
  start(options: VerificationOptions): Promise<VerificationView>;
  /** Does what mends the findings of a report, and verifies again. @throws AppError `run-in-progress` */
  repair(findings: readonly Finding[], options: VerificationOptions): Promise<VerificationView>;
  /** Does nothing when none is running. */
  cancel(): void;
  /** Cancels and waits for the end, at most `patienceMs`. False when it did not end in time. */
  stop(patienceMs: number): Promise<boolean>;
}

interface Active {
  readonly controller: AbortController;
  ended: Promise<void>;
}

/** Findings to mend first, and what to verify then. */
interface Task {
  readonly findings: readonly Finding[];
  readonly wanted: VerificationOptions;
}

const nothingYet: VerificationProgress = {
  phase: 'before',
  elapsedMs: 0,
  filesTotal: 0,
  filesDone: 0,
  bytesTotal: 0,
  bytesDone: 0,
  findings: 0,
};

/** Why a verification could not be done; a bug is one for the log as well. */
function told(error: unknown, log: Log): Failure {
  const failure = toFailure(error);
  if (failure.code === 'unexpected') log.error('A verification failed unexpectedly', { error });
  else log.warn('A verification could not be done', { code: failure.code, reason: failure.message });
  return failure;
}

function alreadyRunning(): AppError {
  return new AppError('run-in-progress', 'A verification is already running. Wait for its end or cancel it.');
}

export function createCurrentVerification(options: CurrentVerificationOptions): CurrentVerification {
  const { verifier, data, onChange, onFinish, keepAwake, log } = options;
  let state: VerificationView = { status: 'idle' };
  /** Of the last verification that came to its end: what is shown beside a failure or a cancel. */
  let report: VerificationReport | null = null;
  let active: Active | null = null;

  function change(next: VerificationView): void {
    state = next;
    onChange(next);
  }

  function show(part: { progress: VerificationProgress } | { repair: Progress }): void {
    if (state.status === 'running' || state.status === 'cancelling') change({ ...state, ...part });
  }

  async function work({ findings, wanted }: Task, signal: AbortSignal): Promise<VerificationView> {
    let repaired: RunReport | null = null;
    if (findings.length > 0) {
      const onProgress = (progress: Progress): void => show({ repair: progress });
      repaired = await verifier.repair(findings, wanted, { signal, onProgress });
      signal.throwIfAborted();
      if (state.status === 'running') change({ ...state, task: 'verify', repair: null });
    }
    const found = await verifier.verify(wanted, { signal, onProgress: (progress) => show({ progress }) });
    // What was found until it was stopped is no verification.
    if (found.result === 'cancelled') return { status: 'cancelled', report };
    report = found;
    return { status: 'done', report, failure: repaired?.failure ?? null };
  }

  /** Never rejects. */
  async function run(task: Task, signal: AbortSignal): Promise<void> {
    const letSleep = keepAwake();
    let end: VerificationView;
    try {
      signal.throwIfAborted();
      end = await work(task, signal);
    } catch (error) {
      const isCancelled = signal.aborted && !(error instanceof AppError);
      end = isCancelled
        ? { status: 'cancelled', report }
        : { status: 'failed', failure: told(error, log), report };
    } finally {
      letSleep();
    }
    active = null;
    change(end);
    data.giveBack();
    onFinish(end);
  }

  async function begin(findings: readonly Finding[], wanted: VerificationOptions): Promise<VerificationView> {
    if (active !== null) throw alreadyRunning();
    const before = state;
    const controller = new AbortController();
    const mine: Active = { controller, ended: Promise.resolve() };
    active = mine;
    const task = findings.length > 0 ? 'repair' : 'verify';
    change({ status: 'running', progress: nothingYet, repair: null, task });
    const taking = data.take();
    mine.ended = taking.then(
      () => run({ findings, wanted }, controller.signal),
      () => undefined,
    );
    try {
      await taking;
    } catch (error) {
      active = null;
      change(before);
      data.giveBack();
      throw error;
    }
    return state;
  }

  function cancel(): void {
    if (active === null || active.controller.signal.aborted) return;
    if (state.status === 'running') change({ ...state, status: 'cancelling' });
    active.controller.abort();
  }

  async function stop(patienceMs: number): Promise<boolean> {
    const ended = active?.ended;
    cancel();
    return ended === undefined || isDoneWithin(ended, patienceMs);
  }

  return {
    state: () => state,
    isActive: () => active !== null,
    start: (wanted) => begin([], wanted),
    repair: begin,
    cancel,
    stop,
  };
}

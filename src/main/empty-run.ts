import type { Failure } from '../shared/failure.ts';
import type { Account, Progress, RunReport } from '../shared/run.ts';

/** A run that has only just been asked for. */
export const emptyProgress: Progress = {
  phase: 'connecting',
  waiting: null,
  watch: null,
  elapsedMs: 0,
  filesTotal: 0,
  filesDone: 0,
  filesUnchanged: 0,
  bytesTotal: 0,
  bytesDone: 0,
  records: 0,
  rejects: 0,
  blanks: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  rates: { bytes: 0, records: 0, tokens: 0 },
  remainingSeconds: null,
  currentFile: '',
  rejectsByReason: {},
  filesFailed: 0,
  problems: [],
  memoryBytes: 0,
};

export const emptyAccount: Account = {
  files: 0,
  bytes: 0,
  lines: 0,
  records: 0,
  rejects: 0,
  blanks: 0,
  pending: 0,
};

/** The report of a run that ended before the engine could write one. Without a failure it was cancelled. */
export function reportWithout(run: {
  readonly runId: string;
  readonly startedAt: Date;
  readonly dryRun: boolean;
  readonly failure: Failure | null;
}): RunReport {
  const finishedAt = new Date();
  return {
    runId: run.runId,
    status: run.failure === null ? 'cancelled' : 'failed',
    dryRun: run.dryRun,
    startedAt: run.startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    durationMs: finishedAt.getTime() - run.startedAt.getTime(),
    receipt: { ...emptyAccount, imported: emptyAccount, filesUnchanged: 0, filesFailed: 0, filesVanished: 0 },
    totals: null,
    rejectsByReason: {},
    problems: [],
    verified: false,
    failure: run.failure,
    destination: '',
  };
}

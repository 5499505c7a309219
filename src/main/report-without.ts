import type { Failure } from '../shared/failure.ts';
import { emptyAccount } from '../shared/empty-run.ts';
import type { RunReport } from '../shared/run.ts';

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

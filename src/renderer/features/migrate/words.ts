import type { DatabaseState } from '../../../shared/contract.ts';
import type { RejectReason, RunOutcome, RunPhase, RunReport, RunState } from '../../../shared/run.ts';
import { assertNever } from '../../../shared/failure.ts';
import { duration, plural } from '../../format.ts';

export const rejectWords: Readonly<Record<RejectReason, string>> = {
  'not-json': 'Not valid JSON',
  'two-records': 'Two records on one line',
  headless: 'The start of the line is missing',
  'nul-bytes': 'NUL bytes instead of a record',
  'not-an-object': 'JSON, but not an object',
  'too-long': 'Longer than can be parsed',
  'refused-by-database': 'Refused by the database',
};

export const phaseWords: Readonly<Record<RunPhase, string>> = {
  connecting: 'Connect to the database',
  discovering: 'Find files',
  importing: 'Import lines',
  finishing: 'Write the receipt',
  watching: 'Keep in step',
};

/** Where rows go, in words. */
export function destinationOf(database: DatabaseState | null): string {
  if (database === null || database.status === 'starting') return 'The database is starting';
  if (database.status === 'failed') return 'The database is not available';
  return database.kind === 'embedded'
    ? `Embedded ClickHouse ${database.version} on this computer`
    : `ClickHouse server ${database.version}`;
}

/** What a run does at the moment: the title of its screen. */
export function titleOf(run: RunState): string {
  switch (run.status) {
    case 'running':
      return run.progress.phase === 'watching' ? 'In step' : 'Migrating';
    case 'paused':
      return 'Paused';
    case 'cancelling':
      return run.progress.watch === null ? 'Cancelling' : 'Stopping';
    case 'elsewhere':
      return run.progress?.phase === 'watching' ? 'In step' : 'Migrating elsewhere';
    case 'idle':
    case 'completed':
    case 'cancelled':
    case 'failed':
    case 'interrupted':
      return 'Migrate';
    default:
      return assertNever(run);
  }
}

/** Also while it ends: the receipt is written after the watching, and a bar would be a strange thing to end with. */
export function isInStep(run: RunState): boolean {
  if (!('progress' in run) || run.progress === null) return false;
  return run.progress.phase === 'watching' || (run.status === 'cancelling' && run.progress.watch !== null);
}

export const outcomeWords: Readonly<Record<RunOutcome, string>> = {
  completed: 'Completed',
  cancelled: 'Cancelled',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

/** Whether a run left something for another one with its options. */
export function isResumable({ status, dryRun }: RunReport): boolean {
  return status !== 'completed' && !dryRun;
}

/** Of earlier runs, newest first, those that left something which no later one has completed. */
export function unfinishedRuns(runs: readonly RunReport[]): ReadonlySet<RunReport> {
  const lastCompleted = runs.findIndex(({ status, dryRun }) => status === 'completed' && !dryRun);
  return new Set(runs.slice(0, lastCompleted === -1 ? runs.length : lastCompleted).filter(isResumable));
}

/** What became of a run, in one line. */
export function headline({ status, dryRun, receipt, durationMs, failure }: RunReport): string {
  const after = `after ${duration(durationMs)}`;
  switch (status) {
    case 'failed':
      if (failure?.code === 'run-in-progress') return 'The migration was not started';
      return `The migration stopped ${after}`;
    case 'cancelled':
      return `Cancelled ${after}`;
    case 'interrupted':
      return 'Interrupted: its process ended before the report was written';
    case 'completed':
      if (dryRun) return `Dry run: ${plural(receipt.files, 'file')} counted, nothing written`;
      if (receipt.imported.lines === 0) return 'Nothing new: everything was already in the database';
      return `${plural(receipt.imported.lines, 'line')} from ${plural(receipt.imported.files, 'file')} migrated`;
    default:
      return assertNever(status);
  }
}

/** What is in the database after it, and what that means for the next run. */
export function aftermath({ status, dryRun, receipt }: RunReport): string {
  if (dryRun) return 'A dry run reads and counts. The database was not changed.';
  const kept = `${plural(receipt.imported.lines, 'line')} of this run`;
  switch (status) {
    case 'interrupted':
      return receipt.imported.lines === 0
        ? 'The database has no line of this run. The next run starts over and inserts nothing twice.'
        : `${kept} are in the database and are kept. The next run continues where this one stopped.`;
    case 'cancelled':
      return `${kept} were acknowledged by the database and are kept. The next run continues where this one stopped.`;
    case 'failed':
      return receipt.imported.lines === 0
        ? 'This run wrote nothing. What was in the database before is untouched.'
        : `${kept} were acknowledged by the database and are kept. The next run continues where this one stopped.`;
    case 'completed':
      return receipt.filesFailed === 0
        ? 'Every file in scope was read to its end.'
        : `${plural(receipt.filesFailed, 'file')} could not be read to the end; see Problems.`;
    default:
      return assertNever(status);
  }
}

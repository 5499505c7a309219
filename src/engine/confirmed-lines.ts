import { AppError } from '../shared/failure.ts';
import { countLinesOfRun } from './clickhouse/queries/last-run.ts';
import { persist } from './insert/persist.ts';
import type { Run } from './runs.ts';

/**
 * Counts the lines of a run in the database, at its end: those that were confirmed have to be there.
 *
 * They are not when the database was emptied, replaced or restored from a backup while the run went on. The next run finds
 * that by its sums and imports what is missing; this one must not say that all is well.
 *
 * @throws AppError `database-failed` when there are fewer
 */
export async function requireConfirmedLines(run: Run): Promise<void> {
  const { records, rejects } = run.ledger.receipt().imported;
  const confirmed = records + rejects;
  if (run.options.dryRun || confirmed === 0) return;
  const there = await persist(
    () => countLinesOfRun(run.database.client, run.engine.source, run.runId),
    run.persistence,
  );
  if (there >= confirmed) return;
  const { place } = run.database;
  throw new AppError(
    'database-failed',
    `The database at ${place} has ${there} of the ${confirmed} lines that it confirmed in this run: it was emptied, replaced or restored meanwhile. Start again: what is missing is imported from the files.`,
    { path: place },
  );
}

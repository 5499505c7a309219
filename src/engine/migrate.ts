import { randomUUID } from 'node:crypto';
import { AppError, toFailure } from '../shared/failure.ts';
import type { Progress, RunOptions, RunReport } from '../shared/run.ts';
import { readCheckpoints, settleUnfinishedRuns } from './checkpoints/checkpoint-table.ts';
import type { Database } from './clickhouse/connect.ts';
import { describeDatabaseError } from './clickhouse/failures.ts';
import { readTotals } from './clickhouse/queries/totals.ts';
import { collectFiles } from './discover/collect-files.ts';
import type { EngineFiles } from './engine-files.ts';
import { chooseThreads, openExtractPool } from './extract/extract-pool.ts';
import { ImportLedger } from './import-ledger.ts';
import { importBatches } from './import-batches.ts';
import type { Log } from './log.ts';
import { makePlan } from './plan.ts';
import { refreshPrices } from './prices/refresh-prices.ts';
import { ProgressMeter } from './progress.ts';
import { holdRunLock, type RunLock } from './run-lock.ts';
import { finishRun, startRun } from './runs.ts';
import { schedule } from './schedule.ts';

/** What a migration works with. */
export interface Engine {
  /** Opens the database; called once the run holds the lock of the data directory. */
  readonly openDatabase: () => Promise<Database>;
  readonly dataDir: string;
  readonly files: EngineFiles;
  /** Name of this machine in the database. */
  readonly source: string;
  readonly appVersion: string;
  readonly log: Log;
}

export interface RunHooks {
  /** Aborting stops cleanly after the batch on its way: cancelled is a result, not an error. */
  readonly signal: AbortSignal;
  readonly onStart?: (runId: string) => void;
  /** At most ten times a second; the last one always comes. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Moves the transcripts of one run into the database: discover, plan, extract, insert, checkpoint, receipt.
 *
 * The way of one record: `collectFiles` finds its file, `makePlan` compares the file with its checkpoint, `schedule` cuts
 * it into tasks, a worker (`extract.worker.ts`) splits, parses and encodes, `importBatches` inserts the batch and then
 * writes the checkpoint, and the ledger accounts for every byte in the report.
 *
 * @throws AppError when the run could not start: another run is active, a source or the database is not there. What goes
 *   wrong later is in the report, whose status is then `failed`.
 */
export async function migrate(engine: Engine, options: RunOptions, hooks: RunHooks): Promise<RunReport> {
  const runId = randomUUID();
  const lock = await holdRunLock(engine.dataDir, runId);
  try {
    return await migrateLocked(engine, options, hooks, { runId, lock });
  } finally {
    await lock.release();
  }
}

async function migrateLocked(
  engine: Engine,
  options: RunOptions,
  hooks: RunHooks,
  { runId, lock }: { readonly runId: string; readonly lock: RunLock },
): Promise<RunReport> {
  const startedMs = Date.now();
  const database = await engine.openDatabase();
  const { client } = database;
  const progress = new ProgressMeter(
    (snapshot) => {
      lock.publish(snapshot);
      hooks.onProgress?.(snapshot);
    },
    () => database.pid,
  );
  const ledger = new ImportLedger();
  const run = { runId, startedMs, options, engine, database, progress, ledger };
  hooks.onStart?.(runId);
  try {
    progress.enter('discovering');
    if (!options.dryRun) await startRun(run);
    const checkpoints = await readCheckpoints(client, engine.source);
    if (!options.dryRun) await settleUnfinishedRuns(client, engine.source, runId, checkpoints);
    const files = await collectFiles(options, (count) => progress.found(count), hooks.signal);
    const plan = await makePlan(files, checkpoints, hooks.signal);
    ledger.open(plan, progress);

    progress.enter('importing');
    const threads = chooseThreads(options.concurrency);
    const pool = openExtractPool(engine.files.extractWorker, threads);
    try {
      const tasks = schedule(plan.work, {
        source: engine.source,
        runId,
        batchRows: options.batchRows,
        privacy: options.privacy,
        taskBytes: taskBytes(options.memoryLimitMb),
      });
      await importBatches({ tasks, pool, run, signal: hooks.signal });
    } finally {
      await pool.close();
    }
    progress.enter('finishing');
    if (!options.dryRun) await refreshPricesOrReport(client, engine.dataDir, progress);
    const totals = options.dryRun ? null : await readTotals(client);
    return await finishRun(run, { status: hooks.signal.aborted ? 'cancelled' : 'completed', totals });
  } catch (error) {
    const described = describeDatabaseError(error, database.place);
    engine.log.error('The run failed', { runId, error: String(described) });
    if (described instanceof AppError && described.code.startsWith('source-')) throw described;
    return await finishRun(run, { status: 'failed', totals: null, failure: toFailure(described) });
  } finally {
    progress.finish();
    await database.close();
  }
}

/** Prices that can't be read leave costs as they were; the lines are in the database all the same. */
async function refreshPricesOrReport(
  client: Database['client'],
  dataDir: string,
  progress: ProgressMeter,
): Promise<void> {
  try {
    await refreshPrices(client, dataDir);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error;
    progress.addProblem({
      root: dataDir,
      file: 'prices.json',
      offset: null,
      reason: 'prices',
      message: error.message,
    });
  }
}

/** Source bytes of one task: its rows take about three times as much, in each worker and in each insert. */
function taskBytes(memoryLimitMb: number): number {
  const megabytes = Math.max(4, Math.min(32, Math.floor(memoryLimitMb / 200)));
  return megabytes * 1024 * 1024;
}

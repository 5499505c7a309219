import { randomUUID } from 'node:crypto';
import { AppError, toFailure } from '../shared/failure.ts';
import type { Progress, RunOptions, RunReport } from '../shared/run.ts';
import { CheckpointMap } from './checkpoints/checkpoint.ts';
import { followVersions } from './checkpoints/checkpoint-table.ts';
import { takeOut } from './checkpoints/take-out.ts';
import { readTrueCheckpoints } from './checkpoints/true-checkpoints.ts';
import type { Database } from './clickhouse/connect.ts';
import { describeRunError } from './clickhouse/failures.ts';
import { countAnew, readTotals, type CountedTotals } from './clickhouse/queries/totals.ts';
import { requireConfirmedLines } from './confirmed-lines.ts';
import { collectFiles } from './discover/collect-files.ts';
import { FilePlaces } from './discover/file-places.ts';
import { DiskSpace } from './disk-space.ts';
import type { EngineFiles } from './engine-files.ts';
import { chooseThreads, mostImporting, openExtractPool } from './extract/extract-pool.ts';
import { importFiles, markVanished, saveCheckpoints } from './import-files.ts';
import { ImportLedger } from './import-ledger.ts';
import { persist } from './insert/persist.ts';
import { remedyFor } from './insert/remedy.ts';
import { RefusalLimit } from './insert/refusal-limit.ts';
import { findDeadRuns, noteInterruptedRuns } from './interrupted-runs.ts';
import { keepInStep } from './keep-in-step.ts';
import { withFields, type Log } from './log.ts';
import { chooseTaskBytes, measureMemory } from './memory.ts';
import { refreshPrices } from './prices/refresh-prices.ts';
import { ProgressMeter } from './progress.ts';
import { correctEvidence } from './reparse/correct-evidence.ts';
import { renewEvidence } from './reparse/renew-evidence.ts';
import { RunControl } from './run-control.ts';
import { holdRunLock, type RunLock } from './run-lock.ts';
import { finishRun, startRun, type Run } from './runs.ts';

/** What a migration works with. */
export interface Engine {
  /** Opens the database; called once the run holds the lock. `memoryLimitMb` is for an embedded one that is started by that. */
  readonly openDatabase: (memoryLimitMb?: number) => Promise<Database>;
  /** Names the destination when it is not the data directory's own: two runs into one server exclude each other. */
  readonly destination?: string;
  readonly dataDir: string;
  readonly files: EngineFiles;
  /** Name of this machine in the database. */
  readonly source: string;
  readonly appVersion: string;
  readonly log: Log;
  /** Resident memory of all processes together in bytes, given the database's; ours and that one when left out. */
  readonly measureMemory?: (databasePid: number | null) => Promise<number>;
}

export interface RunHooks {
  /** Aborting stops cleanly after the batch on its way: cancelled is a result, not an error. */
  readonly signal: AbortSignal;
  /** Holds the run and lets it go on. */
  readonly control?: RunControl;
  readonly onStart?: (runId: string) => void;
  /** At most ten times a second; the last one always comes. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Moves the transcripts of one run into the database: discover, plan, extract, insert, checkpoint, receipt; and, when asked
 * to watch, keeps it in step with them until it is stopped.
 *
 * The way of one record: `collectFiles` finds its file, `importFiles` compares the file with its checkpoint (`makePlan`) and
 * cuts it into tasks (`schedule`), `importTasks` has a worker (`extract.worker.ts`) split, parse and encode them, `BatchImport`
 * inserts each batch and then writes the checkpoint, and the ledger accounts for every byte in the report. `keepInStep` does
 * the same for every change.
 *
 * @throws AppError when the run could not start: another run is active, a source or the database is not there. What goes
 *   wrong later is in the report, whose status is then `failed`.
 */
export async function migrate(engine: Engine, options: RunOptions, hooks: RunHooks): Promise<RunReport> {
  const runId = randomUUID();
  const lock = await holdRunLock(engine.dataDir, runId, engine.destination);
  try {
    const database = await engine.openDatabase(
      Math.max(leastDatabaseMb, Math.round(options.memoryLimitMb * databaseShare)),
    );
    try {
      const audited = { ...engine, log: withFields(engine.log, { runId }) };
      const run = makeRun(audited, options, hooks, { runId, lock, database });
      return logEnd(await migrateLocked(run, hooks), audited.log);
    } finally {
      await database.close();
    }
  } finally {
    await lock.release();
  }
}

/** Of the memory of all processes; the rest is for the workers' buffers and the window. */
const databaseShare = 0.22;
/** With less the engine has no room for a batch beside its merges (measured: 180 MB stalls an import of 1 GB). */
const leastDatabaseMb = 320;

async function migrateLocked(run: Run, hooks: RunHooks): Promise<RunReport> {
  const { engine, options, database, progress, signal } = run;
  hooks.onStart?.(run.runId);
  engine.log.info('A run started', { place: database.place, options });
  try {
    progress.enter('discovering');
    const { files, roots } = await collectFiles(options, (count) => progress.found(count), signal);
    await patiently(run, () => startRun(run));
    const asBefore = await patiently(run, () => learnCheckpoints(run));
    const threads = chooseThreads(options.concurrency, options.privacy);
    const usedBytes = await run.measureMemory();
    const tasks = threads + mostImporting;
    const taskBytes = chooseTaskBytes(options.memoryLimitMb, { usedBytes, threads, tasks });
    const pool = openExtractPool(engine.files.extractWorker, threads, taskBytes);
    let isInStep = false;
    try {
      progress.enter('importing');
      await importFiles(run, pool, files);
      await markVanished(run, roots, new FilePlaces(files));
      if (options.watch && !options.dryRun && roots.length > 0 && !signal.aborted) {
        const finish = (): Promise<void> => patiently(run, () => finishImport(run));
        await finish();
        isInStep = await keepInStep(run, pool, roots, rarely(finish));
      }
    } finally {
      await pool.close();
    }
    progress.enter('finishing');
    await patiently(run, () => finishImport(run));
    await requireConfirmedLines(run);
    const counted = options.dryRun ? null : await totalsOf(run, isInStep ? null : asBefore);
    // Stopping is how watching ends; what had been written by then is in the database.
    const status = signal.aborted && !isInStep ? 'cancelled' : 'completed';
    return await patiently(run, () => finishRun(run, { status, counted }));
  } catch (error) {
    // Stopped while waiting for the database: that it is away is no news, and what it acknowledged is safe.
    if (signal.aborted && remedyFor(error, 1) === 'wait') {
      return await finishRun(run, { status: 'cancelled', counted: null });
    }
    const described = describeRunError(error, database.place);
    engine.log.error('The run failed', { error: described });
    if (described instanceof AppError && described.code.startsWith('source-')) throw described;
    return await finishRun(run, { status: 'failed', counted: null, failure: toFailure(described) });
  } finally {
    progress.finish();
  }
}

/** Leaves in the log what went wrong and how the run ended, for when the report is gone. */
function logEnd(report: RunReport, log: Log): RunReport {
  for (const { root, file, offset, reason, message } of report.problems) {
    // A warning would stand on a terminal beside the report, which says the same.
    log.info('Something is wrong with a file', { root, file, offset, reason, problem: message });
  }
  const { status, dryRun, durationMs, receipt, verified, failure } = report;
  log.info('A run ended', { status, dryRun, durationMs, receipt, verified, code: failure?.code });
  return report;
}

/** A database that is away for a while makes a run wait, at any step; all of them may be repeated. */
function patiently<Result>(run: Run, step: () => Promise<Result>): Promise<Result> {
  return persist(step, run.persistence);
}

/** After a stop what is on its way has so long before it is given up; the next run then finds out what became of it. */
const graceMs = 10_000;

function makeRun(
  engine: Engine,
  options: RunOptions,
  { signal, control = new RunControl(), onProgress }: RunHooks,
  { runId, lock, database }: { runId: string; lock: RunLock; database: Database },
): Run {
  const measure = (): Promise<number> => (engine.measureMemory ?? measureMemory)(database.pid);
  const progress = new ProgressMeter((snapshot) => {
    lock.publish(snapshot);
    onProgress?.(snapshot);
  }, measure);
  const checkpoints = new CheckpointMap();
  const disk = new DiskSpace(database);
  const hardStop = new AbortController();
  const giveUp = (): void => void setTimeout(() => hardStop.abort(), graceMs).unref();
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  return {
    runId,
    startedMs: Date.now(),
    options,
    engine,
    database,
    progress,
    ledger: new ImportLedger(checkpoints, progress),
    checkpoints,
    disk,
    measureMemory: measure,
    refusals: new RefusalLimit(() => progress.records),
    persistence: {
      ensure: () => database.ensure(),
      place: database.place,
      signal,
      log: engine.log,
      onWaiting: (waiting) => progress.wait(waiting),
    },
    control,
    signal,
    hardStop: hardStop.signal,
    gate: async () => {
      if (control.isPaused) await pause(progress, control, signal);
      if (!options.dryRun) await disk.whenThereIsRoom(signal, (waiting) => progress.wait(waiting));
    },
  };
}

async function pause(progress: ProgressMeter, control: RunControl, signal: AbortSignal): Promise<void> {
  progress.wait({
    reason: 'paused',
    message: 'Paused. Everything acknowledged is safe; nothing is read until the run goes on.',
    since: new Date().toISOString(),
    retryAt: null,
    attempts: 0,
  });
  await control.whenGoing(signal);
  progress.wait(null);
}

/**
 * Reads how far each file is. A dry run writes nothing down of what it learns.
 *
 * @returns the totals before this run, where they need not be counted
 */
async function learnCheckpoints(run: Run): Promise<CountedTotals | null> {
  const { client } = run.database;
  await followVersions(client);
  const { checkpoints, archived, superseded } = await readTrueCheckpoints(
    client,
    run.engine.source,
    run.persistence,
  );
  for (const checkpoint of checkpoints.values()) run.checkpoints.set(checkpoint);
  if (run.options.dryRun) return null;
  await saveCheckpoints(run, archived);
  await takeOut(client, run.engine.source, superseded);
  const dead = await findDeadRuns(run);
  const deadRuns = dead.map(({ run_id }) => run_id);
  const { source } = run.engine;
  const totals = await renewEvidence(client, { deadRuns, source, signal: run.signal });
  const isCorrected = await correctEvidence(client, { runId: run.runId, source, signal: run.signal });
  await noteInterruptedRuns(run, dead);
  return isCorrected ? null : totals;
}

/** Those before the run, when it has written nothing; of other machines what they had added by its start. */
function totalsOf(run: Run, asBefore: CountedTotals | null): Promise<CountedTotals> {
  const { client } = run.database;
  if (run.ledger.hasWritten) return patiently(run, () => countAnew(client));
  return asBefore === null ? patiently(run, () => readTotals(client)) : Promise.resolve(asBefore);
}

/** Prices that can't be read leave costs as they were; the lines are in the database all the same. */
async function finishImport({ options, database, engine, progress }: Run): Promise<void> {
  if (options.dryRun) return;
  try {
    await refreshPrices(database.client, engine.dataDir);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error;
    const { message } = error;
    progress.addProblem({
      root: engine.dataDir,
      file: 'prices.json',
      offset: null,
      reason: 'prices',
      message,
    });
  }
}

const refreshEveryMs = 5 * 60_000;

/** Counting usage ahead only makes views faster: while lines trickle in it is done from time to time. */
function rarely(action: () => Promise<void>): () => Promise<void> {
  let lastMs = Date.now();
  return async () => {
    if (Date.now() - lastMs < refreshEveryMs) return;
    lastMs = Date.now();
    await action();
  };
}

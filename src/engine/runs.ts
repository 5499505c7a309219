import type { ClickHouseClient } from '@clickhouse/client';
import { AppError, type Failure } from '../shared/failure.ts';
import { runOptions, type Receipt, type RunOptions, type RunReport } from '../shared/run.ts';
import { nextVersion } from './checkpoints/checkpoint-table.ts';
import type { CheckpointMap } from './checkpoints/checkpoint.ts';
import type { CountedTotals } from './clickhouse/queries/totals.ts';
import { clickhouseTime } from './clickhouse/time.ts';
import type { Database } from './clickhouse/connect.ts';
import type { DiskSpace } from './disk-space.ts';
import type { ImportLedger } from './import-ledger.ts';
import { insertJson } from './insert/insert-json.ts';
import type { Persistence } from './insert/persist.ts';
import type { RefusalLimit } from './insert/refusal-limit.ts';
import type { Engine } from './migrate.ts';
import type { ProgressMeter } from './progress.ts';
import type { RunControl } from './run-control.ts';

/** A run on its way: what its steps share. */
export interface Run {
  readonly runId: string;
  readonly startedMs: number;
  readonly options: RunOptions;
  readonly engine: Engine;
  readonly database: Database;
  readonly progress: ProgressMeter;
  readonly ledger: ImportLedger;
  readonly checkpoints: CheckpointMap;
  readonly disk: DiskSpace;
  readonly refusals: RefusalLimit;
  readonly persistence: Persistence;
  readonly control: RunControl;
  /** Aborted when the run is to end: what is on its way comes to its end. */
  readonly signal: AbortSignal;
  /** Aborted some time after `signal`: what is on its way is given up. */
  readonly hardStop: AbortSignal;
  /** Resident memory of all processes together, in bytes. */
  measureMemory(): Promise<number>;
  /** Resolves when the run may go on: it is not paused, and the disk has room. */
  gate(): Promise<void>;
}

/** Writes the run into `runs` as running: a run that dies is found by that. A dry run leaves no trace. */
export async function startRun(run: Run): Promise<void> {
  if (!run.options.dryRun) await writeRun(run, 'running');
}

/** Ends a run with its report and writes it into `runs`. A dry run leaves no trace. */
export async function finishRun(
  run: Run,
  end: { status: 'completed' | 'cancelled' | 'failed'; counted: CountedTotals | null; failure?: Failure },
): Promise<RunReport> {
  const finishedMs = Date.now();
  const report: RunReport = {
    runId: run.runId,
    status: end.status,
    dryRun: run.options.dryRun,
    startedAt: new Date(run.startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    durationMs: finishedMs - run.startedMs,
    receipt: run.ledger.receipt(),
    totals: end.counted?.totals ?? null,
    rejectsByReason: run.progress.rejectsByReason,
    problems: run.progress.problems,
    verified: false,
    failure: end.failure ?? null,
    destination: destinationOf(run.database),
  };
  if (run.options.dryRun) return report;
  try {
    await writeRun(run, end.status, { report, countedEvidence: end.counted?.evidence ?? '' });
  } catch (error) {
    if (end.status === 'completed') throw error;
    // The next run notes it as interrupted.
    run.engine.log.error('The end of the run could not be noted in the database', { error: String(error) });
  }
  return report;
}

/** Which database took the rows, in words. */
export function destinationOf({ kind, version, place, name }: Database): string {
  return kind === 'embedded'
    ? `embedded ClickHouse ${version} in ${place}`
    : `ClickHouse ${version} at ${place}, database ${name}`;
}

async function writeRun(
  run: Run,
  status: string,
  end?: { readonly report: RunReport; readonly countedEvidence: string },
): Promise<void> {
  const report = end?.report;
  await insertRunRow(run.database.client, {
    run_id: run.runId,
    source: run.engine.source,
    status,
    started_at: clickhouseTime(run.startedMs),
    finished_at: report ? clickhouseTime(Date.parse(report.finishedAt)) : null,
    app_version: run.engine.appVersion,
    options: JSON.stringify(run.options),
    ...receiptColumns(report?.receipt ?? run.ledger.receipt()),
    verified: report?.verified ?? false,
    report: report ? JSON.stringify(report) : '',
    counted_evidence: end?.countedEvidence ?? '',
  });
}

/** Writes one row of `runs`; the newest version of a run counts. */
export async function insertRunRow(client: ClickHouseClient, row: object): Promise<void> {
  await insertJson(client, 'runs_log', [{ ...row, version: nextVersion() }]);
}

export function receiptColumns({ imported, ...receipt }: Receipt): object {
  const { files, bytes, lines, records, rejects, blanks, pending } = receipt;
  return {
    files,
    bytes,
    lines,
    records,
    rejects,
    blanks,
    pending,
    imported_files: imported.files,
    imported_bytes: imported.bytes,
    imported_lines: Math.max(0, imported.lines),
  };
}

/** Reports of earlier runs of this machine, newest first. */
export async function listRuns(
  client: ClickHouseClient,
  source: string,
  limit: number,
): Promise<RunReport[]> {
  const answer = await client.query({
    query: `SELECT report FROM runs WHERE source = {source:String} AND report != ''
      ORDER BY started_at DESC LIMIT {limit:UInt32}`,
    query_params: { source, limit },
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ report: string }>();
  return rows.map(({ report }) => JSON.parse(report) as RunReport);
}

/** A run that can be started again with its options, and how it ended. */
export interface EarlierRun {
  readonly runId: string;
  /** `running` for one whose process died and that no later run has looked at yet. */
  readonly status: RunReport['status'] | 'running';
  readonly options: RunOptions;
}

/** Runs looked through for one to go on with. */
const mostRuns = 500;

/**
 * The run with this id; without one the last run of this machine that did not come to its end and whose folders no later
 * run has completed, else the last run. Null when there is none.
 *
 * @throws AppError `invalid-input` when the options of the run can't be read by this version
 */
export async function readEarlierRun(
  client: ClickHouseClient,
  source: string,
  runId?: string,
): Promise<EarlierRun | null> {
  const answer = await client.query({
    query: `SELECT run_id, status, options FROM runs
      WHERE source = {source:String} AND (run_id = {runId:String} OR {runId:String} = '')
      ORDER BY started_at DESC LIMIT {limit:UInt32}`,
    query_params: { source, runId: runId ?? '', limit: mostRuns },
    format: 'JSONEachRow',
  });
  const rows = await answer.json<RunRow>();
  const completed = new Set<string>();
  for (const row of rows) {
    if (row.status !== 'completed' && !completed.has(scopeOf(row))) return earlierRun(row);
    if (row.status === 'completed') completed.add(scopeOf(row));
  }
  return rows[0] ? earlierRun(rows[0]) : null;
}

interface RunRow {
  readonly run_id: string;
  readonly status: EarlierRun['status'];
  readonly options: string;
}

/** What a run looks at. */
function scopeOf({ options }: RunRow): string {
  const { sources, manifest, filters } = JSON.parse(options) as Partial<RunOptions>;
  return JSON.stringify([sources, manifest, filters]);
}

function earlierRun({ run_id, status, options }: RunRow): EarlierRun {
  const parsed = runOptions.safeParse(JSON.parse(options));
  if (parsed.success) return { runId: run_id, status, options: parsed.data };
  throw new AppError(
    'invalid-input',
    `The options of run ${run_id} are of another version of Tokenhouse. Start a new migration: it goes on where the database ends.`,
    { cause: parsed.error },
  );
}

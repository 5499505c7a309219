import type { ClickHouseClient } from '@clickhouse/client';
import type { Failure } from '../shared/failure.ts';
import type { Receipt, RunOptions, RunReport, Totals } from '../shared/run.ts';
import { nextVersion } from './checkpoints/checkpoint-table.ts';
import { clickhouseTime } from './clickhouse/time.ts';
import type { Database } from './clickhouse/connect.ts';
import type { ImportLedger } from './import-ledger.ts';
import type { Engine } from './migrate.ts';
import type { ProgressMeter } from './progress.ts';

/** A run on its way: what its steps share. */
export interface Run {
  readonly runId: string;
  readonly startedMs: number;
  readonly options: RunOptions;
  readonly engine: Engine;
  readonly database: Database;
  readonly progress: ProgressMeter;
  readonly ledger: ImportLedger;
}

/** Writes the run into `runs` as running: a run that dies is found by that. */
export async function startRun(run: Run): Promise<void> {
  await writeRun(run, { status: 'running', settled: false });
}

/** Ends a run with its report and writes it into `runs`. A dry run leaves no trace. */
export async function finishRun(
  run: Run,
  end: { status: RunReport['status']; totals: Totals | null; failure?: Failure },
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
    totals: end.totals,
    rejectsByReason: run.progress.rejectsByReason,
    problems: run.progress.problems,
    verified: false,
    failure: end.failure ?? null,
    destination:
      run.database.kind === 'embedded'
        ? `embedded ClickHouse ${run.database.version} in ${run.database.place}`
        : `ClickHouse ${run.database.version} at ${run.database.place}, database ${run.database.name}`,
  };
  if (run.options.dryRun) return report;
  try {
    // After a failure it is not known whether the last batch came in: the next run looks.
    await writeRun(run, { status: end.status, settled: end.status !== 'failed', report });
  } catch (error) {
    if (end.status !== 'failed') throw error;
    run.engine.log.error('The failed run could not be noted in the database', { error: String(error) });
  }
  return report;
}

async function writeRun(
  run: Run,
  state: { status: string; settled: boolean; report?: RunReport },
): Promise<void> {
  await run.database.client.insert({
    table: 'runs_log',
    format: 'JSONEachRow',
    values: [
      {
        run_id: run.runId,
        source: run.engine.source,
        status: state.status,
        started_at: clickhouseTime(run.startedMs),
        finished_at: state.report ? clickhouseTime(Date.parse(state.report.finishedAt)) : null,
        app_version: run.engine.appVersion,
        options: JSON.stringify(run.options),
        ...receiptColumns(run.ledger.receipt()),
        verified: state.report?.verified ?? false,
        settled: state.settled,
        report: state.report ? JSON.stringify(state.report) : '',
        version: nextVersion(),
      },
    ],
    clickhouse_settings: { async_insert: 0 },
  });
}

function receiptColumns({ imported, ...receipt }: Receipt): object {
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
    imported_lines: imported.lines,
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

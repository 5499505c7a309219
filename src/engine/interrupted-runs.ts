import type { ClickHouseClient } from '@clickhouse/client';
import { emptyAccount } from '../shared/empty-run.ts';
import type { Account, RunReport } from '../shared/run.ts';
import { clickhouseTime } from './clickhouse/time.ts';
import { destinationOf, insertRunRow, receiptColumns, type Run } from './runs.ts';

/** A run on record without a report, and what the database has of it; numbers as ClickHouse quotes them. */
export interface UnreportedRun {
  readonly run_id: string;
  /** Milliseconds since 1970. */
  readonly started: string;
  /** When its last line was extracted or its last checkpoint written, milliseconds since 1970; 0 without either. */
  readonly last_sign: string;
  readonly app_version: string;
  readonly options: string;
  readonly files: string;
  readonly bytes: string;
  readonly lines: string;
  readonly records: string;
}

/**
 * Runs of this machine that have no report, newest first: their process died, or they are still going on (who asks knows
 * the id of that one). What they have imported is counted from the lines that carry their id.
 */
export async function readUnreportedRuns(
  client: ClickHouseClient,
  source: string,
): Promise<readonly UnreportedRun[]> {
  const unreported = await client.query({
    query: `SELECT run_id FROM runs WHERE source = {source:String} AND status = 'running'`,
    query_params: { source },
    format: 'JSONEachRow',
  });
  const runIds = (await unreported.json<{ run_id: string }>()).map(({ run_id }) => run_id);
  if (runIds.length === 0) return [];
  const answer = await client.query({
    query: `SELECT run_id, toUnixTimestamp64Milli(started_at) AS started, app_version, options,
        l.files AS files, l.bytes AS bytes, l.lines AS lines, l.records AS records,
        greatest(l.last_line, s.last_checkpoint) AS last_sign
      FROM (SELECT run_id, started_at, app_version, options FROM runs WHERE run_id IN {runIds:Array(String)}) AS r
      LEFT JOIN (
        SELECT run_id, uniqExact(root, file) AS files, sum(length + 1) AS bytes, count() AS lines,
          countIf(kind = 'record') AS records, max(toUnixTimestamp64Milli(imported_at)) AS last_line
        FROM lines WHERE source = {source:String} AND run_id IN {runIds:Array(String)}
        GROUP BY run_id) AS l USING (run_id)
      LEFT JOIN (
        SELECT run_id, max(toUnixTimestamp64Milli(last_imported)) AS last_checkpoint
        FROM file_states WHERE source = {source:String} AND run_id IN {runIds:Array(String)}
        GROUP BY run_id) AS s USING (run_id)
      ORDER BY started DESC`,
    query_params: { source, runIds },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  return answer.json<UnreportedRun>();
}

/** What can be said of a run whose process died before it could write its report. */
export function interruptedReport(run: UnreportedRun, destination: string): RunReport {
  const startedMs = Number(run.started);
  const finishedMs = Math.max(startedMs, Number(run.last_sign));
  const lines = Number(run.lines);
  const records = Number(run.records);
  const imported: Account = {
    ...emptyAccount,
    files: Number(run.files),
    bytes: Number(run.bytes),
    lines,
    records,
    rejects: lines - records,
  };
  return {
    runId: run.run_id,
    status: 'interrupted',
    dryRun: false,
    startedAt: new Date(startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    durationMs: finishedMs - startedMs,
    receipt: { ...imported, imported, filesUnchanged: 0, filesFailed: 0, filesVanished: 0 },
    totals: null,
    rejectsByReason: {},
    problems: [],
    verified: false,
    failure: null,
    destination,
  };
}

/** Notes the end of runs whose process died: whoever holds the lock knows that no other run is running. */
export async function noteInterruptedRuns(run: Run, deadRuns: readonly UnreportedRun[]): Promise<void> {
  for (const dead of deadRuns) {
    const report = interruptedReport(dead, destinationOf(run.database));
    await insertRunRow(run.database.client, {
      run_id: dead.run_id,
      source: run.engine.source,
      status: report.status,
      started_at: clickhouseTime(Date.parse(report.startedAt)),
      finished_at: clickhouseTime(Date.parse(report.finishedAt)),
      app_version: dead.app_version,
      options: dead.options,
      ...receiptColumns(report.receipt),
      verified: false,
      report: JSON.stringify(report),
    });
  }
}

/** Runs of this machine that are on record as running, and are not. */
export async function findDeadRuns(run: Run): Promise<readonly UnreportedRun[]> {
  const unreported = await readUnreportedRuns(run.database.client, run.engine.source);
  return unreported.filter(({ run_id }) => run_id !== run.runId);
}

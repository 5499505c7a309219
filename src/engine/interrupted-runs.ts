import type { ClickHouseClient } from '@clickhouse/client';
import { emptyAccount } from '../shared/empty-run.ts';
import type { RunReport } from '../shared/run.ts';
import { clickhouseTime } from './clickhouse/time.ts';
import { destinationOf, insertRunRow, receiptColumns, type Run } from './runs.ts';

export interface DeadRun {
  readonly run_id: string;
  readonly started: string;
  readonly app_version: string;
  readonly options: string;
  readonly files: string;
  readonly bytes: string;
  readonly lines: string;
  readonly records: string;
  /** When the last line was extracted or the last checkpoint taken, milliseconds since 1970; 0 without either. */
  readonly last_sign: string;
}

/**
 * Notes the end of runs whose process died: whoever holds the lock knows that no other run is running.
 *
 * What they have imported is counted from the lines that carry their id.
 */
export async function noteInterruptedRuns(run: Run, deadRuns: readonly DeadRun[]): Promise<void> {
  const { client } = run.database;
  for (const dead of deadRuns) {
    const startedMs = Number(dead.started);
    const finishedMs = Math.max(startedMs, Number(dead.last_sign));
    const imported = {
      ...emptyAccount,
      files: Number(dead.files),
      bytes: Number(dead.bytes),
      lines: Number(dead.lines),
      records: Number(dead.records),
      rejects: Number(dead.lines) - Number(dead.records),
    };
    const report: RunReport = {
      runId: dead.run_id,
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
      destination: destinationOf(run.database),
    };
    await insertRunRow(client, {
      run_id: dead.run_id,
      source: run.engine.source,
      status: report.status,
      started_at: clickhouseTime(startedMs),
      finished_at: clickhouseTime(finishedMs),
      app_version: dead.app_version,
      options: dead.options,
      ...receiptColumns(report.receipt),
      verified: false,
      report: JSON.stringify(report),
    });
  }
}

/** Runs of this machine that are on record as running, and are not. */
export async function findDeadRuns(client: ClickHouseClient, run: Run): Promise<DeadRun[]> {
  const source = run.engine.source;
  const running = await client.query({
    query: `SELECT run_id FROM runs
      WHERE source = {source:String} AND status = 'running' AND run_id != {runId:String}`,
    query_params: { source, runId: run.runId },
    format: 'JSONEachRow',
  });
  const runIds = (await running.json<{ run_id: string }>()).map(({ run_id }) => run_id);
  if (runIds.length === 0) return [];
  const answer = await client.query({
    query: `SELECT run_id, toUnixTimestamp64Milli(started_at) AS started, app_version, options,
        l.files AS files, l.bytes AS bytes, l.lines AS lines, l.records AS records, greatest(l.last_line, s.last_checkpoint) AS last_sign
      FROM (SELECT run_id, started_at, app_version, options FROM runs WHERE run_id IN {runIds:Array(String)}) AS r
      LEFT JOIN (
        SELECT run_id, uniqExact(root, file) AS files, sum(length + 1) AS bytes, count() AS lines,
          countIf(kind = 'record') AS records, max(toUnixTimestamp64Milli(imported_at)) AS last_line
        FROM lines WHERE source = {source:String} AND run_id IN {runIds:Array(String)}
        GROUP BY run_id) AS l USING (run_id)
      LEFT JOIN (
        SELECT run_id, max(toUnixTimestamp64Milli(last_imported)) AS last_checkpoint
        FROM file_states WHERE source = {source:String} AND run_id IN {runIds:Array(String)}
        GROUP BY run_id) AS s USING (run_id)`,
    query_params: { source, runIds },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  return answer.json<DeadRun>();
}

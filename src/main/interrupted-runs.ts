import type { ClickHouseClient } from '@clickhouse/client';
import { emptyAccount } from '../shared/empty-run.ts';
import type { Account, RunReport } from '../shared/run.ts';

interface InterruptedRow {
  readonly run_id: string;
  readonly started_ms: string;
  readonly last_ms: string;
  readonly lines: string;
  readonly records: string;
  readonly files: string;
  readonly bytes: string;
}

/**
 * Runs that have no report because their process died, with what the database has of them, newest first.
 *
 * A run that is still going on has no report either: who asks knows its id.
 */
export async function listInterruptedRuns(
  client: ClickHouseClient,
  options: { readonly source: string; readonly limit: number; readonly destination: string },
): Promise<RunReport[]> {
  const { source, limit, destination } = options;
  const answer = await client.query({
    query: `SELECT run_id, toUnixTimestamp64Milli(started_at) AS started_ms,
        toUnixTimestamp64Milli(greatest(started_at, ifNull(finished_at, started_at), taken.last_at)) AS last_ms,
        taken.lines AS lines, taken.records AS records, taken.files AS files, taken.bytes AS bytes
      FROM runs AS run
      LEFT JOIN (
        SELECT run_id, count() AS lines, countIf(kind = 'record') AS records, uniqExact(root, file) AS files,
          sum(length + 1) AS bytes, max(imported_at) AS last_at
        FROM lines
        WHERE run_id IN (SELECT run_id FROM runs WHERE source = {source:String} AND report = '')
        GROUP BY run_id
      ) AS taken USING run_id
      WHERE source = {source:String} AND report = ''
      ORDER BY started_at DESC LIMIT {limit:UInt32}`,
    query_params: { source, limit },
    format: 'JSONEachRow',
  });
  const rows = await answer.json<InterruptedRow>();
  return rows.map((row) => toReport(row, destination));
}

function toReport(row: InterruptedRow, destination: string): RunReport {
  const startedMs = Number(row.started_ms);
  const finishedMs = Number(row.last_ms);
  const lines = Number(row.lines);
  const records = Number(row.records);
  const taken: Account = {
    ...emptyAccount,
    files: Number(row.files),
    bytes: Number(row.bytes),
    lines,
    records,
    rejects: lines - records,
  };
  return {
    runId: row.run_id,
    status: 'interrupted',
    dryRun: false,
    startedAt: new Date(startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    durationMs: finishedMs - startedMs,
    receipt: { ...taken, imported: taken, filesUnchanged: 0, filesFailed: 0, filesVanished: 0 },
    totals: null,
    rejectsByReason: {},
    problems: [],
    verified: false,
    failure: null,
    destination,
  };
}

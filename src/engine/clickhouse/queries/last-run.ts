import type { ClickHouseClient } from '@clickhouse/client';

/** How the last run of a machine went. `running` when its process lives, or died and no run came after it. */
export interface LastRun {
  readonly runId: string;
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly importedLines: number;
  readonly verified: boolean;
}

/** What the database holds of one machine. */
export interface Holdings {
  readonly files: number;
  readonly vanished: number;
  /** Records and rejects of the current generations. */
  readonly lines: number;
  readonly bytes: number;
}

const numbers = { output_format_json_quote_64bit_integers: 0 } as const;

export async function readLastRun(client: ClickHouseClient, source: string): Promise<LastRun | null> {
  const answer = await client.query({
    query: `SELECT run_id AS runId, status, toUnixTimestamp64Milli(started_at) AS started,
        toUnixTimestamp64Milli(finished_at) AS finished, imported_lines AS importedLines, verified
      FROM runs WHERE source = {source:String} ORDER BY started_at DESC LIMIT 1`,
    query_params: { source },
    format: 'JSONEachRow',
    clickhouse_settings: numbers,
  });
  const [row] = await answer.json<
    Omit<LastRun, 'startedAt' | 'finishedAt'> & { started: number; finished: number | null }
  >();
  if (!row) return null;
  const { started, finished, ...rest } = row;
  return {
    ...rest,
    // Without a report its row says what it was at its start.
    importedLines:
      rest.status === 'running' ? await countLinesOfRun(client, source, row.runId) : row.importedLines,
    startedAt: new Date(started).toISOString(),
    finishedAt: finished === null ? null : new Date(finished).toISOString(),
  };
}

/** Records and rejects that a run has brought into the database. */
export async function countLinesOfRun(
  client: ClickHouseClient,
  source: string,
  runId: string,
): Promise<number> {
  const answer = await client.query({
    query: `SELECT count() AS n FROM lines WHERE source = {source:String} AND run_id = {runId:String}`,
    query_params: { source, runId },
    format: 'JSONEachRow',
    clickhouse_settings: numbers,
  });
  const [row] = await answer.json<{ n: number }>();
  return row?.n ?? 0;
}

export async function readHoldings(client: ClickHouseClient, source: string): Promise<Holdings> {
  const answer = await client.query({
    query: `SELECT count() AS files, countIf(isNotNull(vanished_at)) AS vanished, sum(records + rejects) AS lines,
        sum(imported_bytes) AS bytes
      FROM files WHERE source = {source:String}`,
    query_params: { source },
    format: 'JSONEachRow',
    clickhouse_settings: numbers,
  });
  const [holdings] = await answer.json<Holdings>();
  if (!holdings) throw new Error('A sum over files has no row');
  return holdings;
}

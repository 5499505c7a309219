import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../shared/failure.ts';
import { insertRows } from '../insert/insert-rows.ts';
import { nextVersion } from '../checkpoints/checkpoint-table.ts';
import { parserVersion } from '../extract/push-line.ts';
import { keepUsage } from '../prices/keep-usage.ts';
import { bringOver } from './bring-over.ts';
import { encodeLines } from './encode-lines.ts';
import { readStoredLines } from './read-stored-lines.ts';

/** What parsing again has changed. */
export interface ReparseReport {
  /** Lines that were parsed again from their bytes. */
  readonly lines: number;
  /** Lines without bytes (privacy redacted or metadata), which stay as they were parsed. */
  readonly kept: number;
  /** Rejects that are records now. */
  readonly accepted: number;
  /** Records that are rejects now. */
  readonly rejected: number;
}

export interface ReparseHooks {
  readonly signal: AbortSignal;
  readonly onProgress?: (lines: number) => void;
}

/** How many lines an older parser has parsed. */
export async function countOutdatedLines(client: ClickHouseClient): Promise<number> {
  const rows = await ask<{ n: string }>(
    client,
    `SELECT toString(count()) AS n FROM lines WHERE parser_version != ${parserVersion} AND privacy = 'full'`,
  );
  return Number(rows[0]?.n ?? 0);
}

/**
 * Parses every line again from its bytes in the database, without the source files.
 *
 * The new rows go into tables beside the old ones. Only when every line is there with its hash do the tables change
 * places, each in one step; whatever happens before leaves the database as it was, and doing it again is harmless.
 * @throws AppError `database-failed` when the new tables do not hold the same lines
 */
export async function reparse(client: ClickHouseClient, hooks: ReparseHooks): Promise<ReparseReport> {
  const command = async (query: string): Promise<void> => void (await client.command({ query }));
  for (const table of ['lines', 'response_evidence']) {
    await command(`DROP TABLE IF EXISTS ${table}_reparsed SYNC`);
    await command(`CREATE TABLE ${table}_reparsed AS ${table}`);
  }
  await command(`INSERT INTO lines_reparsed SELECT * FROM lines WHERE privacy != 'full'`);
  await command(evidenceOfKeptLines);
  const lines = await parseAll(client, hooks);
  const [before, after] = [await sums(client, 'lines'), await sums(client, 'lines_reparsed')];
  if (before.lines !== after.lines || before.checksum !== after.checksum) {
    throw new AppError(
      'database-failed',
      'Parsing again did not give the same lines. Nothing was changed; import once more, then try again.',
      { detail: `${before.lines} lines, ${after.lines} parsed again` },
    );
  }
  // The lines change places last: until then they say that parsing again is still to be done.
  for (const table of ['response_evidence', 'lines']) {
    await command(`EXCHANGE TABLES ${table}_reparsed AND ${table}`);
  }
  await bringOver(client, '_reparsed');
  await client.command({ query: accountAgain, query_params: { version: nextVersion() } });
  for (const table of ['response_evidence', 'lines']) await command(`DROP TABLE ${table}_reparsed SYNC`);
  await keepUsage(client);
  const accepted = Number(after.records) - Number(before.records);
  return {
    lines,
    kept: Number(after.lines) - lines,
    accepted: Math.max(0, accepted),
    rejected: Math.max(0, -accepted),
  };
}

async function parseAll(client: ClickHouseClient, { signal, onProgress }: ReparseHooks): Promise<number> {
  let lines = 0;
  for await (const batch of readStoredLines(client, "l.privacy = 'full'", {}, signal)) {
    const encoded = encodeLines(batch);
    lines += batch.length;
    const options = { token: `reparse:${lines}`, source: 'reparse' };
    await insertRows(client, 'lines_reparsed', encoded.lines, options);
    await insertRows(client, 'response_evidence_reparsed', encoded.evidence, options);
    onProgress?.(lines);
  }
  return lines;
}

interface Sums {
  readonly lines: string;
  readonly checksum: string;
  readonly records: string;
}

async function sums(client: ClickHouseClient, table: string): Promise<Sums> {
  const [row] = await ask<Sums>(
    client,
    `SELECT toString(count()) AS lines, toString(sum(hash)) AS checksum, toString(countIf(kind = 'record')) AS records
      FROM ${table}`,
  );
  if (!row) throw new Error('A sum has no row');
  return row;
}

async function ask<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>();
}

/** Lines without bytes say again what they said: from their columns, iterations of other models left as they are. */
const evidenceOfKeptLines = `INSERT INTO response_evidence_reparsed
  SELECT * FROM response_evidence WHERE splitByChar('#', response_key)[1] IN (
    SELECT response_key FROM lines WHERE privacy != 'full' AND response_key != '')`;

/** The account of each file after lines have become records or rejects. */
const accountAgain = `INSERT INTO file_states
  SELECT * EXCEPT (l_records, l_rejects) REPLACE (l_records AS records, l_rejects AS rejects, {version:UInt64} AS version)
  FROM (SELECT * FROM file_states FINAL) AS s
  INNER JOIN (
    SELECT source, root, file, generation, countIf(kind = 'record') AS l_records, countIf(kind = 'reject') AS l_rejects
    FROM lines GROUP BY source, root, file, generation) AS l USING (source, root, file, generation)
  WHERE s.records != l_records OR s.rejects != l_rejects`;

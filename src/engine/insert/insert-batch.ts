import type { ClickHouseClient } from '@clickhouse/client';
import type { Batch } from '../extract/task.ts';
import { insertRows, type InsertOptions } from './insert-rows.ts';

/**
 * Puts one batch into the database: gaps, what the lines say about responses, then the lines.
 *
 * Gaps and evidence may be written any number of times, and come first: so lines that are there have theirs. The lines must
 * not come twice. They are one part, there as a whole or not at all, and carry a token by which the server recognises a
 * repetition. A server forgets tokens (after an hour on replicated tables), so from the second try on the lines
 * themselves are asked for first.
 *
 * @param attempt 1 for the first try with these bytes
 */
export async function insertBatch(
  client: ClickHouseClient,
  batch: Batch,
  attempt: number,
  options: InsertOptions,
): Promise<void> {
  await insertRows(client, 'gaps', batch.gaps, options);
  await insertRows(client, 'response_evidence', batch.evidence, options);
  if (attempt > 1 && (await isInserted(client, batch))) return;
  await insertRows(client, 'lines', batch.lines, options);
}

async function isInserted(client: ClickHouseClient, { firstLine }: Batch): Promise<boolean> {
  if (firstLine === null) return true;
  const answer = await client.query({
    query: `SELECT count() AS n FROM lines WHERE source = {source:String} AND root = {root:String}
      AND file = {file:String} AND generation = {generation:UInt32} AND offset = {offset:UInt64}`,
    query_params: { ...firstLine },
    format: 'JSONEachRow',
    clickhouse_settings: { select_sequential_consistency: '1' },
  });
  const [row] = await answer.json<{ n: string | number }>();
  return Number(row?.n ?? 0) > 0;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';

/** So long inserts that began into the old tables are waited for; milliseconds. */
const mostWaitMs = 60_000;
const lookEveryMs = 50;

/**
 * Takes over what another machine inserted into the old tables after they were copied. No lock reaches other machines: one
 * that imports into the same server in the moment in which the tables change places writes to those that are dropped.
 *
 * @param old what was copied has this ending now: `lines<old>`
 */
export async function bringOver(client: ClickHouseClient, old: string): Promise<void> {
  await insertsEnd(client);
  const late = `
    SELECT source, root, file, generation FROM (
      SELECT source, root, file, generation, count() AS n FROM lines${old} GROUP BY source, root, file, generation
    ) AS o
    LEFT JOIN (
      SELECT source, root, file, generation, count() AS here FROM lines GROUP BY source, root, file, generation
    ) AS l USING (source, root, file, generation)
    WHERE n > here`;
  const missing = `(source, root, file, generation) IN (${late})
    AND (source, root, file, generation, offset) NOT IN (
      SELECT source, root, file, generation, offset FROM lines WHERE (source, root, file, generation) IN (${late}))`;
  // Evidence first, as an import does: it may be written twice.
  await client.command({
    query: `INSERT INTO response_evidence SELECT * FROM response_evidence${old}
      WHERE splitByChar('#', response_key)[1] IN (
        SELECT response_key FROM lines${old} WHERE response_key != '' AND ${missing})`,
  });
  await client.command({ query: `INSERT INTO lines SELECT * FROM lines${old} WHERE ${missing}` });
}

/** Inserts that run now may have begun before the tables changed places. */
async function insertsEnd(client: ClickHouseClient): Promise<void> {
  const fromMs = performance.now();
  for (;;) {
    const sinceMs = performance.now() - fromMs;
    const answer = await client.query({
      query: `SELECT count() AS n FROM system.processes
        WHERE query_kind = 'Insert' AND current_database = currentDatabase() AND elapsed > {since:Float64}`,
      query_params: { since: sinceMs / 1000 },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    const [row] = await answer.json<{ n: number }>();
    if (row === undefined || row.n === 0 || sinceMs > mostWaitMs) return;
    await sleep(lookEveryMs);
  }
}

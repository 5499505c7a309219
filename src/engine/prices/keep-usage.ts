import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';

/**
 * Counts the usage by hour once and keeps it, so that the views over it answer at once until more evidence comes.
 *
 * Only a matter of speed: what is kept is used only while it is exactly what would be counted anew (view `usage_state`).
 * Safe to call at any time, from several processes, and to break off.
 * @returns whether there was something to do
 */
export async function keepUsage(client: Pick<ClickHouseClient, 'query' | 'command'>): Promise<boolean> {
  // The state is read before the evidence: what comes in between makes the state outdated, never the kept rows wrong.
  const [now] = await rowsOf<{ state: string; kept: number }>(
    client,
    'SELECT state, state IN (SELECT state FROM kept_usage_states) AS kept FROM usage_state',
  );
  if (!now || now.state === '' || now.kept) return false;
  const attempt = `${Date.now()}-${randomUUID()}`;
  const query_params = { attempt, state: now.state };
  const clickhouse_settings = { async_insert: 0 } as const;
  await client.command({
    query: 'INSERT INTO kept_usage_groups SELECT {attempt: String} AS attempt, * FROM counted_usage_groups',
    query_params,
    clickhouse_settings,
  });
  await client.command({
    query:
      'INSERT INTO kept_usage_states SELECT {state: String} AS state, {attempt: String} AS attempt, now64(3) AS kept_at',
    query_params,
    clickhouse_settings,
  });
  await dropOutdated(client);
  return true;
}

/** A query that started before may still read the last one; an unfinished attempt may still be on its way for a day. */
async function dropOutdated(client: Pick<ClickHouseClient, 'query' | 'command'>): Promise<void> {
  const outdated = await rowsOf<{ attempt: string }>(
    client,
    `SELECT DISTINCT attempt
      FROM kept_usage_groups
      WHERE attempt NOT IN (SELECT attempt FROM kept_usage_states ORDER BY kept_at DESC LIMIT 2)
        AND (attempt IN (SELECT attempt FROM kept_usage_states)
          OR toUInt64OrZero(splitByChar('-', attempt)[1]) < toUnixTimestamp64Milli(now64(3)) - 86400000)`,
  );
  for (const { attempt } of outdated) {
    if (!/^[\w-]+$/.test(attempt)) continue;
    await client.command({ query: `ALTER TABLE kept_usage_groups DROP PARTITION '${attempt}'` });
  }
}

async function rowsOf<Row>(client: Pick<ClickHouseClient, 'query'>, query: string): Promise<Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return answer.json<Row>();
}

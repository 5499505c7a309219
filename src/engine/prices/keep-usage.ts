import { randomUUID } from 'node:crypto';
import { ClickHouseError, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';

/** Evidence that may be newer than what is kept, in percent of all: adding so much to every answer is still quick. */
const newerPercent = 1;

/**
 * Counts the usage once and keeps it, with the responses that it was counted from, so that the views over it answer at
 * once: only responses with newer evidence are counted again.
 *
 * Only a matter of speed: what is kept is used only where it is exactly what would be counted anew (view `usage_groups`).
 * Safe to call at any time, from several processes, and to break off.
 * @param fewest rows of evidence that are worth it; of fewer every question counts anew, in no time
 * @returns whether there was something to do
 */
export async function keepUsage(
  client: Pick<ClickHouseClient, 'query' | 'command'>,
  fewest = 0,
): Promise<boolean> {
  const [all] = await rowsOf<{ evidence: number }>(
    client,
    `SELECT toUInt32(sum(rows)) AS evidence FROM system.parts
      WHERE database = currentDatabase() AND table = 'response_evidence' AND active`,
  );
  if (!all || all.evidence < fewest) return false;
  // The state is read before the evidence: what comes in between is counted again, which changes nothing.
  const [now] = await rowsOf<{ state: string; block: string; is_kept: number }>(
    client,
    `WITH (SELECT max((last_block, attempt)) FROM kept_usage_states
        WHERE state = (SELECT state FROM usage_state) AND last_block <= (SELECT last_block FROM usage_state)) AS kept
      SELECT state, toString(last_block) AS block,
        kept.2 != '' AND (
          SELECT sumIf(rows, max_block_number > kept.1) * 100 <= sum(rows) * ${newerPercent}
          FROM system.parts WHERE database = currentDatabase() AND table = 'response_evidence' AND active) AS is_kept
      FROM usage_state`,
  );
  if (!now || now.state === '' || now.is_kept) return false;
  const attempt = `${Date.now()}-${randomUUID()}`;
  const query_params = { attempt, state: now.state, lastBlock: now.block };
  // Small blocks and one thread: two million responses with all their names are to fit in the memory that a run leaves.
  const clickhouse_settings: ClickHouseSettings = {
    async_insert: 0,
    max_threads: 1,
    max_block_size: '16384',
    min_insert_block_size_rows: '65536',
    min_insert_block_size_bytes: String(16 * 1024 * 1024),
  };
  const keep = async (query: string): Promise<void> => {
    await client.command({ query, query_params, clickhouse_settings });
  };
  try {
    await keepAttempt(keep);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return false;
  }
  await dropOutdated(client);
  return true;
}

/** What is not kept is counted anew at every question: slower, and as right. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof ClickHouseError && error.code === '241';
}

async function keepAttempt(keep: (query: string) => Promise<void>): Promise<void> {
  await keep(`INSERT INTO kept_responses
    SELECT {attempt: String} AS attempt, response_key, u.output_tokens, u.total_tokens, u.input_tokens, u.cache_read_tokens,
      u.cache_write_5m_tokens, u.cache_write_1h_tokens, u.web_search_requests, u.model, u.service_tier, u.speed,
      f.is_progress, f.timestamp, f.is_sidechain, f.file, f.source, f.root, f.session_id, f.agent_id, f.project,
      f.git_branch, f.version, has_stop_reason
    FROM (SELECT response_key, identity(usage) AS u, identity(first) AS f, has_stop_reason FROM response_evidence FINAL)`);
  await keep(
    `INSERT INTO kept_usage_groups SELECT * FROM kept_response_groups WHERE attempt = {attempt: String}`,
  );
  await keep(`INSERT INTO kept_usage_states (state, attempt, kept_at, last_block)
    SELECT {state: String}, {attempt: String}, now64(3), {lastBlock: Int64}`);
}

/** A query that started before may still read the last one; an unfinished attempt may still be on its way for a day. */
async function dropOutdated(client: Pick<ClickHouseClient, 'query' | 'command'>): Promise<void> {
  for (const table of ['kept_usage_groups', 'kept_responses']) {
    const outdated = await rowsOf<{ attempt: string }>(
      client,
      `SELECT DISTINCT partition AS attempt
        FROM system.parts
        WHERE database = currentDatabase() AND table = '${table}' AND active
          AND attempt NOT IN (SELECT attempt FROM kept_usage_states ORDER BY kept_at DESC LIMIT 2)
          AND (attempt IN (SELECT attempt FROM kept_usage_states)
            OR toUInt64OrZero(splitByChar('-', attempt)[1]) < toUnixTimestamp64Milli(now64(3)) - 86400000)`,
    );
    for (const { attempt } of outdated) {
      if (!/^[\w-]+$/.test(attempt)) continue;
      await client.command({ query: `ALTER TABLE ${table} DROP PARTITION '${attempt}'` });
    }
  }
}

async function rowsOf<Row>(client: Pick<ClickHouseClient, 'query'>, query: string): Promise<Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return answer.json<Row>();
}

import type { ClickHouseClient } from '@clickhouse/client';

/** What a list of sessions shows of one; `sessions` has the rest, and is quick for one. */
export interface TopSession {
  readonly sessionId: string;
  /** Of its first response. */
  readonly project: string;
  readonly responses: number;
  readonly outputTokens: number;
  /** USD as an exact decimal; null without a price. */
  readonly cost: string | null;
}

/** The sessions that cost most. Asked of the usage: `sessions` of all would read every line. */
export async function readTopSessions(client: ClickHouseClient, limit: number): Promise<TopSession[]> {
  const answer = await client.query({
    query: `SELECT u.session_id AS sessionId, argMin(u.project, u.first_response_at) AS project,
        sum(u.responses) AS responses, sum(u.output_tokens) AS outputTokens, sum(u.cost) AS cost
      FROM usage_hourly AS u WHERE u.session_id != ''
      GROUP BY sessionId ORDER BY cost DESC NULLS LAST, sessionId LIMIT {limit:UInt32}`,
    query_params: { limit },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, output_format_json_quote_decimals: 1 },
  });
  return answer.json<TopSession>();
}

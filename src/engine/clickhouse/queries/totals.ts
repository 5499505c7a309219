import type { ClickHouseClient } from '@clickhouse/client';
import type { Totals } from '../../../shared/run.ts';

/** What all responses in the database add up to, by the counting rule. */
export async function readTotals(client: ClickHouseClient): Promise<Totals> {
  const answer = await client.query({
    query: `SELECT
        count() AS responses,
        sum(input_tokens) AS inputTokens,
        sum(output_tokens) AS outputTokens,
        sum(cache_write_5m_tokens) AS cacheWrite5mTokens,
        sum(cache_write_1h_tokens) AS cacheWrite1hTokens,
        sum(cache_read_tokens) AS cacheReadTokens,
        sum(web_search_requests) AS webSearchRequests,
        countIf(output_incomplete) AS incompleteResponses
      FROM responses`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [totals] = await answer.json<Totals>();
  if (!totals) throw new Error('A sum over responses has no row');
  return totals;
}

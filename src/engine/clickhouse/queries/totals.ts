import type { ClickHouseClient } from '@clickhouse/client';
import type { Totals } from '../../../shared/run.ts';

/** What all responses in the database add up to, by the counting rule. */
export async function readTotals(client: ClickHouseClient): Promise<Totals> {
  const answer = await client.query({
    // Of the groups that usage is kept in: counting two million responses anew takes a second.
    query: `SELECT
        sum(g.responses) AS responses,
        sum(g.input) AS inputTokens,
        sum(g.output) AS outputTokens,
        sum(g.cache_write_5m) AS cacheWrite5mTokens,
        sum(g.cache_write_1h) AS cacheWrite1hTokens,
        sum(g.cache_read) AS cacheReadTokens,
        sum(g.web_searches) AS webSearchRequests,
        sum(g.incomplete) AS incompleteResponses
      FROM usage_groups AS g`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [totals] = await answer.json<Totals>();
  if (!totals) throw new Error('A sum over responses has no row');
  return totals;
}

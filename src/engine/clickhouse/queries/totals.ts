import type { ClickHouseClient } from '@clickhouse/client';
import type { RunReport, Totals } from '../../../shared/run.ts';

/** Totals, and what view `usage_state` says of the evidence that they were counted from. */
export interface CountedTotals {
  readonly totals: Totals;
  /** Two counts of the same state are the same. Empty when the state can't be told: on a cluster, during a mutation. */
  readonly evidence: string;
}

/** What a report says, and the evidence as it is now. */
export interface ReportedTotals {
  readonly totals: Totals | null;
  readonly evidence: string;
  readonly isCurrent: boolean;
}

/** What all responses in the database add up to, by the counting rule: counted, unless a report has just these. */
export async function readTotals(client: ClickHouseClient): Promise<CountedTotals> {
  // The state is read before the evidence: what comes in between makes it another one.
  const { totals, evidence, isCurrent } = await readReportedTotals(client);
  return { totals: totals !== null && isCurrent ? totals : await countTotals(client), evidence };
}

/** What the newest report says, and whether the evidence is still the same as when it was counted. */
export async function readReportedTotals(client: ClickHouseClient): Promise<ReportedTotals> {
  const answer = await client.query({
    query: `SELECT
        (SELECT argMax((report, counted_evidence), started_at) FROM runs WHERE JSONHas(report, 'totals', 'responses')) AS last,
        last.1 AS report, last.2 AS counted,
        (SELECT if(state = '', '', concat(state, ' ', toString(last_block))) FROM usage_state) AS evidence`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ report: string; counted: string; evidence: string }>();
  const { report = '', counted = '', evidence = '' } = row ?? {};
  const totals = report === '' ? null : (JSON.parse(report) as RunReport).totals;
  return { totals, evidence, isCurrent: evidence !== '' && counted === evidence };
}

/** What all responses add up to, counted whatever a report says: block numbers may have started anew since. */
export async function countAnew(client: ClickHouseClient): Promise<CountedTotals> {
  const { evidence } = await readReportedTotals(client);
  return { totals: await countTotals(client), evidence };
}

async function countTotals(client: ClickHouseClient): Promise<Totals> {
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

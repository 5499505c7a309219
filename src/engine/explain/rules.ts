import { ccusageRule } from './ccusage-rule.ts';

/** The four ways to count that are shown side by side. */
export const ruleNames = ['ours', 'ccusage', 'naive', 'firstLineWins'] as const;
export type RuleName = (typeof ruleNames)[number];

/**
 * Each rule as a query: one row per usage it adds, with response_key, the day, session and model that the rule gives it,
 * and the four kinds of tokens. The others are asked about what is on disk: the newest generation of each file.
 */
export function ruleQuery(rule: RuleName, scope: string): string {
  return queries[rule](scope);
}

const queries: Readonly<Record<RuleName, (scope: string) => string>> = {
  ours: () => oursQuery,
  ccusage: ccusageRule,
  naive: naiveQuery,
  firstLineWins: firstLineQuery,
};

const oursQuery = `SELECT response_key, day, session_id, model, input_tokens, output_tokens,
    cache_write_5m_tokens + cache_write_1h_tokens AS cache_write_tokens, cache_read_tokens
  FROM (SELECT * FROM responses)`;

const ownLines = `response_key != '' AND type != 'progress'`;

/** Every assistant line, as often as it is written. */
function naiveQuery(scope: string): string {
  return `SELECT response_key, toDate(timestamp) AS day, session_id, model, input_tokens, output_tokens,
      cache_write_5m_tokens + cache_write_1h_tokens AS cache_write_tokens, cache_read_tokens
    FROM records
    WHERE ${ownLines} AND (${scope})`;
}

/** Each response once, with what its first line said: the streaming placeholder, where there is one. */
function firstLineQuery(scope: string): string {
  return `SELECT response_key, first.1 AS day, first.2 AS session_id, first.3 AS model,
      first.4 AS input_tokens, first.5 AS output_tokens, first.6 AS cache_write_tokens, first.7 AS cache_read_tokens
    FROM
    (
      SELECT
        response_key,
        argMin(
          (toDate(timestamp), session_id, model, input_tokens, output_tokens,
            cache_write_5m_tokens + cache_write_1h_tokens, cache_read_tokens),
          (ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807), is_sidechain, file, source, root, offset)) AS first
      FROM records
      WHERE ${ownLines} AND (${scope})
      GROUP BY response_key
    )`;
}

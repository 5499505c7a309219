import type { Ask } from './ask.ts';
import { ruleQuery, type RuleName } from './rules.ts';
import { isSelected, mayBeSelected, type Selection } from './selection.ts';

/** What a rule adds up to. */
export interface RuleTotals {
  /** Usages added: responses for our rule and first-line-wins, entries for ccusage, lines for the naive sum. */
  readonly responses: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
  readonly totalTokens: number;
}

/** Why another rule arrives at another total. Together the tokens are exactly its total less ours. */
export const differenceCauses = [
  'counted more than once',
  'another line of the response',
  'iteration of another model',
  'only in lines it does not read',
  'attributed to another day, session or model',
  'attributed here, by our rule elsewhere',
] as const;
export type DifferenceCause = (typeof differenceCauses)[number];

export interface Difference {
  readonly cause: DifferenceCause;
  /** Responses by our rule that it concerns. */
  readonly responses: number;
  /** Its tokens less ours. */
  readonly totalTokens: number;
}

export interface RuleAnswer {
  readonly totals: RuleTotals;
  readonly differences: readonly Difference[];
}

const tokens = ['input_tokens', 'output_tokens', 'cache_write_tokens', 'cache_read_tokens'] as const;
const totalOf = tokens.join(' + ');

/** Counts the selection by one rule and says, response by response, where it differs from ours. */
export async function readRule(ask: Ask, rule: RuleName, selection: Selection): Promise<RuleAnswer> {
  const selected = isSelected(selection);
  const theirs = ruleQuery(rule, mayBeSelected(selection));
  const groups = await ask<Group>(`
      SELECT
        multiIf(
          ours = 0, 'attributed here, by our rule elsewhere',
          theirs > 1, 'counted more than once',
          theirs = 1, if(differs, 'another line of the response', ''),
          anywhere > 0, 'attributed to another day, session or model',
          match(response_key, '#[0-9]+$'), 'iteration of another model',
          'only in lines it does not read') AS cause,
        count() AS responses,
        sum(theirs) AS counted,
        sum(input) AS input,
        sum(output) AS output,
        sum(written) AS written,
        sum(read) AS read,
        sum(delta) AS delta
      FROM
      (
        SELECT
          response_key,
          sum(is_ours) AS ours,
          sum(NOT is_ours AND is_selected) AS theirs,
          sum(NOT is_ours) AS anywhere,
          sumIf(input_tokens, is_counted) AS input,
          sumIf(output_tokens, is_counted) AS output,
          sumIf(cache_write_tokens, is_counted) AS written,
          sumIf(cache_read_tokens, is_counted) AS read,
          sumIf(toInt64(${totalOf}), is_counted) - sumIf(toInt64(${totalOf}), is_ours) AS delta,
          ${tokens.map((name) => `sumIf(${name}, is_counted) != sumIf(${name}, is_ours)`).join(' OR ')} AS differs
        FROM
        (
          SELECT response_key, true AS is_ours, true AS is_selected, false AS is_counted, ${tokens.join(', ')}
          FROM (${ruleQuery('ours', 'true')}) WHERE ${selected}
          UNION ALL
          SELECT response_key, false AS is_ours, (${selected}) AS is_selected, is_selected AS is_counted, ${tokens.join(', ')}
          FROM (${theirs})
        )
        GROUP BY response_key
      )
      WHERE ours > 0 OR theirs > 0
      GROUP BY cause`);
  return {
    totals: sumGroups(groups),
    differences: differenceCauses.flatMap((cause) => {
      const group = groups.find((one) => one.cause === cause);
      return group ? [{ cause, responses: group.responses, totalTokens: group.delta }] : [];
    }),
  };
}

interface Group {
  readonly cause: DifferenceCause | '';
  readonly responses: number;
  readonly counted: number;
  readonly input: number;
  readonly output: number;
  readonly written: number;
  readonly read: number;
  readonly delta: number;
}

function sumGroups(groups: readonly Group[]): RuleTotals {
  const sum = (column: 'counted' | 'input' | 'output' | 'written' | 'read'): number =>
    groups.reduce((total, group) => total + group[column], 0);
  const inputTokens = sum('input');
  const outputTokens = sum('output');
  const cacheWriteTokens = sum('written');
  const cacheReadTokens = sum('read');
  return {
    responses: sum('counted'),
    inputTokens,
    outputTokens,
    cacheWriteTokens,
    cacheReadTokens,
    totalTokens: inputTokens + outputTokens + cacheWriteTokens + cacheReadTokens,
  };
}

import type { ClickHouseClient } from '@clickhouse/client';
import { askAbout, type Ask } from './ask.ts';
import { lineColumns, ofSelected, type ResponseLine } from './explain-lines.ts';
import { readRule, type Difference, type RuleTotals } from './read-rule.ts';
import type { RuleName } from './rules.ts';
import type { Selection } from './selection.ts';

/** Why a total is what it is, and what other rules would say. */
export interface Explanation {
  readonly selection: Selection;
  /** By the counting rule (product.md 2). */
  readonly ours: RuleTotals;
  /** What ccusage counts in the newest generation of each file. */
  readonly ccusage: RuleTotals;
  /** The sum of all assistant lines. */
  readonly naive: RuleTotals;
  /** Each response with the usage of its first line. */
  readonly firstLineWins: RuleTotals;
  /** For each other rule, where its total comes apart from ours; the tokens add up to the difference. */
  readonly differences: Readonly<Record<Exclude<RuleName, 'ours'>, readonly Difference[]>>;
  /** Lines of the selection's responses whose usage counts: one per response. */
  readonly counted: number;
  /** Responses of which the archive can't show the line: their iterations stood in bytes that were not kept. */
  readonly withoutLine: number;
  readonly collapsed: number;
  readonly collapsedByReason: readonly CollapsedLines[];
  /** Some collapsed lines, of each reason the first few by place. */
  readonly examples: readonly ResponseLine[];
}

export interface CollapsedLines {
  readonly reason: string;
  readonly lines: number;
  /** What the lines would have added, had they been counted. */
  readonly totalTokens: number;
}

export interface ExplainOptions {
  /** Two when left out. */
  readonly examplesPerReason?: number;
  readonly signal?: AbortSignal;
}

/** Explains the total of a day, a session, a model, or of everything. */
export async function explain(
  client: Pick<ClickHouseClient, 'query'>,
  selection: Selection,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const { examplesPerReason = 2, signal } = options;
  const ask = askAbout(client, selection, signal);
  const ours = await readRule(ask, 'ours', selection);
  const ccusage = await readRule(ask, 'ccusage', selection);
  const naive = await readRule(ask, 'naive', selection);
  const firstLineWins = await readRule(ask, 'firstLineWins', selection);
  const groups = await readGroups(ask, selection, examplesPerReason);
  const counted = groups.find(({ role }) => role === 'counted')?.lines ?? 0;
  const collapsedByReason = groups
    .filter(({ role }) => role === 'collapsed')
    .map(({ reason, lines, totalTokens }) => ({ reason, lines, totalTokens }));
  return {
    selection,
    ours: ours.totals,
    ccusage: ccusage.totals,
    naive: naive.totals,
    firstLineWins: firstLineWins.totals,
    differences: {
      ccusage: ccusage.differences,
      naive: naive.differences,
      firstLineWins: firstLineWins.differences,
    },
    counted,
    withoutLine: ours.totals.responses - counted,
    collapsed: collapsedByReason.reduce((sum, { lines }) => sum + lines, 0),
    collapsedByReason,
    examples: await readExamples(ask, groups, examplesPerReason),
  };
}

interface LineGroup extends CollapsedLines {
  readonly role: 'counted' | 'collapsed';
  /** Responses of the first few lines by place. */
  readonly firstKeys: readonly string[];
}

function readGroups(ask: Ask, selection: Selection, firstOfEach: number): Promise<LineGroup[]> {
  return ask<LineGroup>(`
    SELECT
      role,
      reason,
      count() AS lines,
      sum(total_tokens) AS totalTokens,
      arrayMap(first -> first.6, groupArraySorted(${firstOfEach})((${byPlace}))) AS firstKeys
    FROM (SELECT * FROM response_lines WHERE ${ofSelected(selection)})
    GROUP BY role, reason
    ORDER BY lines DESC, reason`);
}

const byPlace = 'file, source, root, generation, offset, response_key';

/** The first lines of each reason, by way of their responses: carrying whole lines through all groups would cost as much again. */
function readExamples(ask: Ask, groups: readonly LineGroup[], perReason: number): Promise<ResponseLine[]> {
  const keys = groups.flatMap(({ role, firstKeys }) => (role === 'collapsed' ? firstKeys : []));
  if (keys.length === 0) return Promise.resolve([]);
  return ask<ResponseLine>(
    `
    SELECT ${lineColumns}
    FROM (SELECT * FROM response_lines WHERE response_key IN {keys:Array(String)})
    WHERE role = 'collapsed'
    ORDER BY reason, ${byPlace}
    LIMIT {perReason:UInt32} BY reason`,
    { keys, perReason },
  );
}

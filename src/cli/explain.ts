import { InvalidArgumentError, type Command } from 'commander';
import { explain, type Explanation } from '../engine/explain/explain.ts';
import type { LinePlace } from '../engine/explain/explain-lines.ts';
import type { Difference, DifferenceCause, RuleTotals } from '../engine/explain/read-rule.ts';
import type { Selection } from '../engine/explain/selection.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted as plural, formatCount } from '../shared/format.ts';
import { ownName } from './own-name.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { withDatabase } from './with-database.ts';

/** Options of `explain` as commander gives them. */
export interface ExplainCommandOptions {
  readonly day?: string;
  readonly session?: string;
  readonly model?: string;
}

/** Adds the options of `explain` to a command. */
export function addExplainOptions(command: Command): Command {
  return command
    .option('--day <day>', 'only responses of this day, YYYY-MM-DD in UTC', parseDay)
    .option('--session <id>', 'only responses of this session')
    .option('--model <name>', 'only responses of this model');
}

/**
 * Shows which lines a total counts, which copies it leaves out and why, and what other rules would say. Answers the exit
 * code.
 *
 * @throws AppError with a `database-` or `embedded-` code
 */
export async function runExplain(options: ExplainCommandOptions, context: CommandContext): Promise<number> {
  const { day, session, model } = options;
  const { signal } = context;
  try {
    const explanation = await withDatabase(context, ({ client }) =>
      explain(client, { day, session, model }, { signal }),
    );
    if (context.options.json) context.print.json(snakeCase(explanation));
    else for (const line of describeExplanation(explanation)) context.print.line(printable(line));
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}

/** The explanation for people. */
export function describeExplanation(explanation: Explanation): string[] {
  const { ours, ccusage, naive, firstLineWins, counted, collapsed, collapsedByReason } = explanation;
  if (isEmpty(explanation)) {
    return [
      describeSelection(explanation.selection),
      '',
      `The database holds no such response. \`${ownName} sql "SELECT day, model, responses FROM usage_daily"\` lists what it holds.`,
    ];
  }
  const rules = { 'our rule': ours, ccusage, 'naive sum of lines': naive, 'first line wins': firstLineWins };
  const lines = [
    describeSelection(explanation.selection),
    '',
    ...table([
      ['', 'responses', 'input', 'output', 'cache write', 'cache read', 'total', 'to ours'],
      ...Object.entries(rules).map(([name, totals]) => [name, ...cells(totals, ours)]),
    ]),
    ...describeDifferences(explanation),
    '',
    `${plural(counted, 'line')} counted, ${formatCount(collapsed)} collapsed.`,
  ];
  if (explanation.withoutLine > 0) {
    lines.push(
      `${plural(explanation.withoutLine, 'response has', 'responses have')} no line to show: ${withoutLineText}`,
    );
  }
  if (collapsed === 0) return lines;
  return [
    ...lines,
    '',
    ...table([
      ['collapsed because', 'lines', 'tokens'],
      ...collapsedByReason.map((group) => [
        group.reason,
        formatCount(group.lines),
        formatCount(group.totalTokens),
      ]),
    ]),
    ...describeExamples(explanation),
    '',
    'Every line: SELECT * FROM response_lines. The rules in words: docs/counting.md.',
  ];
}

/** Nothing to explain by any rule: a table of zeros would read as a result. */
function isEmpty({ ours, ccusage, naive, firstLineWins, collapsed }: Explanation): boolean {
  const all = [ours, ccusage, naive, firstLineWins];
  return collapsed === 0 && all.every(({ responses }) => responses === 0);
}

const withoutLineText = 'the usage stood inside a line whose bytes were not kept (privacy level metadata).';

function describeSelection({ day, session, model }: Selection): string {
  const parts = [
    ...(day === undefined ? [] : [`day ${day} (UTC)`]),
    ...(session === undefined ? [] : [`session ${session}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
  ];
  return parts.length === 0 ? 'Everything in the database.' : `Responses of ${parts.join(', ')}.`;
}

function cells(totals: RuleTotals, ours: RuleTotals): string[] {
  const { responses, inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens, totalTokens } = totals;
  return [
    ...[responses, inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens, totalTokens].map(
      formatCount,
    ),
    totals === ours ? '1' : ratio(totalTokens, ours.totalTokens),
  ];
}

/** `=` only when exactly equal: a rounded 1.000 would hide a difference. */
function ratio(total: number, ours: number): string {
  if (total === ours) return '=';
  return ours === 0 ? '-' : (total / ours).toFixed(4);
}

const ruleTitles = {
  ccusage: "ccusage's rule",
  naive: 'The naive sum',
  firstLineWins: 'First line wins',
} as const;

const causeTexts: Readonly<Record<DifferenceCause, string>> = {
  'counted more than once': 'counted more than once',
  'another line of the response': "counted with another line's numbers",
  'iteration of another model': 'of another model, in usage.iterations: not counted',
  'only in lines it does not read':
    'only in lines that it does not read (progress lines, older generations, or lines its parser refuses): not counted',
  'attributed to another day, session or model': 'counted, but under another day, session or model',
  'attributed here, by our rule elsewhere': 'counted here, by our rule elsewhere',
};

function describeDifferences({ differences }: Explanation): string[] {
  return (['ccusage', 'naive', 'firstLineWins'] as const).flatMap((rule) => {
    const own: readonly Difference[] = differences[rule];
    if (own.length === 0) return [];
    return [
      '',
      `${ruleTitles[rule]}:`,
      ...own.map(
        ({ cause, responses, totalTokens }) =>
          `  ${plural(responses, 'response')} ${causeTexts[cause]} (${signed(totalTokens)} tokens)`,
      ),
    ];
  });
}

function signed(count: number): string {
  return count > 0 ? `+${formatCount(count)}` : formatCount(count);
}

function describeExamples({ examples }: Explanation): string[] {
  return examples.flatMap((line) => [
    '',
    `  ${line.reason}`,
    `    ${place(line)}  output ${formatCount(line.outputTokens)}`,
    `    counted: ${place(line.counted)}`,
  ]);
}

function place({ file, generation, offset }: LinePlace): string {
  return `${file}${generation > 0 ? ` (generation ${generation})` : ''} at byte ${offset}`;
}

/** Names on the left, numbers on the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column))))
      .join('  ')
      .trimEnd(),
  );
}

/** Names come from files: a control character in one must not reach the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}

function parseDay(text: string): string {
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  if (!Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('Give a day as YYYY-MM-DD.');
}

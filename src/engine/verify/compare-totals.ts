import type { ComparedTotals, VerifiedFile, VerifiedSums } from '../../shared/verification.ts';
import { ask } from './ask.ts';
import type { FilePair } from './pair-files.ts';
import {
  readAllTotals,
  readDailyTotals,
  readLineTotals,
  readViewTotals,
  type DayModelTotals,
} from './database/line-totals.ts';
import type { UsageCounter } from './disk/count-usage.ts';
import type { Check, Findings } from './findings.ts';
import type { Verification } from './verify.ts';

const totalsCheck: Check = {
  name: 'totals',
  tier: 'after',
  dimension: 'accuracy',
  title: 'Totals counted anew from the files are those of the lines in the database, by day and model',
};
const viewsCheck: Check = {
  name: 'views',
  tier: 'cross',
  dimension: 'accuracy',
  title: 'responses and usage_daily add up to what all lines say',
};

const nothing: VerifiedSums = {
  responses: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  webSearchRequests: 0,
};

/**
 * Compares the totals of the files on disk, counted by the second implementation, with those of their lines in the
 * database; by model, and by day and model. Files that are gone from disk are left out on both sides.
 */
export async function compareTotals(
  { engine, database, findings, options, signal }: Verification,
  pairs: readonly FilePair[],
  verified: readonly VerifiedFile[],
  counter: UsageCounter,
): Promise<ComparedTotals[]> {
  findings.begin(totalsCheck);
  const without = pairs.flatMap(({ database: known }, index) => {
    const isRead = verified[index]?.disk !== null;
    return known && !isRead ? [known] : [];
  });
  const outside = await filesOutside(pairs, { engine, database, signal });
  const stored = await readLineTotals(database.client, engine.source, [...without, ...outside], signal);
  const compared = compareByDay(
    counter.byDay().map((totals) => ({ ...totals, day: totals.day ?? '' })),
    stored,
  );
  for (const { day, model, source, database: there, isEqual } of compared) {
    if (day === null) continue;
    findings.looked(totalsCheck, 1);
    if (isEqual) continue;
    const isTolerated = isWithin(source, there, options.tolerance);
    findings.add(totalsCheck, {
      severity: isTolerated ? 'warning' : 'error',
      message: `${day === '' ? 'Without a day' : day}, ${model === '' ? 'without a model' : model}: ${differenceOf(source, there)}.`,
      advice: 'Mend the findings about files and lines first; the totals follow from them.',
      action: { kind: 'none' },
    });
  }
  return compared;
}

/** Files of the database that lie outside of what was verified. */
async function filesOutside(
  pairs: readonly FilePair[],
  { engine, database, signal }: Pick<Verification, 'engine' | 'database' | 'signal'>,
): Promise<{ root: string; file: string }[]> {
  const all = await ask<{ root: string; file: string }>(
    database.client,
    'SELECT DISTINCT root, file FROM lines WHERE source = {source:String}',
    { source: engine.source },
    signal,
  );
  const inside = new Set(
    pairs.flatMap(({ database: known }) => (known ? [`${known.root}\0${known.file}`] : [])),
  );
  return all.filter(({ root, file }) => !inside.has(`${root}\0${file}`));
}

function compareByDay(
  source: readonly DayModelTotals[],
  stored: readonly DayModelTotals[],
): ComparedTotals[] {
  const byDay = pairTotals(source, stored, ({ day, model }) => `${day}\0${model}`, true);
  const byModel = pairTotals(sumByModel(source), sumByModel(stored), ({ model }) => model, false);
  return [...byModel, ...byDay];
}

function pairTotals(
  source: readonly DayModelTotals[],
  stored: readonly DayModelTotals[],
  keyOf: (totals: DayModelTotals) => string,
  hasDay: boolean,
): ComparedTotals[] {
  const keys = new Map([...source, ...stored].map((totals) => [keyOf(totals), totals]));
  const left = new Map(source.map((totals) => [keyOf(totals), totals.sums]));
  const right = new Map(stored.map((totals) => [keyOf(totals), totals.sums]));
  return [...keys]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { day, model }]) => {
      const ours = left.get(key) ?? nothing;
      const theirs = right.get(key) ?? nothing;
      const isEqual = sumNames.every((name) => ours[name] === theirs[name]);
      return { day: hasDay ? day : null, model, source: ours, database: theirs, isEqual };
    });
}

const sumNames = Object.keys(nothing) as (keyof VerifiedSums)[];

function sumByModel(totals: readonly DayModelTotals[]): DayModelTotals[] {
  const byModel = new Map<string, VerifiedSums>();
  for (const { model, sums } of totals) {
    const before = byModel.get(model) ?? nothing;
    byModel.set(
      model,
      Object.fromEntries(
        sumNames.map((name) => [name, before[name] + sums[name]]),
      ) as unknown as VerifiedSums,
    );
  }
  return [...byModel].map(([model, sums]) => ({ day: '', model, sums }));
}

function isWithin(source: VerifiedSums, stored: VerifiedSums, tolerance: number): boolean {
  return sumNames.every(
    (name) => Math.abs(source[name] - stored[name]) <= tolerance * Math.max(source[name], stored[name]),
  );
}

const words: Readonly<Record<keyof VerifiedSums, string>> = {
  responses: 'responses',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  cacheReadTokens: 'cache read tokens',
  cacheWrite5mTokens: '5-minute cache write tokens',
  cacheWrite1hTokens: '1-hour cache write tokens',
  webSearchRequests: 'web searches',
};

function differenceOf(source: VerifiedSums, stored: VerifiedSums): string {
  return sumNames
    .filter((name) => source[name] !== stored[name])
    .map((name) => `${words[name]} ${source[name]} in the files, ${stored[name]} in the database`)
    .join('; ');
}

/** Compares what people query with what all lines of all generations and machines say. */
export async function compareViews({ database, findings, signal }: Verification): Promise<void> {
  findings.begin(viewsCheck);
  const all = await readAllTotals(database.client, signal);
  compareView('responses', all, await readViewTotals(database.client, signal), findings);
  compareView('usage_daily', all, await readDailyTotals(database.client, signal), findings);
}

function compareView(
  view: string,
  lines: readonly DayModelTotals[],
  shown: readonly DayModelTotals[],
  findings: Findings,
): void {
  for (const { day, model, source, database, isEqual } of compareByDay(lines, shown)) {
    if (day === null) continue;
    findings.looked(viewsCheck, 1);
    if (isEqual) continue;
    findings.add(viewsCheck, {
      message: `${view}, ${day === '' ? 'without a day' : day}, ${model}: ${differenceOf(source, database).replaceAll('in the files', 'by the lines').replaceAll('in the database', `by ${view}`)}.`,
      advice:
        'Parse the stored lines again: `tokenhouse reparse --all` makes the evidence of all responses anew.',
      action: { kind: 'reparse' },
    });
  }
}

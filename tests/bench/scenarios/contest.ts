import { commandOf, type ContestantName } from '../contestants/contestant.ts';
import type { Level } from '../contestants/import-query.ts';
import type { History } from '../history-cache.ts';
import { readDatabaseFacts } from '../measure/database-facts.ts';
import { measure, type Measurement } from '../measure/measure.ts';
import { median, medianQuotient, type Ratio, type Row } from '../report/ratio.ts';
import type { Results } from '../report/stored-results.ts';
import { targetOf } from '../report/targets.ts';
import type { ScenarioContext } from './scenario.ts';

/** Contestants that do the same work, in turns: a b c a b c. */
export interface Contest {
  readonly scenario: string;
  readonly size: string;
  readonly level: Level;
  readonly history: History;
  readonly contestants: readonly ContestantName[];
}

/** What one contestant did in one round. */
export interface Round extends Measurement {
  /** Null for one that keeps nothing. */
  readonly diskBytes: number | null;
}

/**
 * Runs a contest.
 *
 * @returns the rounds of each contestant that is installed
 * @throws when one has not imported every line: it would have won by not doing its work
 */
export async function runContest(
  context: ScenarioContext,
  { scenario, level, history, contestants }: Contest,
): Promise<Map<ContestantName, Round[]>> {
  const all = new Map<ContestantName, Round[]>();
  for (let round = 1; round <= context.options.rounds; round += 1) {
    for (const name of contestants) {
      const folder = context.freshFolder();
      const command = commandOf(
        name,
        { source: history.source, dataDir: folder.path, level },
        context.places,
      );
      if (command !== null) {
        context.say(`${scenario}: round ${round} of ${context.options.rounds}, ${name} ...`);
        const measured = await measure(command);
        const diskBytes = name === 'ccusage' ? null : await checkedDisk(context, name, folder.path, history);
        all.set(name, [...(all.get(name) ?? []), { ...measured, diskBytes }]);
      }
      folder.remove();
    }
  }
  return all;
}

async function checkedDisk(
  context: ScenarioContext,
  name: ContestantName,
  dataDir: string,
  history: History,
): Promise<number> {
  const facts = await readDatabaseFacts(dataDir, context.places.files);
  for (const what of ['lines', 'responses'] as const) {
    if (facts[what] !== history[what]) {
      throw new Error(`${name} has ${facts[what]} ${what} of ${history[what]} in its database.`);
    }
  }
  return facts.diskBytes;
}

/** Rows and ratios of a contest about bytes: ours against each of the others. */
export function contestResults(
  contest: Contest,
  rounds: ReadonlyMap<ContestantName, readonly Round[]>,
): Results {
  const rows = contest.contestants.map((name) => contestRow(contest, name, rounds.get(name)));
  const ours = rounds.get('ours') ?? [];
  const ratios = contest.contestants.flatMap((name) => {
    const theirs = rounds.get(name);
    return name === 'ours' || theirs === undefined ? [] : contestRatios(contest, name, ours, theirs);
  });
  return { rows, ratios };
}

/** A contestant's medians; of one that is not installed nothing but that. */
export function contestRow(
  { scenario, size, history }: Contest,
  contestant: ContestantName,
  rounds: readonly Round[] | undefined,
): Row {
  const middle = (of: (round: Round) => number | null): number | null => median((rounds ?? []).map(of));
  return {
    scenario,
    size,
    contestant,
    wallSeconds: middle((round) => round.wallSeconds),
    cpuSeconds: middle((round) => round.cpuSeconds),
    peakBytes: middle((round) => round.peakBytes),
    diskBytes: rounds === undefined || contestant === 'ccusage' ? null : middle((round) => round.diskBytes),
    sourceBytes: history.bytes,
    note: rounds === undefined ? 'not installed' : '',
  };
}

function contestRatios(
  { scenario, size }: Contest,
  other: ContestantName,
  ours: readonly Round[],
  theirs: readonly Round[],
): Ratio[] {
  const pair = `ours / ${other}`;
  const make = (
    what: string,
    better: Ratio['better'],
    of: (round: Round) => number | null,
  ): Ratio | readonly [] => {
    const [a, b] = [ours.map(of), theirs.map(of)];
    // Who needs less time is faster: the quotient of speeds is that of times, turned round.
    const value = better === 'higher' ? medianQuotient(b, a) : medianQuotient(a, b);
    if (value === null) return [];
    return { scenario, size, what, pair, value, better, target: targetOf({ scenario, what, pair }) };
  };
  return [
    make('MB/s', 'higher', (round) => round.wallSeconds),
    make('MB per CPU s', 'higher', (round) => round.cpuSeconds),
    make('peak memory', 'lower', (round) => round.peakBytes),
    make('disk', 'lower', (round) => round.diskBytes),
  ].flat();
}

import { sizeLabel } from '../options.ts';
import { medianQuotient, type Ratio } from '../report/ratio.ts';
import type { Results } from '../report/stored-results.ts';
import { targetOf } from '../report/targets.ts';
import { contestRow, runContest, type Contest, type Round } from './contest.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

/** Whether a history several times as large costs several times as much, in the same memory. */
export const growth: Scenario = {
  about: 'ours with histories of several sizes (--sizes)',
  run: async (context) => {
    const contests = context.options.sizes.map((bytes): Contest => {
      const history = context.history({ kind: 'mixed', bytes });
      return { scenario: 'growth', size: sizeLabel(bytes), level: 'full', history, contestants: ['ours'] };
    });
    const rounds: Round[][] = contests.map(() => []);
    // Sizes take turns, as contestants do.
    for (let round = 1; round <= context.options.rounds; round += 1) {
      for (const [index, contest] of contests.entries())
        rounds[index]?.push(await oneRound(context, contest));
    }
    return growthResults(contests, rounds);
  },
};

async function oneRound(context: ScenarioContext, contest: Contest): Promise<Round> {
  const once = { ...context, options: { ...context.options, rounds: 1 } };
  const [round] = (await runContest(once, contest)).get('ours') ?? [];
  if (round === undefined) throw new Error('Nothing was measured.');
  return round;
}

function growthResults(contests: readonly Contest[], rounds: readonly Round[][]): Results {
  const [small, ...larger] = contests.map((contest, index) => ({ contest, rounds: rounds[index] ?? [] }));
  const ratios = larger.flatMap(({ contest, rounds }): Ratio[] => {
    if (small === undefined) return [];
    const quotient = (of: (round: Round) => number | null): number | null =>
      medianQuotient(rounds.map(of), small.rounds.map(of));
    const work = contest.history.bytes / small.contest.history.bytes;
    const cpu = quotient((round) => round.cpuSeconds);
    const size = `${contest.size} / ${small.contest.size}`;
    const make = (what: string, value: number | null, better: Ratio['better']): Ratio[] => {
      const name = { scenario: 'growth', what, pair: 'large / small' };
      return value === null ? [] : [{ ...name, size, value, better, target: targetOf(name) }];
    };
    return [
      ...make('MB per CPU s', cpu === null ? null : work / cpu, 'higher'),
      ...make(
        'peak memory',
        quotient((round) => round.peakBytes),
        'lower',
      ),
    ];
  });
  return { rows: contests.map((contest, index) => contestRow(contest, 'ours', rounds[index])), ratios };
}

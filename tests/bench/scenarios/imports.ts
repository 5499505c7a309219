import type { ContestantName } from '../contestants/contestant.ts';
import type { Level } from '../contestants/import-query.ts';
import { sizeLabel } from '../options.ts';
import { contestResults, runContest } from './contest.ts';
import type { Scenario } from './scenario.ts';

/** A scenario in which contestants import the same history. */
export function importScenario(
  scenario: string,
  about: string,
  level: Level,
  contestants: readonly ContestantName[],
): Scenario {
  return {
    about,
    run: async (context) => {
      const { size } = context.options;
      const history = context.history({ kind: 'mixed', bytes: size });
      const contest = { scenario, size: sizeLabel(size), level, history, contestants };
      return contestResults(contest, await runContest(context, contest));
    },
  };
}

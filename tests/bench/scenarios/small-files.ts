import { ours } from '../contestants/contestant.ts';
import { measure } from '../measure/measure.ts';
import { median, medianQuotient } from '../report/ratio.ts';
import { targetOf } from '../report/targets.ts';
import { contestRow, runContest, type Contest, type Round } from './contest.ts';
import type { Scenario } from './scenario.ts';

/**
 * What a file costs: a hundred thousand files of 2 KB.
 *
 * Files per second are counted without discovery, which is another step: by the run's own account of its phases when it
 * gives one, else its wall time less that of a `discover` of the same files.
 */
export const smallFiles: Scenario = {
  about: 'many files of 2 KB (--small-files)',
  run: async (context) => {
    const files = context.options.smallFiles;
    const history = context.history({ kind: 'small', files });
    const contest: Contest = {
      scenario: 'small-files',
      size: `${files} files`,
      level: 'full',
      history,
      contestants: ['ours', 'engine-tuned'],
    };
    const rounds = await runContest(context, contest);
    const folder = context.freshFolder();
    context.say('small-files: discover ...');
    const discovery = await measure(
      ours(['discover', '--source', history.source], folder.path, context.places),
    );
    folder.remove();

    const own = rounds.get('ours') ?? [];
    const seconds = median(own.map((round) => importSeconds(round, discovery.wallSeconds)));
    const rows = contest.contestants.map((name) => {
      const row = contestRow(contest, name, rounds.get(name));
      if (name !== 'ours' || seconds === null || seconds <= 0) return row;
      return { ...row, note: `${Math.round(files / seconds)} files/s after discovery` };
    });
    const value = medianQuotient(cpuOf(rounds.get('engine-tuned') ?? []), cpuOf(own));
    const name = { scenario: 'small-files', what: 'files per CPU s', pair: 'ours / engine-tuned' };
    const ratio = { ...name, size: contest.size, better: 'higher' as const, target: targetOf(name) };
    return { rows, ratios: value === null ? [] : [{ ...ratio, value }] };
  },
};

function cpuOf(rounds: readonly Round[]): (number | null)[] {
  return rounds.map(({ cpuSeconds }) => cpuSeconds);
}

function importSeconds({ stdout, wallSeconds }: Round, discoverySeconds: number): number {
  const report = JSON.parse(stdout) as { readonly durations?: { readonly importing_ms?: number } };
  const importingMs = report.durations?.importing_ms;
  return importingMs === undefined ? wallSeconds - discoverySeconds : importingMs / 1000;
}

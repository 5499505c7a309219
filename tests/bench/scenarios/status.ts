import { ours } from '../contestants/contestant.ts';
import { measure } from '../measure/measure.ts';
import { median, medianQuotient } from '../report/ratio.ts';
import { targetOf } from '../report/targets.ts';
import type { Scenario } from './scenario.ts';

const scenario = 'status';
const historyBytes = 20e6;

/** How long `status` takes when no database is running, against a Node that does nothing. */
export const status: Scenario = {
  about: 'how long `status` takes',
  run: async (context) => {
    const { source } = context.history({ kind: 'mixed', bytes: historyBytes });
    const folder = context.freshFolder();
    context.say(`${scenario}: importing ...`);
    await measure(ours(['migrate', '--source', source, '--quiet'], folder.path, context.places));
    const own: number[] = [];
    const bare: number[] = [];
    for (let round = 1; round <= context.options.rounds; round += 1) {
      context.say(`${scenario}: round ${round} of ${context.options.rounds} ...`);
      own.push((await measure(ours(['status'], folder.path, context.places))).wallSeconds);
      const nothing = { file: process.execPath, args: ['--eval', ''], dataDir: folder.path };
      bare.push((await measure(nothing)).wallSeconds);
    }
    folder.remove();

    const row = (contestant: string, seconds: readonly number[]) => ({
      scenario,
      size: '',
      contestant,
      wallSeconds: median(seconds),
      cpuSeconds: null,
      peakBytes: null,
      diskBytes: null,
      sourceBytes: null,
      note: '',
    });
    const value = medianQuotient(own, bare);
    const name = { scenario, what: 'wall', pair: 'status / bare node' };
    return {
      rows: [row('status', own), row('bare node', bare)],
      ratios: value === null ? [] : [{ ...name, size: '', value, better: 'lower', target: targetOf(name) }],
    };
  },
};

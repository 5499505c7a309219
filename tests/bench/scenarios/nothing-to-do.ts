import { ours } from '../contestants/contestant.ts';
import { sizeLabel } from '../options.ts';
import { measure, type Measurement } from '../measure/measure.ts';
import { median, medianQuotient, type Row } from '../report/ratio.ts';
import { targetOf } from '../report/targets.ts';
import type { Scenario } from './scenario.ts';

const scenario = 'nothing-to-do';

/** What a second run costs over ten thousand files of which none has changed. */
export const nothingToDo: Scenario = {
  about: 'a second run over many unchanged files (--wide-files)',
  run: async (context) => {
    const { size: bytes, wideFiles: files, rounds } = context.options;
    const history = context.history({ kind: 'wide', files, bytes });
    const size = `${files} files, ${sizeLabel(bytes)}`;
    const folder = context.freshFolder();
    const command = ours(['migrate', '--source', history.source, '--quiet'], folder.path, context.places);
    context.say(`${scenario}: first import ...`);
    const first = await measure(command);
    const again: Measurement[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      context.say(`${scenario}: round ${round} of ${rounds} ...`);
      again.push(await measure(command));
    }
    folder.remove();

    const row = (contestant: string, measured: readonly Measurement[]): Row => ({
      scenario,
      size,
      contestant,
      wallSeconds: median(measured.map((one) => one.wallSeconds)),
      cpuSeconds: median(measured.map((one) => one.cpuSeconds)),
      peakBytes: median(measured.map((one) => one.peakBytes)),
      diskBytes: null,
      sourceBytes: null,
      note: '',
    });
    const cpu = again.map((one) => one.cpuSeconds);
    const value = medianQuotient(
      cpu,
      cpu.map(() => first.cpuSeconds),
    );
    const name = { scenario, what: 'CPU s', pair: 'second / first' };
    const ratio = { ...name, size, better: 'lower' as const, target: targetOf(name) };
    return {
      rows: [row('first run', [first]), row('second run', again)],
      ratios: value === null ? [] : [{ ...ratio, value }],
    };
  },
};

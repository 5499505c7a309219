import { join } from 'node:path';
import { run, type QueryTime } from '../queries/scenario.ts';
import type { Row } from '../report/ratio.ts';
import type { Scenario } from './scenario.ts';

/** A 95th percentile of fewer says nothing. */
const askedTimes = 20;

/** Questions that people wait for, of a database that grows. */
export const queries: Scenario = {
  about: 'p95 of the questions people wait for, at 1, 5 and 20 million lines; an hour, 15 GB of disk',
  run: async ({ options, places, say }) => {
    const times = await run({
      sizes: options.lines,
      rounds: askedTimes,
      root: places.projectRoot,
      folder: join(options.cache, 'queries'),
      onProgress: say,
    });
    return { rows: times.map(rowOf), ratios: [] };
  },
};

function rowOf({ name, sizeLines, p50Ms, p95Ms, cpuMs, targetMs }: QueryTime): Row {
  const target = targetMs === null ? '' : `, wanted under ${targetMs} ms`;
  return {
    scenario: 'queries',
    size: `${sizeLines / 1_000_000} M lines`,
    contestant: name,
    wallSeconds: p95Ms / 1000,
    cpuSeconds: cpuMs / 1000,
    peakBytes: null,
    diskBytes: null,
    sourceBytes: null,
    note: `p50 ${Math.round(p50Ms)} ms, p95 ${Math.round(p95Ms)} ms${target}`,
  };
}

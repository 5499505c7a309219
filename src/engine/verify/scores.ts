import { dimensions, type ComparedTotals, type Score, type VerifiedSums } from '../../shared/verification.ts';
import type { Findings } from './findings.ts';

/** One minus the part that is wrong, for each dimension; 1 only when nothing is. */
export function scoresOf(findings: Findings): Score[] {
  return dimensions.map((dimension) => {
    const { checked, wrong } = findings.tally(dimension);
    const share = checked === 0 ? Number(wrong > 0) : Math.min(1, wrong / checked);
    return { dimension, checked, wrong, value: wrong === 0 ? 1 : Math.min(1 - share, 1 - Number.EPSILON) };
  });
}

/** The largest relative difference of any total; 1 when one side has nothing. */
export function varianceOf(totals: readonly ComparedTotals[]): number {
  let most = 0;
  for (const { source, database } of totals) {
    for (const key of Object.keys(source) as (keyof VerifiedSums)[]) {
      const larger = Math.max(source[key], database[key]);
      if (larger > 0) most = Math.max(most, Math.abs(source[key] - database[key]) / larger);
    }
  }
  return most;
}

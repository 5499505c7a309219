import { ratioKey, type Ratio } from './ratio.ts';

/** A ratio beside the one of an earlier run. */
export interface Comparison {
  readonly ratio: Ratio;
  /** Null when the earlier run has none of that name. */
  readonly stored: number | null;
  /** `changed` is more than a tenth either way, `worse` more than a quarter in the wrong direction. */
  readonly verdict: 'new' | 'same' | 'changed' | 'worse';
}

const noticeable = 0.1;
const unacceptable = 0.25;

/** Ratios only: absolute times say more about the machine than about the program. */
export function compareRatios(now: readonly Ratio[], stored: readonly Ratio[]): Comparison[] {
  const before = new Map(stored.map((ratio) => [ratioKey(ratio), ratio.value]));
  return now.map((ratio) => {
    const value = before.get(ratioKey(ratio));
    if (value === undefined) return { ratio, stored: null, verdict: 'new' };
    return { ratio, stored: value, verdict: verdictOf(ratio, value) };
  });
}

function verdictOf({ value, better }: Ratio, stored: number): 'same' | 'changed' | 'worse' {
  const worseBy = better === 'higher' ? 1 - value / stored : value / stored - 1;
  if (worseBy > unacceptable) return 'worse';
  return Math.abs(value / stored - 1) > noticeable ? 'changed' : 'same';
}

import type { Ratio } from './ratio.ts';

/** What we want to reach, whatever the size. A ratio that is not here is shown without a target. */
const targets: readonly (Pick<Ratio, 'scenario' | 'what' | 'pair'> & { readonly target: number })[] = [
  { scenario: 'full', what: 'MB/s', pair: 'ours / engine', target: 1 },
  { scenario: 'full', what: 'MB per CPU s', pair: 'ours / engine', target: 0.8 },
  { scenario: 'metadata', what: 'MB/s', pair: 'ours / engine', target: 0.83 },
  { scenario: 'naive', what: 'MB per CPU s', pair: 'ours / naive', target: 4 },
  { scenario: 'growth', what: 'MB per CPU s', pair: 'large / small', target: 0.95 },
  { scenario: 'growth', what: 'peak memory', pair: 'large / small', target: 1.1 },
];

export function targetOf({ scenario, what, pair }: Pick<Ratio, 'scenario' | 'what' | 'pair'>): number | null {
  const found = targets.find((one) => one.scenario === scenario && one.what === what && one.pair === pair);
  return found?.target ?? null;
}

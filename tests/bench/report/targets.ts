import type { Ratio } from './ratio.ts';

/** What we want to reach, whatever the size. A ratio that is not here is shown without a target. */
const targets: readonly (Pick<Ratio, 'scenario' | 'what' | 'pair'> & { readonly target: number })[] = [
  { scenario: 'full', what: 'MB/s', pair: 'ours / engine', target: 0.8 },
  { scenario: 'full', what: 'MB per CPU s', pair: 'ours / engine', target: 0.8 },
  { scenario: 'full', what: 'peak memory', pair: 'ours / engine', target: 1 },
  { scenario: 'full', what: 'disk', pair: 'ours / engine', target: 1.1 },
  { scenario: 'metadata', what: 'MB/s', pair: 'ours / engine', target: 0.8 },
  { scenario: 'metadata', what: 'MB per CPU s', pair: 'ours / engine', target: 0.8 },
  { scenario: 'metadata', what: 'peak memory', pair: 'ours / engine', target: 1 },
  { scenario: 'metadata', what: 'MB/s', pair: 'ours / ccusage', target: 1 },
  { scenario: 'naive', what: 'MB/s', pair: 'ours / naive', target: 2 },
  { scenario: 'naive', what: 'MB per CPU s', pair: 'ours / naive', target: 2 },
  { scenario: 'growth', what: 'MB per CPU s', pair: 'large / small', target: 0.9 },
  { scenario: 'growth', what: 'peak memory', pair: 'large / small', target: 1.2 },
  { scenario: 'small-files', what: 'files per CPU s', pair: 'ours / engine', target: 0.3 },
  { scenario: 'nothing-to-do', what: 'CPU s', pair: 'second / first', target: 0.1 },
  { scenario: 'status', what: 'wall', pair: 'status / bare node', target: 15 },
];

export function targetOf({ scenario, what, pair }: Pick<Ratio, 'scenario' | 'what' | 'pair'>): number | null {
  const found = targets.find((one) => one.scenario === scenario && one.what === what && one.pair === pair);
  return found?.target ?? null;
}

import type { Random } from '../../../src/engine/demo/random.ts';

/** A size whose logarithm is normally distributed, with a long tail upwards; `sigma` says how long. */
export function logNormal(random: Random, median: number, sigma: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  const normal = radius * Math.cos(2 * Math.PI * random.fraction());
  return Math.max(1, Math.round(median * Math.exp(sigma * normal)));
}

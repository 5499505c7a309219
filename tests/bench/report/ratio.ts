/** One measured contestant of a scenario: medians over the rounds. */
export interface Row {
  readonly scenario: string;
  readonly size: string;
  readonly contestant: string;
  readonly wallSeconds: number | null;
  readonly cpuSeconds: number | null;
  readonly peakBytes: number | null;
  readonly diskBytes: number | null;
  /** What was imported; null when the scenario is not about bytes. */
  readonly sourceBytes: number | null;
  /** What the columns don't say. */
  readonly note: string;
}

/** How two measurements compare: the only thing that may be held against another machine's. */
export interface Ratio {
  readonly scenario: string;
  readonly size: string;
  readonly what: string;
  /** Such as `ours / engine`. */
  readonly pair: string;
  readonly value: number;
  readonly better: 'higher' | 'lower';
  readonly target: number | null;
}

/** Names a ratio in stored results. */
export function ratioKey({ scenario, size, what, pair }: Omit<Ratio, 'value' | 'better' | 'target'>): string {
  return [scenario, size, what, pair].join(' | ');
}

/** Null without a target. */
export function isMet({ value, better, target }: Pick<Ratio, 'value' | 'better' | 'target'>): boolean | null {
  if (target === null) return null;
  return better === 'higher' ? value >= target : value <= target;
}

/** The middle of some numbers, or the mean of the two in the middle; null when there are none or one is not known. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (known.length === 0 || known.length < values.length) return null;
  const upper = known[known.length >> 1] ?? 0;
  const lower = known[(known.length - 1) >> 1] ?? 0;
  return (lower + upper) / 2;
}

/**
 * The median of the quotients of each round: what slows the machine for a while slows both of a round, and is not seen in
 * their quotient.
 */
export function medianQuotient(
  ours: readonly (number | null)[],
  theirs: readonly (number | null)[],
): number | null {
  return median(
    ours.map((value, round) => {
      const other = theirs[round] ?? null;
      return value === null || other === null || other === 0 ? null : value / other;
    }),
  );
}

/** Every wait and limit of watching. Milliseconds unless the name says otherwise. */
export interface Timings {
  /** A file is looked at when nothing was heard for this long ... */
  readonly quiet: number;
  /** ... but at the latest this long after the first that was heard, however busy it is. */
  readonly longestQuiet: number;
  /** More paths than this at a time are not looked at one by one: a sweep finds them all. */
  readonly mostHints: number;
  /** Between two looks at the hot files. */
  readonly hotInterval: number;
  /** How long after its last change a file stays hot. */
  readonly hotFor: number;
  readonly mostHotFiles: number;
  /** Between two sweeps, in times of what a sweep costs: 1000 is 0.1 % of a core, whatever the number of files. */
  readonly sweepRatio: number;
  readonly shortestSweep: number;
  readonly longestSweep: number;
  /** The same while the system tells of no changes and the sweeps are all there is. */
  readonly pollRatio: number;
  readonly shortestPoll: number;
  readonly longestPoll: number;
  /** Until watches that were just asked for are surely set; what they missed is looked for then. */
  readonly settle: number;
  /** Between two looks for roots that are missing. */
  readonly missingInterval: number;
  /** Between two attempts to get events again after they failed. */
  readonly retryEvents: number;
}

export const defaultTimings: Timings = {
  quiet: 200,
  longestQuiet: 1000,
  mostHints: 2000,
  hotInterval: 1000,
  hotFor: 600_000,
  mostHotFiles: 64,
  sweepRatio: 1000,
  shortestSweep: 15_000,
  longestSweep: 600_000,
  pollRatio: 20,
  shortestPoll: 2000,
  longestPoll: 60_000,
  settle: 2000,
  missingInterval: 1000,
  retryEvents: 600_000,
};

/** Time from the end of a sweep to the next one, given what the last one cost. */
export function sweepInterval(timings: Timings, mode: 'events' | 'polling', costMs: number): number {
  return mode === 'events'
    ? clamp(costMs * timings.sweepRatio, timings.shortestSweep, timings.longestSweep)
    : clamp(costMs * timings.pollRatio, timings.shortestPoll, timings.longestPoll);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

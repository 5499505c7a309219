import { migrate, type Engine } from '../../src/engine/migrate.ts';
import { runOptions, type Progress, type RunOptionsInput, type RunReport } from '../../src/shared/run.ts';

/** A run on its way that a test looks at. */
export interface StartedRun {
  readonly report: Promise<RunReport>;
  readonly abort: () => void;
  /**
   * The first progress from now on that fits; the last one counts as well.
   *
   * Fails when the run ends before: what is waited for will never come.
   */
  readonly whenProgress: (fits: (progress: Progress) => boolean) => Promise<Progress>;
}

/** Starts a migration in this process. */
export function startRun(engine: Engine, options: RunOptionsInput): StartedRun {
  const stop = new AbortController();
  const listeners = new Set<(progress: Progress) => void>();
  let last: Progress | null = null;
  const report = migrate(engine, runOptions.parse(options), {
    signal: stop.signal,
    onProgress: (progress) => {
      last = progress;
      for (const listener of listeners) listener(progress);
    },
  });
  // The test awaits it, possibly later than it happens.
  report.catch(() => undefined);
  return {
    report,
    abort: () => stop.abort(),
    whenProgress: (fits) =>
      new Promise((resolve, reject) => {
        if (last !== null && fits(last)) return resolve(last);
        const listener = (progress: Progress): void => {
          if (!fits(progress)) return;
          listeners.delete(listener);
          resolve(progress);
        };
        listeners.add(listener);
        const tooLate = (end: unknown): void => {
          reject(new Error(`The run ended before, with ${JSON.stringify(last)}`, { cause: end }));
        };
        report.then(tooLate, tooLate);
      }),
  };
}

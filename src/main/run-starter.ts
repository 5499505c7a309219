import { AppError } from '../shared/failure.ts';
import type { RunOptions, RunState } from '../shared/run.ts';
import type { Settings } from '../shared/settings.ts';
import type { CurrentRun } from './current-run.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Roots } from './roots.ts';

/** Starts a run as the settings have it. */
export type StartRun = (options: RunOptions) => Promise<RunState>;

/**
 * A run without sources takes the folders that the window shows, and one that writes goes on as long as `sync` says.
 *
 * @throws AppError `run-in-progress`, also for a run of another process or a verification; `source-missing`
 */
export function createRunStarter(parts: {
  readonly settings: () => Settings;
  readonly roots: Pick<Roots, 'present'>;
  readonly run: Pick<CurrentRun, 'start'>;
  readonly elsewhere: Pick<Elsewhere, 'look'>;
  /** A verification of our own needs files and database to stand still. */
  readonly isVerifying: () => boolean;
}): StartRun {
  const { settings, roots, run, elsewhere, isVerifying } = parts;
  return async (options) => {
    const other = await elsewhere.look();
    if (other !== null) {
      throw new AppError(
        'run-in-progress',
        `Another process (${other.pid}) is migrating into the same data. Nothing was started here.`,
      );
    }
    const isOwnChoice = options.sources.length > 0 || options.manifest !== undefined;
    const sources = isOwnChoice ? options.sources : await roots.present();
    // Asked last: nothing may come between this and the start.
    if (isVerifying()) {
      throw new AppError(
        'run-in-progress',
        'A verification is running. Nothing was started: wait for its end, or cancel it on the Verify screen.',
      );
    }
    return run.start({ ...options, sources, watch: settings().sync && !options.dryRun });
  };
}

import type { RunStatus } from '../engine/run-lock.ts';
import { AppError } from '../shared/failure.ts';
import type { CurrentRun } from './current-run.ts';
import type { Sync } from './sync.ts';

const patienceMs = 30_000;

/** What a verification needs to stand still. */
export interface Data {
  /** @throws AppError `run-in-progress` */
  take(): Promise<void>;
  /** Also after it could not be taken. Nothing that is begun by it may find a verification active. */
  giveBack(): void;
}

/**
 * Makes files and database stand still for a verification: a run of our own that only watches is ended and begun again
 * afterwards; one that imports, and one of another process, is in the way.
 */
export function createData(parts: {
  readonly run: Pick<CurrentRun, 'isActive' | 'state' | 'stop'>;
  readonly sync: Pick<Sync, 'hold' | 'release'>;
  /** The holder of the data's lock in whichever process. */
  readonly readStatus: () => Promise<RunStatus | null>;
}): Data {
  const { run, sync, readStatus } = parts;

  function requireNoImport(): void {
    const state = run.state();
    const isWatching = 'progress' in state && state.progress?.phase === 'watching';
    if (!run.isActive() || isWatching) return;
    throw new AppError(
      'run-in-progress',
      'A migration is running. Nothing was started: verify when it has ended, or cancel it on the Migrate screen.',
    );
  }

  async function requireNobodyElse(): Promise<void> {
    const holder = await readStatus();
    if (holder === null) return;
    const who = holder.pid === 0 ? 'Another process' : `Another process (${holder.pid})`;
    throw new AppError('run-in-progress', `${who} ${doing(holder)}. ${whatToDo}`);
  }

  return {
    take: async () => {
      requireNoImport();
      sync.hold();
      if (!(await run.stop(patienceMs))) {
        throw new AppError(
          'run-in-progress',
          'What keeps the database in step has not ended yet. Nothing was started; try again in a moment.',
        );
      }
      await requireNobodyElse();
    },
    giveBack: () => sync.release(),
  };
}

const whatToDo = 'Nothing was started here: wait for it, or stop it where it was started.';

/** The lock tells the run's id, or what else holds it. */
function doing({ runId, progress }: RunStatus): string {
  if (runId === 'verify') return 'is verifying the same data';
  if (runId === 'repair') return 'is mending the same data';
  return progress?.phase === 'watching' ? 'keeps the same data in step' : 'is migrating into the same data';
}

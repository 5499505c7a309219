import type { Log } from '../engine/log.ts';
import type { RunStatus } from '../engine/run-lock.ts';

/** Looks from time to time whether another process runs a migration on the same data. */
export interface Elsewhere {
  /** Looks now. */
  look(): Promise<RunStatus | null>;
  begin(): void;
  end(): void;
}

const patienceMs = 1000;

export function createElsewhere(options: {
  /** The holder of the data's lock; null when there is none. */
  readonly read: () => Promise<RunStatus | null>;
  /** A run of our own holds the lock: there is nothing to see. */
  readonly isOwn: () => boolean;
  readonly onLook: (status: RunStatus | null) => void;
  /** The run that was seen is over. */
  readonly onGone: () => void;
  readonly everyMs: number;
  readonly log: Log;
}): Elsewhere {
  const { read, isOwn, onLook, onGone, everyMs, log } = options;
  let seen: RunStatus | null = null;
  let timer: NodeJS.Timeout | null = null;
  let hasEnded = true;

  async function look(): Promise<RunStatus | null> {
    if (isOwn()) return null;
    const status = await readInTime();
    // Our own run may have begun meanwhile, and then it is itself what was seen.
    if (isOwn()) return null;
    const isGone = seen !== null && status === null;
    seen = status;
    onLook(status);
    if (isGone) onGone();
    return status;
  }

  /** A holder that does not answer, for example because it is stopped, is still the one that was seen. */
  async function readInTime(): Promise<RunStatus | null> {
    let waiting: NodeJS.Timeout | undefined;
    const late = new Promise<RunStatus | null>((resolve) => {
      waiting = setTimeout(() => resolve(seen), patienceMs);
    });
    try {
      return await Promise.race([read(), late]);
    } catch (error) {
      log.debug('The run of another process could not be asked', { error });
      return seen;
    } finally {
      clearTimeout(waiting);
    }
  }

  async function lookAgainAndAgain(): Promise<void> {
    await look();
    if (!hasEnded) timer = setTimeout(() => void lookAgainAndAgain(), everyMs);
  }

  return {
    look,
    begin: () => {
      if (!hasEnded) return;
      hasEnded = false;
      void lookAgainAndAgain();
    },
    end: () => {
      hasEnded = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

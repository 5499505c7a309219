import type { Log } from '../engine/log.ts';

/** The part of Electron's `app` that quitting needs. */
export interface Quitting {
  on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown;
  quit(): void;
}

/**
 * Ends things in order before the application does, each within its own patience: what does not end by then is
 * left to the end of the process, which is safe at any time.
 */
export function quitCleanly(
  app: Quitting,
  steps: readonly {
    readonly name: string;
    readonly patienceMs: number;
    readonly end: () => Promise<unknown>;
  }[],
  log: Log,
): void {
  let progress: 'not asked' | 'ending' | 'ended' = 'not asked';

  async function endAll(): Promise<void> {
    for (const { name, patienceMs, end } of steps) {
      try {
        if (!(await isDoneWithin(end(), patienceMs))) log.warn('Did not end in time', { name, patienceMs });
      } catch (error) {
        log.error('Did not end cleanly', { name, error });
      }
    }
    progress = 'ended';
    app.quit();
  }

  app.on('before-quit', (event) => {
    if (progress === 'ended') return;
    event.preventDefault();
    if (progress === 'not asked') void endAll();
    progress = 'ending';
  });
}

/** Whether work ends within `patienceMs`; a rejection in time is thrown, a later one is dropped. */
export async function isDoneWithin(work: Promise<unknown>, patienceMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

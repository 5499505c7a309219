/**
 * Takes the place of `node:timers/promises` in tests of what waits: nothing sleeps, and the test sees how long it would have.
 *
 * `vi.mock('node:timers/promises', () => import('../fakes/fake-sleep.ts'))`
 */
export const sleeps: number[] = [];

/** Whoever sleeps so often would do it for ever, and without real time no limit of the test would end it. */
const mostSleeps = 1000;

export function setTimeout(ms: number): Promise<void> {
  if (sleeps.push(ms) > mostSleeps) throw new Error('It waits for ever.');
  return Promise.resolve();
}

export function setImmediate(): Promise<void> {
  return Promise.resolve();
}

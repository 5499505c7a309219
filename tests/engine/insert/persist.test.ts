import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { persist, type Persistence } from '../../../src/engine/insert/persist.ts';
import { AppError } from '../../../src/shared/failure.ts';
import type { Waiting } from '../../../src/shared/run.ts';
import { sleeps } from '../../fakes/fake-sleep.ts';
import { memoryLog } from '../../fakes/memory-log.ts';

vi.mock('node:timers/promises', () => import('../../fakes/fake-sleep.ts'));

beforeEach(() => void sleeps.splice(0));
afterEach(() => void vi.restoreAllMocks());

function persistence(options: Partial<Persistence> = {}): Persistence {
  return {
    ensure: () => Promise.resolve(),
    place: 'nowhere',
    signal: new AbortController().signal,
    log: memoryLog(),
    onWaiting: () => undefined,
    ...options,
  };
}

/** A step that succeeds after so many failures. */
function failing(times: number): (attempt: number) => Promise<number> {
  return (attempt) =>
    attempt > times
      ? Promise.resolve(attempt)
      : Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
}

describe('the waits between the tries', () => {
  it.each([
    { random: 0, waits: [50, 50, 50, 50, 50] },
    { random: 0.5, waits: [150, 250, 450, 550, 550] },
    { random: 1, waits: [250, 450, 850, 1050, 1050] },
  ])('grow up to the longest, by chance: $random', async ({ random, waits }) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    await persist(failing(5), persistence({ waits: { firstMs: 100, longestMs: 1000 } }));
    expect(sleeps).toEqual(waits);
  });

  it('reach half a minute when nothing else is said, and not more', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    await persist(failing(12), persistence());
    expect(sleeps).toHaveLength(12);
    expect(sleeps[0]).toBe(1250);
    expect(sleeps[1]).toBe(2250);
    expect(sleeps.slice(-2)).toEqual([30_250, 30_250]);
  });

  it('are drawn anew each time', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(1).mockReturnValueOnce(0);
    await persist(failing(3), persistence({ waits: { firstMs: 100, longestMs: 1000 } }));
    expect(sleeps).toEqual([50, 450, 50]);
  });
});

it('tells why it waits, when it tries again, and when it goes on', async () => {
  const heard: (Waiting | null)[] = [];
  let brought = 0;
  const options = persistence({
    onWaiting: (waiting) => heard.push(waiting),
    ensure: () => Promise.resolve(void brought++),
  });
  expect(await persist(failing(2), options)).toBe(3);
  expect(brought).toBe(2);
  expect(heard.map((waiting) => waiting?.attempts)).toEqual([1, 2, undefined]);
  expect(heard[0]).toMatchObject({
    reason: 'database',
    message: expect.stringContaining('nowhere') as string,
  });
  expect(heard.at(-1)).toBeNull();
});

it('waits for nothing that waiting does not mend', async () => {
  const denied = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });
  await expect(persist(() => Promise.reject(denied), persistence())).rejects.toBe(denied);
  expect(sleeps).toEqual([]);
});

it('gives up what fails for an unknown reason after some tries', async () => {
  let tries = 0;
  const failed = new AppError('database-failed', 'It failed.');
  const step = (): Promise<never> => {
    tries++;
    return Promise.reject(failed);
  };
  await expect(persist(step, persistence())).rejects.toBe(failed);
  expect(tries).toBe(6);
  expect(sleeps).toHaveLength(5);
});

it('ends with the last error when the run is stopped while it waits', async () => {
  const stop = new AbortController();
  const step = vi.fn(failing(9));
  const options = persistence({ signal: stop.signal, onWaiting: () => stop.abort() });
  await expect(persist(step, options)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(step).toHaveBeenCalledTimes(1);
});

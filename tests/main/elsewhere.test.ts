import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunStatus } from '../../src/engine/run-lock.ts';
import { createElsewhere } from '../../src/main/elsewhere.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const other: RunStatus = { runId: 'cli', pid: 4182, progress: null };

function setUp() {
  const held = { status: null as RunStatus | null, isOwn: false, isSilent: false, reads: 0 };
  const looks: (RunStatus | null)[] = [];
  const gone: string[] = [];
  const elsewhere = createElsewhere({
    read: () => {
      held.reads += 1;
      return held.isSilent ? new Promise(() => undefined) : Promise.resolve(held.status);
    },
    isOwn: () => held.isOwn,
    onLook: (status) => looks.push(status),
    onGone: () => gone.push('gone'),
    everyMs: 2000,
    log: memoryLog(),
  });
  return { elsewhere, held, looks, gone };
}

describe('createElsewhere', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('looks every two seconds, and says once when the run is over', async () => {
    const { elsewhere, held, looks, gone } = setUp();
    elsewhere.begin();
    await vi.advanceTimersByTimeAsync(1);
    held.status = other;
    await vi.advanceTimersByTimeAsync(4000);
    expect(looks).toEqual([null, other, other]);
    held.status = null;
    await vi.advanceTimersByTimeAsync(4000);
    expect(gone).toEqual(['gone']);
    elsewhere.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(held.reads).toBe(5);
  });

  it('does not ask while a run of our own holds the lock', async () => {
    const { elsewhere, held, looks } = setUp();
    held.isOwn = true;
    held.status = { ...other, pid: 1 };
    elsewhere.begin();
    await vi.advanceTimersByTimeAsync(6000);
    expect(await elsewhere.look()).toBeNull();
    expect([held.reads, looks]).toEqual([0, []]);
    elsewhere.end();
  });

  it('keeps what it saw of a process that does not answer', async () => {
    const { elsewhere, held, looks, gone } = setUp();
    held.status = other;
    await elsewhere.look();
    held.isSilent = true;
    const asked = elsewhere.look();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await asked).toEqual(other);
    expect(looks).toEqual([other, other]);
    expect(gone).toEqual([]);
  });
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProgressMeter } from '../../src/engine/progress.ts';

const megabyte = 1_000_000;
const paused = { reason: 'paused', message: '', since: '', retryAt: null, attempts: 0 } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function importing(): { meter: ProgressMeter; work: (seconds: number) => void } {
  const meter = new ProgressMeter(
    () => {},
    () => Promise.resolve(0),
  );
  meter.bytesTotal = 1000 * megabyte;
  meter.enter('importing');
  const work = (seconds: number): void => {
    for (let step = 0; step < seconds * 10; step++) {
      vi.advanceTimersByTime(100);
      meter.bytesDone += megabyte;
      meter.changed();
    }
  };
  return { meter, work };
}

it('stands while the run is paused, and goes on as before', () => {
  const { meter, work } = importing();
  work(5);
  const before = meter.snapshot();
  meter.wait(paused);
  vi.advanceTimersByTime(30_000);
  expect(meter.snapshot().elapsedMs).toBe(before.elapsedMs);
  meter.wait(null);
  work(1);
  const after = meter.snapshot();
  expect(after.elapsedMs).toBe(before.elapsedMs + 1000);
  expect(after.rates.bytes).toBeCloseTo(before.rates.bytes, -6);
  expect(after.remainingSeconds).toBeLessThan(before.remainingSeconds ?? 0);
});

it('has no rate from the time it waited for the database', () => {
  const { meter, work } = importing();
  work(5);
  meter.wait({ ...paused, reason: 'database' });
  vi.advanceTimersByTime(30_000);
  meter.changed();
  meter.wait(null);
  expect(meter.snapshot().remainingSeconds).toBeNull();
  work(2);
  expect(meter.snapshot().rates.bytes).toBeCloseTo(10 * megabyte, -6);
  expect(meter.snapshot().elapsedMs).toBe(37_000);
});

import { emptyProgress } from '../../src/shared/empty-run.ts';
import { array, assert, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { follow, noTrace } from '../../src/renderer/run-trace.ts';
import type { Progress, RunState } from '../../src/shared/run.ts';
import { reportOf } from './fake-runs.ts';

const running = (progress: Partial<Progress>, runId = 'r'): RunState => ({
  status: 'running',
  runId,
  progress: { ...emptyProgress, phase: 'importing', ...progress },
});

test('the bar never goes back, whatever is announced', () => {
  const counts = record({ bytesTotal: nat(1e9), bytesDone: nat(1e9), elapsedMs: nat(1e6) });
  assert(
    property(array(counts, { maxLength: 60 }), (announcements) => {
      let trace = noTrace;
      for (const progress of announcements) {
        const next = follow(trace, running(progress));
        expect(next.share).toBeGreaterThanOrEqual(trace.share);
        expect(next.share).toBeLessThan(1);
        trace = next;
      }
    }),
  );
});

test('it stands at 0 while files are still being found', () => {
  const trace = follow(noTrace, running({ phase: 'discovering', bytesTotal: 10, bytesDone: 5 }));
  expect(trace.share).toBe(0);
});

test('it reaches 100 with the receipt, not with the last byte', () => {
  const done = { ...emptyProgress, phase: 'finishing', bytesTotal: 10, bytesDone: 10 } as const;
  const before = follow(noTrace, { status: 'running', runId: 'r', progress: done });
  expect(before.share).toBeLessThan(1);
  const report = reportOf(done, { runId: 'r', status: 'completed', startedAt: '', finishedAt: '' });
  expect(follow(before, { status: 'completed', report }).share).toBe(1);
});

test('a cancelled run keeps the bar where it was', () => {
  const before = follow(noTrace, running({ bytesTotal: 10, bytesDone: 4 }));
  const report = reportOf(emptyProgress, { runId: 'r', status: 'cancelled', startedAt: '', finishedAt: '' });
  expect(follow(before, { status: 'cancelled', report }).share).toBe(0.4);
});

test('another run starts anew', () => {
  const before = follow(noTrace, running({ bytesTotal: 10, bytesDone: 9, elapsedMs: 900 }));
  const after = follow(before, running({ bytesTotal: 10, bytesDone: 1 }, 'other'));
  expect(after.share).toBe(0.1);
  expect(after.samples).toHaveLength(1);
});

test('a run of hours keeps a bounded number of samples over its whole time', () => {
  let trace = noTrace;
  for (let elapsedMs = 0; elapsedMs < 4 * 3_600_000; elapsedMs += 1000) {
    trace = follow(trace, running({ elapsedMs, rates: { bytes: 1, records: 1, tokens: 1 } }));
  }
  expect(trace.samples.length).toBeLessThanOrEqual(240);
  expect(trace.samples[0]?.elapsedMs).toBeLessThan(3_600_000);
});

test('the samples of a long run begin where it began, and those of one seen late where it was seen', () => {
  let trace = noTrace;
  for (let elapsedMs = 500; elapsedMs < 3_600_000; elapsedMs += 500)
    trace = follow(trace, running({ elapsedMs, rates: { bytes: 1, records: 1, tokens: 1 } }));
  expect(trace.samples[0]?.elapsedMs).toBe(500);
  let late = noTrace;
  for (let elapsedMs = 7_200_000; elapsedMs < 7_203_000; elapsedMs += 500)
    late = follow(late, running({ elapsedMs }));
  expect(late.samples).toHaveLength(6);
});

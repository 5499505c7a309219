import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAfterLines } from '../../src/main/after-lines.ts';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import type { RunState } from '../../src/shared/run.ts';

function watching(lines: number): RunState {
  const watch = { files: 1, lines, lastLineAt: null, sweptAt: null, mode: 'events', notice: null } as const;
  return { status: 'running', runId: 'r', progress: { ...emptyProgress, phase: 'watching', watch } };
}

describe('createAfterLines', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says so once the import is over, a little after the first line, then from time to time, and not without lines', () => {
    let refreshes = 0;
    const after = createAfterLines({
      refresh: () => (refreshes += 1),
      firstMs: 2000,
      everyMs: 30_000,
    });
    after.onRun({ status: 'running', runId: 'r', progress: emptyProgress });
    vi.advanceTimersByTime(60_000);
    expect(refreshes).toBe(0);
    after.onRun(watching(0));
    vi.advanceTimersByTime(60_000);
    expect(refreshes).toBe(1);
    after.onRun(watching(1));
    vi.advanceTimersByTime(2000);
    expect(refreshes).toBe(2);
    for (let lines = 2; lines < 72; lines += 1) {
      after.onRun(watching(lines));
      vi.advanceTimersByTime(500);
    }
    expect(refreshes).toBe(3);
    vi.advanceTimersByTime(600_000);
    expect(refreshes).toBe(4);
    after.onRun(watching(71));
    vi.advanceTimersByTime(600_000);
    expect(refreshes).toBe(4);
  });

  it('is silent after the end of the run', () => {
    let refreshes = 0;
    const after = createAfterLines({ refresh: () => (refreshes += 1), firstMs: 2000, everyMs: 30_000 });
    after.onRun(watching(1));
    after.onRun({ status: 'idle' });
    vi.advanceTimersByTime(60_000);
    expect(refreshes).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnnounce } from '../../../src/main/ipc/announce.ts';
import type { RunState } from '../../../src/shared/run.ts';
import { emptyProgress } from '../../../src/shared/empty-run.ts';
import { FakeListener } from '../../fakes/fake-ipc.ts';

function running(filesDone: number): RunState {
  return { status: 'running', runId: 'r', progress: { ...emptyProgress, filesDone } };
}

describe('createAnnounce', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends the first at once and of the following only the latest', () => {
    const window = new FakeListener();
    const announce = createAnnounce(() => window);
    for (let done = 0; done < 50; done += 1) announce('runChanged', running(done));
    expect(window.heard).toEqual([['runChanged', running(0)]]);
    vi.advanceTimersByTime(100);
    expect(window.heard.slice(1)).toEqual([['runChanged', running(49)]]);
  });

  it('sends at most ten per second and always the last', () => {
    const window = new FakeListener();
    const announce = createAnnounce(() => window);
    for (let done = 0; done < 1000; done += 1) {
      announce('runChanged', running(done));
      vi.advanceTimersByTime(1);
    }
    announce('runChanged', { status: 'idle' });
    expect(window.heard.length).toBeGreaterThanOrEqual(10);
    expect(window.heard.length).toBeLessThanOrEqual(11);
    vi.advanceTimersByTime(1000);
    expect(window.heard.at(-1)).toEqual(['runChanged', { status: 'idle' }]);
  });

  it('sends rows and rare news at once, all of them', () => {
    const window = new FakeListener();
    const announce = createAnnounce(() => window);
    announce('filesFound', { scan: 1, files: [] });
    announce('filesFound', { scan: 2, files: [] });
    announce('databaseChanged', { status: 'starting' });
    expect(window.heard.map(([name]) => name)).toEqual(['filesFound', 'filesFound', 'databaseChanged']);
  });

  it('is silent while there is no window, also when it went away during a pause', () => {
    const window = new FakeListener();
    let current: FakeListener | null = null;
    const announce = createAnnounce(() => current);
    announce('databaseChanged', { status: 'starting' });
    current = window;
    vi.advanceTimersByTime(100);
    announce('runChanged', running(1));
    announce('runChanged', running(2));
    window.isGone = true;
    vi.advanceTimersByTime(1000);
    expect(window.heard).toEqual([['runChanged', running(1)]]);
  });
});

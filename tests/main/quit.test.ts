import { describe, expect, it, vi } from 'vitest';
import { quitCleanly, type Quitting } from '../../src/main/quit.ts';
import { memoryLog } from '../fakes/memory-log.ts';

/** Electron's `app` as far as quitting goes: `quit` asks the listeners, and ends when nobody prevents it. */
class FakeApp implements Quitting {
  #listeners: ((event: { preventDefault(): void }) => void)[] = [];
  hasEnded = false;

  on(_event: 'before-quit', listener: (event: { preventDefault(): void }) => void): void {
    this.#listeners.push(listener);
  }

  quit(): void {
    let isPrevented = false;
    for (const listener of this.#listeners) {
      listener({
        preventDefault: () => {
          isPrevented = true;
        },
      });
    }
    this.hasEnded = !isPrevented;
  }
}

describe('quitCleanly', () => {
  it('ends things in order, once, then the application', async () => {
    const app = new FakeApp();
    const ended: string[] = [];
    const end = (name: string) => ({
      name,
      patienceMs: 1000,
      end: () => {
        ended.push(name);
        return Promise.resolve();
      },
    });
    quitCleanly(app, [end('run'), end('database')], memoryLog());
    app.quit();
    app.quit();
    expect(app.hasEnded).toBe(false);
    await vi.waitFor(() => expect(app.hasEnded).toBe(true), { timeout: 20_000 });
    expect(ended).toEqual(['run', 'database']);
  });

  it('ends also when a step hangs or fails', async () => {
    const app = new FakeApp();
    const log = memoryLog();
    const steps = [
      { name: 'hangs', patienceMs: 20, end: () => new Promise(() => undefined) },
      { name: 'fails', patienceMs: 20, end: () => Promise.reject(new Error('no')) },
    ];
    quitCleanly(app, steps, log);
    app.quit();
    await vi.waitFor(() => expect(app.hasEnded).toBe(true), { timeout: 20_000 });
    expect(log.said.map(({ level, fields }) => [level, fields['name']])).toEqual([
      ['warn', 'hangs'],
      ['error', 'fails'],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../../src/engine/run-lock.ts';
import { createRunStarter } from '../../src/main/run-starter.ts';
import { runOptions, type RunOptions } from '../../src/shared/run.ts';
import { settings } from '../../src/shared/settings.ts';

function setUp({ sync = false, other = null as RunStatus | null, isVerifying = false } = {}) {
  const started: RunOptions[] = [];
  const start = createRunStarter({
    settings: () => settings.parse({ sync }),
    roots: { present: () => Promise.resolve(['/history']) },
    run: {
      start: (options) => {
        started.push(options);
        return { status: 'idle' };
      },
    },
    elsewhere: { look: () => Promise.resolve(other) },
    isVerifying: () => isVerifying,
  });
  return { start, started };
}

describe('createRunStarter', () => {
  it('takes the folders that the window shows, unless the run names its own', async () => {
    const { start, started } = setUp();
    await start(runOptions.parse({}));
    await start(runOptions.parse({ sources: ['/other'] }));
    await start(runOptions.parse({ manifest: '/m.json' }));
    expect(started.map(({ sources }) => sources)).toEqual([['/history'], ['/other'], []]);
  });

  it('has every run watch while the setting is on, except a dry run', async () => {
    const { start, started } = setUp({ sync: true });
    await start(runOptions.parse({}));
    await start(runOptions.parse({ dryRun: true }));
    expect(started.map(({ watch }) => watch)).toEqual([true, false]);
  });

  it('has none watch while it is off, also not one that did so before', async () => {
    const { start, started } = setUp();
    await start(runOptions.parse({ watch: true }));
    expect(started.map(({ watch }) => watch)).toEqual([false]);
  });

  it('says which process migrates instead, and starts nothing', async () => {
    const { start, started } = setUp({ other: { runId: 'cli', pid: 4182, progress: null } });
    await expect(start(runOptions.parse({}))).rejects.toMatchObject({
      code: 'run-in-progress',
      message: expect.stringContaining('4182') as string,
    });
    expect(started).toEqual([]);
  });

  it('refuses while a verification needs the data to stand still', async () => {
    const { start, started } = setUp({ isVerifying: true });
    await expect(start(runOptions.parse({}))).rejects.toMatchObject({
      code: 'run-in-progress',
      message: expect.stringContaining('A verification is running') as string,
    });
    expect(started).toEqual([]);
  });
});

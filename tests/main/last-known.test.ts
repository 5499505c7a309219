import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { reportWithout } from '../../src/main/report-without.ts';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import { createLastKnown, lastKnownName } from '../../src/main/last-known.ts';
import type { DatabaseState, LastKnown } from '../../src/shared/contract.ts';
import type { RunReport, RunState } from '../../src/shared/run.ts';
import { memoryLog } from '../fakes/memory-log.ts';
import { tempFolder } from '../fixtures/temp-folder.ts';

type Ready = Extract<DatabaseState, { status: 'ready' }>;

/** electron-store is conf with the paths of Electron; so conf, with paths of its own, is the real thing here. */
function open(directory: string, everyMs = 0) {
  const base: { -readonly [Key in keyof Ready]: Ready[Key] } = {
    status: 'ready',
    kind: 'embedded',
    version: '26.7.3.1',
    place: '/data/clickhouse',
    diskBytes: 10,
    lines: 0,
    files: 3,
    fileBytes: 900,
  };
  const announced: (LastKnown | null)[] = [];
  const store = createLastKnown({
    open: () =>
      new Conf({
        cwd: directory,
        configName: lastKnownName,
        projectName: 'test',
        clearInvalidConfig: true,
      }),
    measure: () => Promise.resolve({ ...base }),
    onChange: (known) => announced.push(known),
    everyMs,
    log: memoryLog(),
  });
  return { store, base, announced };
}

function active(status: 'running' | 'paused', records: number, runId = 'r1'): RunState {
  return { status, runId, progress: { ...emptyProgress, phase: 'importing', records } };
}

function over(status: RunReport['status'], dryRun = false): RunState {
  const report = reportWithout({ runId: 'r1', startedAt: new Date(), dryRun, failure: null });
  return { status, report: { ...report, status } };
}

describe('createLastKnown', () => {
  it('knows nothing at first, and after a run what the database held, also in the next start', async () => {
    const directory = await tempFolder();
    const { store, base, announced } = open(directory);
    expect(store.current()).toBeNull();
    store.onRun(active('running', 0));
    base.lines = 120;
    store.onRun(over('completed'));
    await store.end();
    expect(store.current()).toMatchObject({
      destination: '/data/clickhouse',
      runId: 'r1',
      status: 'completed',
      files: 3,
      lines: 120,
      bytes: 900,
    });
    expect(announced.at(-1)).toEqual(store.current());
    expect(open(directory).store.current()).toEqual(store.current());
    expect((await readFile(join(directory, 'checkpoints.json'))).length).toBeLessThan(400);
  });

  it('writes at a pause, and while a run goes on not more often than it should', async () => {
    const { store, base, announced } = open(await tempFolder(), 3_600_000);
    for (const records of [1, 2, 3]) {
      base.lines = records;
      store.onRun(active('running', records));
    }
    base.lines = 40;
    store.onRun(active('paused', 40));
    store.onRun(active('paused', 41));
    await store.end();
    expect(announced.map((known) => known?.status)).toEqual(['running', 'paused', 'paused']);
    expect(store.current()).toMatchObject({ status: 'paused', lines: 40 });
  });

  it('keeps what was there once until a run has read everything again', async () => {
    const directory = await tempFolder();
    const before = open(directory);
    before.base.lines = 500;
    before.store.onRun(over('completed'));
    await before.store.end();

    const after = open(directory);
    after.base.lines = 20;
    after.store.onRun(active('running', 20));
    after.store.onRun(over('cancelled'));
    await after.store.end();
    expect(after.store.current()).toMatchObject({ lines: 500 });
    after.base.lines = 80;
    after.store.onRun(over('completed'));
    await after.store.end();
    expect(after.store.current()).toMatchObject({ lines: 80, status: 'completed' });
  });

  it('leaves no trace of a dry run', async () => {
    const { store, announced } = open(await tempFolder());
    store.onRun(over('completed', true));
    await store.end();
    expect(announced).toEqual([]);
  });

  it.each([
    ['cut off', '{"destination": "/data'],
    ['of another shape', '{"destination": 7, "lines": "many"}'],
    ['empty', ''],
  ])('ignores a file that is %s, and writes it anew', async (_name, text) => {
    const directory = await tempFolder();
    await writeFile(join(directory, 'checkpoints.json'), text);
    const { store, base } = open(directory);
    expect(store.current()).toBeNull();
    base.lines = 7;
    store.onRun(over('completed'));
    await store.end();
    expect(open(directory).store.current()).toMatchObject({ lines: 7 });
  });

  it('does without a file that can’t be opened', async () => {
    const log = memoryLog();
    const store = createLastKnown({
      open: () => {
        throw new Error('EACCES');
      },
      measure: () => Promise.resolve({ status: 'starting' }),
      onChange: () => undefined,
      everyMs: 0,
      log,
    });
    store.onRun(over('completed'));
    await store.end();
    expect(store.current()).toBeNull();
    expect(log.said.map(({ level }) => level)).toEqual(['warn']);
  });
});

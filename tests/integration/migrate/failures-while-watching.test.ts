import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../../src/engine/migrate.ts';
import { RunControl } from '../../../src/engine/run-control.ts';
import { runOptions, type Progress, type RunReport } from '../../../src/shared/run.ts';
import { until } from '../embedded/start-server.ts';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
let number = 0;
let folder = '';

beforeEach(async () => {
  folder = join(workspace.sources, '..', `watched-${++number}`);
  await mkdir(join(folder, '-p'), { recursive: true });
  await writeFile(pathOf('0'), line('first'));
});

const pathOf = (name: string): string => join(folder, '-p', `${name}.jsonl`);
const line = (uuid: string): string => `${JSON.stringify({ type: 'user', uuid })}\n`;

interface Watching {
  readonly control: RunControl;
  readonly progress: () => Progress | null;
  readonly stop: () => Promise<RunReport>;
}

async function watch(): Promise<Watching> {
  const control = new RunControl();
  const stopping = new AbortController();
  let progress: Progress | null = null;
  const options = runOptions.parse({ sources: [folder], watch: true });
  const report = migrate(workspace.engine, options, {
    signal: stopping.signal,
    control,
    onProgress: (snapshot) => (progress = snapshot),
  });
  const stop = (): Promise<RunReport> => {
    control.continue();
    stopping.abort();
    return report;
  };
  onTestFinished(async () => void (await stop()));
  await until(() => typeof progress?.watch?.sweptAt === 'string');
  return { control, progress: () => progress, stop };
}

/** Resolves when so many lines have come in and the run is in step again: one stopped before is cancelled. */
async function untilLines({ progress }: Watching, count: number): Promise<void> {
  await until(() => progress()?.watch?.lines === count);
}

/** Changes a file between being found and being read: a run that is held has measured it and not opened it. */
async function whileFound(
  { control, progress }: Watching,
  write: () => Promise<void>,
  change: () => Promise<void>,
) {
  control.pause();
  await write();
  await until(() => progress()?.waiting?.reason === 'paused');
  await change();
  control.continue();
  await writeFile(pathOf('next'), line('next'));
}

describe('a file that failed while a run watched', () => {
  it.each([
    ['was renamed', (path: string) => rename(path, pathOf('b')), 1],
    ['was deleted', (path: string) => rm(path), 0],
    [
      'was replaced',
      async (path: string) => {
        await writeFile(`${path}.new`, line('other'));
        await rename(`${path}.new`, path);
      },
      1,
    ],
  ])('does not count at the end when it %s', async (_, change, linesThere) => {
    const watching = await watch();
    await whileFound(
      watching,
      () => writeFile(pathOf('a'), line('a')),
      () => change(pathOf('a')),
    );
    await untilLines(watching, 1 + linesThere);
    const { status, receipt, problems } = await watching.stop();
    expect({ status, failed: receipt.filesFailed }).toEqual({ status: 'completed', failed: 0 });
    expect(receipt.files).toBe(2 + linesThere);
    expect(problems).toEqual([expect.objectContaining({ file: '-p/a.jsonl' })]);
  });

  it('does not count when it is another name of a file that was read, and is counted while it can not be', async () => {
    await symlink(pathOf('late'), pathOf('z'));
    await symlink('/nowhere/at/all.jsonl', pathOf('nowhere'));
    const watching = await watch();
    expect(watching.progress()?.filesFailed).toBe(2);
    await writeFile(pathOf('late'), line('late'));
    await untilLines(watching, 1);
    const { status, receipt, problems } = await watching.stop();
    expect({ status, failed: receipt.filesFailed }).toEqual({ status: 'completed', failed: 1 });
    expect(problems).toHaveLength(2);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, open, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunStatus } from '../../src/engine/run-lock.ts';
import { until } from '../integration/embedded/start-server.ts';
import { cliFile } from '../integration/migrate/workspace.ts';
import { isLong } from './extent.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';
import { runProcess } from './run-process.ts';
import type { StartedRun } from './started-run.ts';

const server = await makeProxyScene();
let number = 0;
let scene: ProxyScene;

afterEach(() => scene.proxy.up());
beforeEach(async () => {
  scene = await siblingScene(server, `machine_${++number}`);
});

async function countLines(): Promise<number> {
  const [row] = await scene.query<{ lines: number }>('SELECT count() AS lines FROM lines');
  return row?.lines ?? -1;
}

async function startWatching(): Promise<StartedRun> {
  const run = scene.start({ watch: true });
  await run.whenProgress(({ phase }) => phase === 'watching');
  return run;
}

/** Writes so many lines to each of so many files, round by round: more events than the system keeps. */
const flood = (folder: string, files: number, rounds: number): string => `
  import { appendFileSync } from 'node:fs';
  for (let round = 0; round < ${rounds}; round++)
    for (let file = 0; file < ${files}; file++)
      appendFileSync(${JSON.stringify(folder)} + '/' + file + '.jsonl', JSON.stringify({ type: 'user', uuid: file + '-' + round }) + '\\n');`;

describe('watching', () => {
  it('23 more changes than the system can tell of while the event loop is blocked: all are found', async () => {
    const [files, rounds] = isLong ? [20_000, 2] : [1000, 20];
    const run = await startWatching();
    const script = flood(join(scene.sources, '-p'), files, rounds);
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const written = once(writer, 'exit');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    expect((await written)[0]).toBe(0);
    await until(async () => (await countLines()) >= files * rounds);
    run.abort();
    await run.report;
    await expectExact(scene);
  });

  it('24 a writer that holds its file open for hours: what it writes comes in all the same', async () => {
    const run = await startWatching();
    const file = await open(join(scene.sources, '-p', 'open.jsonl'), 'a');
    const lines = new MadeUpSession(1).lines(5);
    for (const [index, line] of lines.entries()) {
      await file.write(`${line}\n`);
      await until(async () => (await countLines()) > index);
    }
    await file.close();
    run.abort();
    await run.report;
    await expectExact(scene);
  });

  it('06 the server goes away while watching: what is written meanwhile comes in when it is back', async () => {
    const run = await startWatching();
    await scene.proxy.down();
    await appendFile(join(scene.sources, '-p', 'a.jsonl'), new MadeUpSession(2).text(20));
    await run.whenProgress(({ waiting }) => waiting?.reason === 'database');
    await scene.proxy.up();
    await until(async () => (await countLines()) === 20);
    run.abort();
    await run.report;
    await expectExact(scene);
  });

  it.skipIf(process.platform !== 'linux')(
    '25 watch limit reached: the run looks from time to time instead, says so, and misses nothing',
    async () => {
      const file = join(scene.sources, '-p', 'a.jsonl');
      for (let folder = 0; folder < 20; folder++) await mkdir(join(scene.sources, `-p${folder}`));
      await writeFile(file, new MadeUpSession(3).text(5));
      // A limit of its own, in a user namespace: the machine's is left alone.
      const limit = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"';
      const child = spawn(
        'unshare',
        [
          '--user',
          '--map-root-user',
          'sh',
          '-c',
          limit,
          'sh',
          process.execPath,
          cliFile,
          ...scene.cliArgs('--watch'),
        ],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      const ended = once(child, 'exit');
      await until(async () => {
        if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}`);
        return (await readRunStatus(scene.dataDir))?.progress?.watch?.mode === 'polling';
      });
      expect((await readRunStatus(scene.dataDir))?.progress?.watch?.notice).toMatch(/\w+ \w+/);
      await appendFile(file, new MadeUpSession(4).text(5));
      await writeFile(join(scene.sources, '-p19', 'b.jsonl'), new MadeUpSession(5).text(5));
      await until(async () => (await countLines()) === 15);
      child.kill('SIGINT');
      await ended;
      await expectExact(scene);
    },
  );
});

describe('files and folders that can not be read', () => {
  /** Root reads everything: only without that capability a folder without rights is closed to it. */
  const asOrdinary =
    process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];

  it.skipIf(process.platform !== 'linux')(
    '25 a folder and a file without permission: reported, the others go on, and come in later',
    async () => {
      const closed = join(scene.sources, '-closed');
      await mkdir(closed);
      await writeFile(join(closed, 'a.jsonl'), new MadeUpSession(6).text(5));
      const unreadable = join(scene.sources, '-p', 'unreadable.jsonl');
      await writeFile(unreadable, new MadeUpSession(7).text(5));
      await writeFile(join(scene.sources, '-p', 'readable.jsonl'), new MadeUpSession(8).text(5));
      await chmod(closed, 0o000);
      await chmod(unreadable, 0o000);
      // Its exit code is 1: there are files that could not be read.
      const { stdout } = await runProcess([...asOrdinary, process.execPath, cliFile, ...scene.cliArgs()])
        .result;
      await chmod(closed, 0o755);
      await chmod(unreadable, 0o644);
      const report = JSON.parse(stdout) as {
        status: string;
        receipt: { imported: { lines: number } };
        problems: object[];
      };
      expect(report.status).toBe('completed');
      expect(report.receipt.imported.lines).toBe(5);
      expect(report.problems).toHaveLength(2);
      expect((await scene.migrate()).receipt.imported.lines).toBe(10);
      await expectExact(scene);
    },
  );

  it('25 a source that is not there for a while: a failure in words, and nothing is taken for vanished', async () => {
    await writeFile(join(scene.sources, '-p', 'a.jsonl'), new MadeUpSession(10).text(20));
    await scene.migrate();
    const away = `${scene.sources}-unplugged`;
    await rename(scene.sources, away);
    await expect(scene.migrate()).rejects.toMatchObject({ code: 'source-missing' });
    await mkdir(join(scene.folder, 'second'));
    const both = scene.start({ sources: [scene.sources, join(scene.folder, 'second')] });
    await both.report.catch(() => undefined);
    expect(await scene.query('SELECT count() AS n FROM files WHERE vanished_at IS NOT NULL')).toEqual([
      { n: 0 },
    ]);
    await rename(away, scene.sources);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
    await expectExact(scene);
  });

  it('25 links that lead nowhere and files that vanish while they are read: the others go on', async () => {
    await symlink('/nowhere/at/all.jsonl', join(scene.sources, '-p', 'gone.jsonl'));
    await symlink('/nowhere/at/all', join(scene.sources, '-nowhere'));
    await writeFile(join(scene.sources, '-p', 'a.jsonl'), new MadeUpSession(9).text(20));
    const { status, problems, receipt } = await scene.migrate();
    expect({ status, lines: receipt.imported.lines }).toEqual({ status: 'completed', lines: 20 });
    expect(problems.length).toBeGreaterThan(0);
  });
});

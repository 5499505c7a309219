import { readdirSync, statSync } from 'node:fs';
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../integration/cli/run-cli.ts';
import { some } from './extent.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeEmbeddedScene, makeProxyScene, siblingScene, type Scene } from './scene.ts';
import { canMount, mountSmallDisk } from './small-disk.ts';
import { startRun } from './started-run.ts';

/** What we keep on the disk beside the database: caches, settings, nothing that can't be lost. */
function localFiles(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(clickhouse|logs)($|\/)/.test(name))
    .map((name) => join(dataDir, name))
    .filter((path) => statSync(path).isFile());
}

async function growBy(scene: Scene, lines: number, seed: number): Promise<void> {
  await appendFile(join(scene.sources, '-p', 'a.jsonl'), new MadeUpSession(seed).text(lines));
}

const damages: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['cut in half', async (path: string) => truncate(path, Math.floor(statSync(path).size / 2))],
  ['empty', async (path: string) => truncate(path)],
  ['full of NUL bytes', async (path: string) => writeFile(path, Buffer.alloc(statSync(path).size))],
  [
    'without its end, with a new one half written beside it',
    async (path: string) => {
      const bytes = await readFile(path);
      await writeFile(`${path}.tmp`, bytes.subarray(0, bytes.length / 3));
      await writeFile(path, bytes.subarray(0, -1));
    },
  ],
  ['gone', async (path: string) => rm(path)],
];

describe('what a power loss leaves of our own files', () => {
  it.each(some(3, damages))('02 power loss, local files %s: they cost nothing', async (_, damage) => {
    const scene = await makeEmbeddedScene();
    await growBy(scene, 50, 1);
    expect((await runCli(...scene.cliArgs())).code).toBe(0);
    for (const path of localFiles(scene.dataDir)) await damage(path);
    await growBy(scene, 20, 2);
    const { code, stdout } = await runCli(...scene.cliArgs());
    expect(code).toBe(0);
    const { receipt } = JSON.parse(stdout) as { receipt: { imported: { lines: number } } };
    expect(receipt.imported.lines).toBe(20);
    await expectExact(scene);
  });
});

const lose = (part: string): Promise<void> => rm(part, { recursive: true });

async function tear(part: string): Promise<void> {
  for (const name of readdirSync(part))
    await truncate(join(part, name), statSync(join(part, name)).size >> 1);
}

const lostParts = [
  ['lines', 'gone', lose],
  ['file_states', 'torn', tear],
  ['response_evidence', 'gone', lose],
  ['runs_log', 'gone', lose],
  ['lines', 'torn', tear],
  ['file_states', 'gone', lose],
] as const;

describe('what a power loss leaves of the database', () => {
  it.each(some(3, lostParts))(
    '02 power loss, the last part of %s is %s: the next run brings it back from the files',
    async (table, __, damage) => {
      const scene = await makeEmbeddedScene();
      for (const seed of [1, 2, 3]) {
        await growBy(scene, 30, seed);
        await scene.migrate();
      }
      const [part] = await scene.query<{ path: string }>(
        `SELECT path FROM system.parts WHERE database = currentDatabase() AND table = '${table}' AND active
       ORDER BY modification_time DESC, max_block_number DESC LIMIT 1`,
      );
      await scene.database.stop();
      await damage(part?.path ?? '');
      await scene.database.start();
      await growBy(scene, 10, 4);
      expect(await scene.migrate()).toMatchObject({ status: 'completed' });
      await expectExact(scene);
      expect((await scene.migrate()).receipt.imported.lines).toBe(0);
    },
  );
});

describe.skipIf(!canMount)('a disk that is full', () => {
  it('13 disk full while importing: the run waits, and goes on when there is space again', async () => {
    const disk = mountSmallDisk('128m');
    const scene = await makeEmbeddedScene(join(disk.folder, 'data'));
    await growBy(scene, 3000, 1);
    const run = scene.start({ batchRows: 20 });
    await run.whenProgress(({ records }) => records > 0);
    disk.fill(2 * 1024 * 1024);
    const { waiting } = await run.whenProgress((progress) => progress.waiting !== null);
    expect(waiting?.message).toMatch(/disk|space/i);
    disk.free();
    expect(await run.report).toMatchObject({ status: 'completed' });
    await expectExact(scene);
  });

  it('13 disk full from the start: a failure in words, and all is well once there is space', async () => {
    const disk = mountSmallDisk('128m');
    disk.fill(64 * 1024);
    const [dataDir, history] = [join(disk.folder, 'data'), await makeProxyScene()];
    await growBy(history, 20, 1);
    const args = ['migrate', '--source', history.sources, '--data-dir', dataDir];
    const { code, stderr } = await runCli(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/full|space/i);
    disk.free();
    expect((await runCli(...args)).code).toBe(0);
    const count = await runCli('sql', 'SELECT count() FROM lines', '--data-dir', dataDir);
    expect(count.stdout).toBe('20\n');
  });

  it('13 no byte left for our own files, the database elsewhere: nothing is lost and nothing torn', async () => {
    const disk = mountSmallDisk('2m');
    const scene = await siblingScene(await makeProxyScene(), 'elsewhere');
    const engine = { ...scene.engine, dataDir: disk.folder };
    const start = () => startRun(engine, { sources: [scene.sources] });
    await growBy(scene, 50, 1);
    expect(await start().report).toMatchObject({ status: 'completed' });
    disk.fill(0);
    await growBy(scene, 50, 2);
    const run = start();
    // To go on without its own files is as good as to wait for space.
    await Promise.race([run.report, run.whenProgress((progress) => progress.waiting !== null)]);
    disk.free();
    expect(await run.report).toMatchObject({ status: 'completed' });
    await expectExact(scene);
    await growBy(scene, 10, 3);
    expect((await start().report).receipt.imported.lines).toBe(10);
    await expectExact(scene);
  });
});

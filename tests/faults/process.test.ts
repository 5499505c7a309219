import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/migrate.ts';
import { runCli, startCli } from '../integration/cli/run-cli.ts';
import { until } from '../integration/embedded/start-server.ts';
import { engineFiles } from '../integration/migrate/workspace.ts';
import { isLong } from './extent.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';
import { startRun } from './started-run.ts';

const server = await makeProxyScene();
const { proxy } = server;
let number = 0;

afterEach(() => proxy.clear());

/** A scene with files of a hundred lines each. */
async function sceneWith(files: number): Promise<ProxyScene> {
  const scene = await siblingScene(server, `process_${++number}`);
  for (let file = 0; file < files; file++) {
    await writeFile(join(scene.sources, '-p', `${file}.jsonl`), new MadeUpSession(file).text(100));
  }
  return scene;
}

async function countLines(scene: ProxyScene): Promise<number> {
  const [row] = await scene.query<{ lines: number }>('SELECT count() AS lines FROM lines');
  return row?.lines ?? -1;
}

describe('Stop', () => {
  it('26 stop before the first insert: nothing is sent, and the next run does all of it', async () => {
    const scene = await sceneWith(2);
    const before = proxy.count('lines');
    const run = scene.start();
    run.abort();
    expect(await run.report).toMatchObject({ status: 'cancelled', receipt: { imported: { lines: 0 } } });
    expect(proxy.count('lines')).toBe(before);
    await scene.migrate();
    await expectExact(scene);
  });

  it.each([
    ['during an insert', 'lines'],
    ['right after an insert', 'file_states'],
  ])('26 stop %s: the receipt tells what is there, and the next run goes on', async (_, table) => {
    const scene = await sceneWith(3);
    const run = scene.start({ batchRows: 20 });
    const onHit = (): void => run.abort();
    proxy.inject({ when: { table }, skip: 2, fault: { is: 'delay', ms: 100 }, onHit });
    const { status, receipt } = await run.report;
    expect(status).toBe('cancelled');
    expect(receipt.imported.lines).toBeGreaterThan(0);
    expect(receipt.imported.lines).toBe(await countLines(scene));
    expect(receipt.imported.lines).toBeLessThan(300);
    const { receipt: rest } = await scene.migrate();
    expect(rest.imported.lines).toBe(300 - receipt.imported.lines);
    await expectExact(scene);
  });

  it('26 a second Ctrl-C while an insert is not answered: the run ends at once, with 130', async () => {
    const scene = await sceneWith(1);
    const rule = proxy.inject({ when: { table: 'lines' }, fault: { is: 'silence', committed: true } });
    const { process: child, result } = startCli(scene.cliArgs());
    let text = '';
    child.stderr?.on('data', (chunk) => (text += String(chunk)));
    await until(() => rule.hits === 1);
    child.kill('SIGINT');
    await until(() => text.includes('Ctrl-C'));
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
    expect((await runCli(...scene.cliArgs())).code).toBe(0);
    await expectExact(scene);
  });

  if (isLong) {
    it('26 Ctrl-C while an insert is never answered: the run gives it up and ends with 130', async () => {
      const scene = await sceneWith(1);
      const rule = proxy.inject({ when: { table: 'lines' }, fault: { is: 'silence', committed: true } });
      const { process: child, result } = startCli(scene.cliArgs());
      await until(() => rule.hits === 1);
      child.kill('SIGINT');
      expect((await result).code).toBe(130);
      expect((await runCli(...scene.cliArgs())).code).toBe(0);
      await expectExact(scene);
    });
  }
});

/** The built worker, with something in front of each task. */
async function workerWith(scene: ProxyScene, beforeTask: string): Promise<Engine> {
  const extractWorker = join(scene.folder, 'worker.mjs');
  await writeFile(
    extractWorker,
    `import { existsSync, writeFileSync } from 'node:fs';
     import { extract as original } from ${JSON.stringify(pathToFileURL(engineFiles.extractWorker).href)};
     const isFirst = (flag) => !existsSync(flag) && (writeFileSync(flag, ''), true);
     export function extract(task) { ${beforeTask}; return original(task); }`,
  );
  return { ...scene.engine, files: { ...engineFiles, extractWorker } };
}

describe('a worker thread that dies', () => {
  it('27 worker crash: its task is done again by another one', async () => {
    const scene = await sceneWith(3);
    const flag = JSON.stringify(join(scene.folder, 'crashed'));
    const engine = await workerWith(scene, `if (isFirst(${flag})) process.exit(7)`);
    const { status, problems } = await startRun(engine, { sources: [scene.sources] }).report;
    expect({ status, problems }).toEqual({ status: 'completed', problems: [] });
    await expectExact(scene);
  });

  it('27 worker crash: a file that crashes every worker is named, and the others are imported', async () => {
    const scene = await sceneWith(3);
    const engine = await workerWith(
      scene,
      `if (task.segments.some(({ file }) => file === '-p/1.jsonl')) process.exit(7)`,
    );
    const { status, problems, receipt } = await startRun(engine, { sources: [scene.sources] }).report;
    expect(status).toBe('completed');
    expect(problems).toEqual([expect.objectContaining({ file: '-p/1.jsonl', offset: null })]);
    expect(receipt).toMatchObject({ filesFailed: 1, imported: { lines: 200 } });
    expect(await scene.migrate()).toMatchObject({ receipt: { filesFailed: 0, imported: { lines: 100 } } });
    await expectExact(scene);
  });

  if (isLong) {
    it('27 worker out of memory: its task is done again by another one', async () => {
      const scene = await sceneWith(3);
      const flag = JSON.stringify(join(scene.folder, 'crashed'));
      const hog = 'const hog = []; for (;;) hog.push(Array.from({ length: 1e5 }, String))';
      const engine = await workerWith(scene, `if (isFirst(${flag})) { ${hog} }`);
      expect(await startRun(engine, { sources: [scene.sources] }).report).toMatchObject({
        status: 'completed',
      });
      await expectExact(scene);
    });
  }
});

describe('two at once', () => {
  it('28 two instances: the second one refuses and disturbs nothing', async () => {
    const scene = await sceneWith(2);
    const rule = proxy.inject({ when: { table: 'lines' }, fault: { is: 'silence', committed: true } });
    const first = startCli(scene.cliArgs());
    await until(() => rule.hits === 1);
    const second = await runCli(...scene.cliArgs());
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('Another migration is running');
    first.process.kill('SIGKILL');
    await first.result;
    expect((await runCli(...scene.cliArgs())).code).toBe(0);
    await expectExact(scene);
  });

  it('28 two data directories and one server: the second run refuses', async () => {
    const scene = await sceneWith(2);
    const rule = proxy.inject({ when: { table: 'lines' }, fault: { is: 'silence', committed: true } });
    const first = startCli(scene.cliArgs());
    await until(() => rule.hits === 1);
    const another = ['--data-dir', join(scene.folder, 'another')];
    const second = await runCli(...scene.cliArgs(...another));
    const [, , , , , , ...server] = scene.cliArgs();
    const parsing = await runCli('reparse', '--all', ...another, ...server);
    first.process.kill('SIGKILL');
    await first.result;
    expect(second.code).toBe(1);
    expect(parsing.code).toBe(1);
    expect(parsing.stderr).toContain('is running');
    expect((await runCli(...scene.cliArgs())).code).toBe(0);
    await expectExact(scene);
  });

  it('28 two machines: both import the same tree into one database at the same time, responses count once', async () => {
    const scene = await sceneWith(3);
    const other: Engine = { ...scene.engine, dataDir: join(scene.folder, 'other'), source: 'other-machine' };
    const runs = [scene.engine, other].map((engine) =>
      startRun(engine, { sources: [scene.sources], batchRows: 30 }),
    );
    for (const { report } of runs) expect(await report).toMatchObject({ status: 'completed' });
    await expectExact(scene);
    await expectExact({ ...scene, engine: other });
    expect(await countLines(scene)).toBe(600);
  });
});

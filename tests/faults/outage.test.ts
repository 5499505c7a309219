import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../src/shared/run.ts';
import { startCli } from '../integration/cli/run-cli.ts';
import { until } from '../integration/embedded/start-server.ts';
import { isLong, some } from './extent.ts';
import { MadeUpSession } from './made-up-lines.ts';
import type { Fault } from './fault-rules.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';

const exception = (code: number, text: string): Fault => ({ is: 'exception', code, text });

const server = await makeProxyScene();
const { proxy } = server;
let number = 0;
let scene: ProxyScene;

beforeEach(async () => {
  scene = await siblingScene(server, `outage_${++number}`);
  for (const file of [1, 2, 3]) {
    await writeFile(join(scene.sources, '-p', `${file}.jsonl`), new MadeUpSession(file).text(100));
  }
});
afterEach(async () => {
  proxy.clear();
  await proxy.up();
  await server.database.revive();
});

const isWaiting = ({ waiting }: Progress): boolean => waiting?.reason === 'database';

describe('a server that goes away', () => {
  it('06 server down: the run waits, says why, and goes on by itself', async () => {
    const onHit = (): Promise<void> => proxy.down();
    proxy.inject({ when: { table: 'lines' }, skip: 2, fault: { is: 'nothing' }, onHit });
    const run = scene.start({ batchRows: 20 });
    const { waiting } = await run.whenProgress(isWaiting);
    expect(waiting?.message).toMatch(/127\.0\.0\.1/);
    expect(Date.parse(waiting?.since ?? '')).toBeLessThanOrEqual(Date.now());
    await run.whenProgress(({ waiting }) => (waiting?.attempts ?? 0) >= 2);
    await proxy.up();
    expect(await run.report).toMatchObject({ status: 'completed', failure: null });
    await expectExact(scene);
  });

  it('06 server down while a checkpoint is written: nothing is read on, and nothing comes twice', async () => {
    const onHit = (): Promise<void> => proxy.down();
    proxy.inject({ when: { table: 'file_states' }, skip: 1, fault: { is: 'nothing' }, onHit });
    const run = scene.start({ batchRows: 20 });
    await run.whenProgress(isWaiting);
    await proxy.up();
    expect(await run.report).toMatchObject({ status: 'completed' });
    await expectExact(scene);
  });

  it('06 Ctrl-C while the run waits for the server: it ends with 130, and the next one does the rest', async () => {
    const onHit = (): Promise<void> => proxy.down();
    proxy.inject({ when: { table: 'lines' }, skip: 2, fault: { is: 'nothing' }, onHit });
    const { process: child, result } = startCli(scene.cliArgs('--batch-size', '20'));
    let text = '';
    child.stderr?.on('data', (chunk) => (text += String(chunk)));
    await until(() => /does not answer|waiting|trying again/i.test(text));
    child.kill('SIGINT');
    const { code, stderr } = await result;
    await proxy.up();
    expect(code, stderr).toBe(130);
    await scene.migrate();
    await expectExact(scene);
  });

  it('06 the database process is killed in the middle: the run goes on when it is back', async () => {
    const onHit = (): Promise<void> => server.database.kill();
    proxy.inject({ when: { table: 'lines' }, skip: 2, fault: { is: 'nothing' }, onHit });
    const run = scene.start({ batchRows: 20 });
    await run.whenProgress(isWaiting);
    await server.database.revive();
    expect(await run.report).toMatchObject({ status: 'completed' });
    await expectExact(scene);
  });

  it('06 idle connections are closed by the server all the time: no request is lost', async () => {
    proxy.keepIdleSockets(1);
    const closing = setInterval(() => proxy.closeIdleSockets(), 3);
    try {
      expect(await scene.migrate({ batchRows: 5 })).toMatchObject({ status: 'completed' });
      await expectExact(scene);
    } finally {
      clearInterval(closing);
      proxy.keepIdleSockets(60_000);
    }
  });

  it('06 an answer that trickles in is waited for', async () => {
    proxy.inject({ when: { table: 'lines' }, fault: { is: 'trickle', pauseMs: 3 }, times: 3 });
    expect(await scene.migrate({ batchRows: 50 })).toMatchObject({ status: 'completed' });
    await expectExact(scene);
  });

  if (isLong) {
    it('06 a server that never answers is asked again', async () => {
      proxy.inject({ when: { table: 'lines' }, fault: { is: 'silence', committed: true } });
      expect(await scene.migrate()).toMatchObject({ status: 'completed' });
      await expectExact(scene);
    });
  }
});

const deniedCodes: readonly (readonly [number, string])[] = [
  [516, 'Authentication failed'],
  [60, 'Table tokenhouse.lines does not exist'],
  [192, 'Unknown user'],
  [193, 'Wrong password'],
  [497, 'Not enough privileges'],
  [164, 'Cannot execute query in readonly mode'],
  [81, 'Database tokenhouse does not exist'],
];

describe('a server that has enough', () => {
  it.each([
    [252, 'Too many parts (300). Merges are processing significantly slower than inserts', /part/i],
    [202, 'Too many simultaneous queries. Maximum: 100', /./],
    [243, 'Cannot reserve 1.00 MiB, not enough space', /disk|space/i],
    [1001, 'std::exception: filesystem error: create_directories: No space left on device', /disk.*full/i],
  ])('07 code %s: the run waits, names the condition and goes on by itself', async (code, text, words) => {
    const rule = proxy.inject({
      when: { table: 'lines' },
      skip: 1,
      times: 2,
      fault: { is: 'exception', code, text },
    });
    const run = scene.start({ batchRows: 50 });
    const { waiting } = await run.whenProgress((progress) => progress.waiting !== null);
    expect(waiting?.message).toMatch(words);
    expect(await run.report).toMatchObject({ status: 'completed' });
    expect(rule.hits).toBe(2);
    await expectExact(scene);
  });

  it.each([
    ['07 out of memory', exception(241, 'Memory limit (total) exceeded: would use 1.00 GiB')],
    ['08 too many partitions', exception(252, 'Too many partitions for single INSERT block (more than 100)')],
    ['08 too large for a proxy', { is: 'html', status: 413 }],
  ] as const)('%s: smaller batches are tried until one is taken', async (_, fault) => {
    const sizes = (): readonly number[] => proxy.bodies('lines');
    const before = sizes().length;
    await (await siblingScene(server, `outage_${number}_whole`)).migrate({ sources: [scene.sources] });
    const limit = Math.max(...sizes().slice(before)) * 0.6;
    const when = { table: 'lines', bodyLargerThan: limit };
    const rule = proxy.inject({ when, fault, times: Infinity });
    const start = sizes().length;
    expect(await scene.migrate()).toMatchObject({ status: 'completed' });
    expect(
      sizes()
        .slice(start)
        .filter((size) => size <= limit).length,
    ).toBeGreaterThan(1);
    expect(rule.hits).toBeGreaterThan(0);
    await expectExact(scene);
    const [row] = await scene.query<{ rejects: number }>('SELECT count() AS rejects FROM rejects');
    expect(row).toEqual({ rejects: 0 });
  });

  it.each(some(2, deniedCodes))(
    '07 code %s: only a person can mend it, so the run stops and says what',
    async (code, text) => {
      proxy.inject({
        when: { table: 'lines' },
        skip: 1,
        fault: { is: 'exception', code, text },
        times: Infinity,
      });
      const { status, failure } = await scene.migrate({ batchRows: 20 });
      expect(status).toBe('failed');
      expect(failure?.code).toMatch(/^database-/);
      if (code > 100) expect(failure?.code).toBe('database-denied');
      expect(failure?.message).toMatch(/\w+ \w+/);
      proxy.clear();
      expect(await scene.migrate()).toMatchObject({ status: 'completed' });
      await expectExact(scene);
    },
  );
});

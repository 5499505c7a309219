import { appendFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';
import { startRun } from './started-run.ts';
import type { RunReport } from '../../src/shared/run.ts';

const server = await makeProxyScene();
const { proxy } = server;
let number = 0;
let scene: ProxyScene;
let file = '';

/** Nearly all memory is in use: cut into tasks of four megabytes, the file is read bit by bit while rows are inserted already. */
const migrateBitByBit = (): Promise<RunReport> =>
  startRun(
    { ...scene.engine, measureMemory: () => Promise.resolve(1490 << 20) },
    { sources: [scene.sources], concurrency: 1, memoryLimitMb: 1500 },
  ).report;
const session = new MadeUpSession(1);
const line = (n: number): string =>
  `${JSON.stringify({ type: 'user', uuid: `l${n}`, text: 'x'.repeat(50_000) })}\n`;
const large = Array.from({ length: 450 }, (_, n) => line(n)).join('');

beforeEach(async () => {
  scene = await siblingScene(server, `changes_${++number}`);
  file = join(scene.sources, '-p', 'large.jsonl');
  await writeFile(file, large);
  await writeFile(join(scene.sources, '-p', 'other.jsonl'), session.text(50));
});
afterEach(() => proxy.clear());

describe('a large file that changes while it is read', () => {
  it.each([
    ['17 it is cut off', () => truncate(file, 3_000_000)],
    ['17 it is emptied and written anew', () => writeFile(file, new MadeUpSession(2).text(100))],
    ['17 it is written anew and is longer', () => writeFile(file, session.text(20) + large.toUpperCase())],
    [
      '18 it is replaced by one with the same lines and more',
      async () => {
        await writeFile(`${file}.tmp`, large + line(450));
        await rename(`${file}.tmp`, file);
      },
    ],
    ['19 it is moved', () => rename(file, join(scene.sources, '-p', 'moved.jsonl'))],
    ['19 it is removed', () => rm(file)],
    ['01 it grows', () => appendFile(file, line(450) + line(451).slice(0, 100))],
  ])('%s: the others are imported, and the next run knows what to do', async (_, change) => {
    const rule = proxy.inject({ when: { table: 'lines' }, fault: { is: 'nothing' }, onHit: change });
    const { status, failure, receipt } = await migrateBitByBit();
    expect(rule.hits).toBe(1);
    expect({ status, failure }).toEqual({ status: 'completed', failure: null });
    expect(receipt.files).toBeGreaterThan(0);
    const { problems } = await migrateBitByBit();
    expect(problems).toEqual([]);
    await expectExact(scene);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
  });

  it('01 the run is killed at a range of a large file: the next one goes on there', async () => {
    const before = proxy.bodies('lines').length;
    proxy.inject({ when: { table: 'lines' }, skip: 2, fault: { is: 'exception', code: 516 } });
    expect(await migrateBitByBit()).toMatchObject({ status: 'failed' });
    const sent = proxy.bodies('lines').slice(before);
    expect(await migrateBitByBit()).toMatchObject({ status: 'completed' });
    const all = proxy.bodies('lines').slice(before);
    await expectExact(scene);
    // What had been acknowledged was not sent again.
    const bytes = [...all, ...sent.slice(-1).map((size) => -size)].reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(1.3 * (await readFile(file)).length);
  });
});

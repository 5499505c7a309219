import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Database } from '../../../src/engine/clickhouse/connect.ts';
import { host, withSchemaLock } from '../../../src/engine/clickhouse/schema-lock.ts';
import { engineFiles } from '../migrate/workspace.ts';

const times = { signEveryMs: 50, silentMs: 2000, lookEveryMs: 10 };
/** Whoever waits for silence does so for ever: the test ends at its limit. */
const patient = { ...times, silentMs: Infinity };
const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-lock-'));
let database: Database;

beforeAll(async () => {
  database = await connect({ kind: 'embedded' }, { dataDir: join(folder, 'data'), files: engineFiles });
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

async function holdLock(holder: string): Promise<void> {
  await database.client.command({
    query: `CREATE TABLE schema_lock_other (nothing UInt8) ENGINE = Null COMMENT '${holder}/0'`,
  });
}

const deadHolder = (): string => `${host}/${spawnSync(process.execPath, ['--version']).pid}`;

/** Work that takes `ms`, how many did it at once at most, and how often it was done. */
function countWorkers(ms: number) {
  const count = { working: 0, most: 0, done: 0 };
  const work = async (): Promise<void> => {
    count.working += 1;
    count.most = Math.max(count.most, count.working);
    await sleep(ms);
    count.working -= 1;
    count.done += 1;
  };
  return { work, most: () => count.most, done: () => count.done };
}

async function locks(): Promise<unknown[]> {
  const answer = await database.client.query({
    query: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'schema_lock%'`,
    format: 'JSONEachRow',
  });
  return answer.json();
}

describe('the lock of the schema', () => {
  it('is held by one at a time, whoever works longer than the others have patience', async () => {
    const { work, most } = countWorkers(3000);
    await Promise.all([1, 2, 3].map(() => withSchemaLock(database.client, work, times)));
    expect(most()).toBe(1);
    expect(await locks()).toEqual([]);
  });

  it('is free after work that failed', async () => {
    const failing = withSchemaLock(database.client, () => Promise.reject(new Error('no')), times);
    await expect(failing).rejects.toThrow('no');
    expect(await locks()).toEqual([]);
  });

  it('is taken at once from a process that died', async () => {
    await holdLock(deadHolder());
    expect(await withSchemaLock(database.client, () => Promise.resolve('done'), patient)).toBe('done');
    expect(await locks()).toEqual([]);
  });

  it('is taken by one at a time of many, from a process that died, over and over', async () => {
    const { work, most, done } = countWorkers(20);
    for (let round = 0; round < 4; round++) {
      await holdLock(deadHolder());
      await Promise.all([1, 2, 3, 4, 5, 6].map(() => withSchemaLock(database.client, work, patient)));
    }
    expect(most()).toBe(1);
    expect(done()).toBe(24);
    expect(await locks()).toEqual([]);
  });

  it('is taken, by one of several, from a holder that gives no sign', async () => {
    await holdLock(`${host}/${process.pid}`);
    const startMs = performance.now();
    const { work, most, done } = countWorkers(50);
    await Promise.all([1, 2, 3].map(() => withSchemaLock(database.client, work, times)));
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(times.silentMs);
    expect(most()).toBe(1);
    expect(done()).toBe(3);
    expect(await locks()).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Database } from '../../../src/engine/clickhouse/connect.ts';
import { host, withSchemaLock } from '../../../src/engine/clickhouse/schema-lock.ts';
import { engineFiles } from '../migrate/workspace.ts';

const times = { signEveryMs: 50, silentMs: 1000, lookEveryMs: 10 };
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
    query: `CREATE TABLE schema_lock (nothing UInt8) ENGINE = Null COMMENT '${holder}/x/0'`,
  });
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
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      working += 1;
      most = Math.max(most, working);
      await sleep(1500);
      working -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withSchemaLock(database.client, work, times)));
    expect(most).toBe(1);
    expect(await locks()).toEqual([]);
  });

  it('is free after work that failed', async () => {
    const failing = withSchemaLock(database.client, () => Promise.reject(new Error('no')), times);
    await expect(failing).rejects.toThrow('no');
    expect(await locks()).toEqual([]);
  });

  it('is taken at once from a process that died', async () => {
    await holdLock(`${host}/${spawnSync(process.execPath, ['--version']).pid}`);
    const startMs = performance.now();
    await withSchemaLock(database.client, () => Promise.resolve(), times);
    expect(performance.now() - startMs).toBeLessThan(times.silentMs);
    expect(await locks()).toEqual([]);
  });

  it('is taken from a process that died by several at once, over and over, and nothing stays behind', async () => {
    for (let round = 0; round < 8; round++) {
      await holdLock(`${host}/${spawnSync(process.execPath, ['--version']).pid}`);
      await Promise.all(
        [1, 2, 3, 4, 5, 6].map(() => withSchemaLock(database.client, () => sleep(20), times)),
      );
    }
    expect(await locks()).toEqual([]);
  });

  it('is taken, by one of several, from a holder that gives no sign', async () => {
    await holdLock(`${host}/${process.pid}`);
    const startMs = performance.now();
    const starts: number[] = [];
    const ends: number[] = [];
    const work = async (): Promise<void> => {
      starts.push(performance.now());
      await sleep(50);
      ends.push(performance.now());
    };
    await Promise.all([1, 2, 3].map(() => withSchemaLock(database.client, work, times)));
    expect((starts[0] ?? 0) - startMs).toBeGreaterThanOrEqual(times.silentMs);
    expect(starts.slice(1).every((start, index) => start >= (ends[index] ?? Infinity))).toBe(true);
    expect(await locks()).toEqual([]);
  });
});

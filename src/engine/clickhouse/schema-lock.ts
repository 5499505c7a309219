import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { isAlive } from '../process-alive.ts';

/** How often a holder shows that it lives, after how long without a sign others go on, and how often they look; milliseconds. */
const times = { signEveryMs: 2000, silentMs: 20_000, lookEveryMs: 50 };
type Times = typeof times;

/** Every lock's name begins so. */
const lock = 'schema_lock';
/** Where a process id means this process: a machine since it was started, and on Linux the container. */
export const host = [hostname(), textAt('/proc/sys/kernel/random/boot_id'), linkAt('/proc/self/ns/pid')]
  .join('-')
  // As it can stand in a statement and between the slashes of a holder.
  .replaceAll(/[^\w.-]+/g, '_');

/** A lock that stands in the database, and its comment: `<host>/<pid>/<signs of life>`. */
type Lock = { readonly name: string; readonly sign: string };

/**
 * Does `work` while no other process does its own: two that change the schema at once would show each other, and
 * everybody who is asking, views of an older version.
 *
 * A lock is a table of a name of its own, that everybody sees once it is created. Whoever has created one looks whether it
 * stands alone, and takes it back otherwise: of two, the one that looks later sees both. A lock is dropped by its name, so
 * that of a process that died, or that gave no sign for 20 s, is taken away without touching another's.
 */
export async function withSchemaLock<Result>(
  client: ClickHouseClient,
  work: () => Promise<Result>,
  chosen: Times = times,
): Promise<Result> {
  const name = `${lock}_${randomUUID().replaceAll('-', '')}`;
  await take(client, name, chosen);
  let signs = 0;
  const timer = setInterval(() => {
    signs += 1;
    // One that does not arrive is followed by others.
    client.command({ query: `ALTER TABLE ${name} MODIFY COMMENT '${signOf(signs)}'` }).catch(() => undefined);
  }, chosen.signEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // Left behind it is taken away by the next one; what `work` answered matters more.
    await remove(client, name).catch(() => undefined);
  }
}

const signOf = (signs: number): string => `${host}/${process.pid}/${signs}`;

async function take(client: ClickHouseClient, name: string, chosen: Times): Promise<void> {
  for (let tries = 1; ; tries++) {
    await waitUntilFree(client, chosen);
    try {
      await client.command({
        query: `CREATE TABLE ${name} (nothing UInt8) ENGINE = Null COMMENT '${signOf(0)}'`,
      });
      if ((await readLocks(client)).every((other) => other.name === name)) return;
    } catch (error) {
      // It may have been created although the answer was lost.
      await remove(client, name).catch(() => undefined);
      throw error;
    }
    await remove(client, name);
    // Those that met do not meet again.
    await sleep(Math.random() * chosen.lookEveryMs * tries);
  }
}

async function waitUntilFree(client: ClickHouseClient, { silentMs, lookEveryMs }: Times): Promise<void> {
  let silent = new Map<string, { readonly sign: string; readonly ms: number }>();
  let lookedMs = performance.now();
  for (;;) {
    const locks = await readLocks(client);
    const nowMs = performance.now();
    // A look that came late, after a sleep of the machine or under load, says little: the holder may have been as late.
    const passedMs = Math.min(nowMs - lookedMs, 4 * lookEveryMs);
    lookedMs = nowMs;
    silent = new Map(
      locks.map(({ name, sign }) => {
        const before = silent.get(name);
        return [name, { sign, ms: before?.sign === sign ? before.ms + passedMs : 0 }];
      }),
    );
    const free = locks.filter(({ name, sign }) => isDead(sign) || (silent.get(name)?.ms ?? 0) > silentMs);
    for (const { name } of free) await remove(client, name);
    if (free.length === locks.length) return;
    await sleep(lookEveryMs);
  }
}

async function readLocks(client: ClickHouseClient): Promise<readonly Lock[]> {
  const answer = await client.query({
    query: `SELECT name, comment AS sign FROM system.tables
      WHERE database = currentDatabase() AND startsWith(name, {lock:String})`,
    query_params: { lock },
    format: 'JSONEachRow',
  });
  return answer.json<Lock>();
}

function isDead(sign: string): boolean {
  const [machine, pid] = sign.split('/');
  return machine === host && !isAlive(Number(pid));
}

async function remove(client: ClickHouseClient, name: string): Promise<void> {
  await client.command({ query: `DROP TABLE IF EXISTS ${name} SYNC` });
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

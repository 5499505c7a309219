import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client';
import { isAlive } from '../process-alive.ts';

/** How often a holder shows that it lives, after how long without a sign others go on, and how often they look; milliseconds. */
const times = { signEveryMs: 2000, silentMs: 20_000, lookEveryMs: 50 };

/** `TABLE_ALREADY_EXISTS` and `UNKNOWN_TABLE` (ClickHouse src/Common/ErrorCodes.cpp). */
const alreadyExists = '57';
const unknownTable = '60';

const lock = 'schema_lock';
/** Where a process id means this process: a machine since it was started, and on Linux the container. */
export const host = [hostname(), textAt('/proc/sys/kernel/random/boot_id'), linkAt('/proc/self/ns/pid')]
  .join('-')
  // As it can stand in a statement and between the slashes of a holder.
  .replaceAll(/[^\w.-]+/g, '_');

/**
 * Does `work` while no other process does its own: two that change the schema at once would show each other, and
 * everybody who is asking, views of an older version.
 *
 * The lock is a table, because its creation is atomic on every server; its comment names the holder and counts its
 * signs of life. The lock of a process that died, or that gave no sign for 20 s, is taken away.
 */
export async function withSchemaLock<Result>(
  client: ClickHouseClient,
  work: () => Promise<Result>,
  { signEveryMs, silentMs, lookEveryMs } = times,
): Promise<Result> {
  const holder = `${host}/${process.pid}/${randomUUID()}`;
  while (!(await take(client, holder))) {
    await waitUntilFree(client, { silentMs, lookEveryMs });
    await sleep(Math.random() * lookEveryMs);
  }
  let signs = 0;
  let sign: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    signs += 1;
    // One that does not arrive is followed by others.
    sign = client
      .command({ query: `ALTER TABLE ${lock} MODIFY COMMENT '${holder}/${signs}'` })
      .catch(() => undefined);
  }, signEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // One that arrives later would stand on the next one's lock.
    await Promise.race([sign, sleep(silentMs, undefined, { ref: false })]);
    // Left behind it is taken away by the next one; what `work` answered matters more.
    await remove(client, holder).catch(() => undefined);
  }
}

async function take(client: ClickHouseClient, holder: string): Promise<boolean> {
  try {
    await client.command({
      query: `CREATE TABLE ${lock} (nothing UInt8) ENGINE = Null COMMENT '${holder}/0'`,
    });
    return true;
  } catch (error) {
    if (error instanceof ClickHouseError && error.code === alreadyExists) return false;
    throw error;
  }
}

async function waitUntilFree(
  client: ClickHouseClient,
  { silentMs, lookEveryMs }: Pick<typeof times, 'silentMs' | 'lookEveryMs'>,
): Promise<void> {
  let seen = await readSign(client, lock);
  let seenMs = performance.now();
  while (seen !== null) {
    if (isDead(seen) || performance.now() - seenMs > silentMs) {
      await remove(client, seen.slice(0, seen.lastIndexOf('/')));
      return;
    }
    await sleep(lookEveryMs);
    const now = await readSign(client, lock);
    if (now !== seen) seenMs = performance.now();
    seen = now;
  }
}

/** The comment of a lock; null when nobody holds it. */
async function readSign(client: ClickHouseClient, table: string): Promise<string | null> {
  const answer = await client.query({
    query: `SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {table:String}`,
    query_params: { table },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ comment: string }>();
  return row?.comment ?? null;
}

function isDead(sign: string): boolean {
  const [machine, pid] = sign.split('/');
  return machine === host && !isAlive(Number(pid));
}

/** Set aside first, so that of several who remove it one does; if it is another's lock by now, it is put back. */
async function remove(client: ClickHouseClient, holder: string): Promise<void> {
  const aside = `${lock}_${randomUUID().replaceAll('-', '')}`;
  try {
    await client.command({ query: `RENAME TABLE ${lock} TO ${aside}` });
  } catch (error) {
    if (error instanceof ClickHouseError && error.code === unknownTable) return;
    throw error;
  }
  const isMeant = (await readSign(client, aside))?.startsWith(holder) ?? true;
  if (!isMeant && (await putBack(client, aside))) return;
  await client.command({ query: `DROP TABLE IF EXISTS ${aside} SYNC` });
}

/** Answers false when there is a new lock in the meantime: both of them work then, which every statement allows. */
async function putBack(client: ClickHouseClient, aside: string): Promise<boolean> {
  try {
    await client.command({ query: `RENAME TABLE ${aside} TO ${lock}` });
    return true;
  } catch (error) {
    if (error instanceof ClickHouseError && error.code === alreadyExists) return false;
    throw error;
  }
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

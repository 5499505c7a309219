import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { connect, type Database } from '../../../src/engine/clickhouse/connect.ts';
import { findPlainNode } from '../../../src/engine/embedded/node-binary.ts';
import { startEmbedded } from '../../../src/engine/embedded/start.ts';
import { engineFiles } from '../migrate/workspace.ts';

const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-schema-'));
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

const dataDir = join(folder, 'data');
const open = (migrations = engineFiles.migrations): Promise<Database> =>
  connect({ kind: 'embedded' }, { dataDir, files: { ...engineFiles, migrations } });

function folderOf(name: string): { readonly dataDir: string } {
  return { dataDir: join(folder, name) };
}

async function names(database: Database): Promise<string[]> {
  const answer = await database.client.query({ query: 'SHOW TABLES', format: 'JSONEachRow' });
  return (await answer.json<{ name: string }>()).map(({ name }) => name);
}

async function changedMigrations(change: (file: string) => Promise<void>): Promise<string> {
  const copy = await mkdtemp(join(folder, 'migrations-'));
  await cp(engineFiles.migrations, copy, { recursive: true });
  await change(copy);
  return copy;
}

describe('the schema', () => {
  it('is made by two processes at once and has the public names', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    expect(await names(first)).toEqual(
      expect.arrayContaining([
        'lines',
        'records',
        'rejects',
        'files',
        'runs',
        'responses',
        'sessions',
        'usage_daily',
      ]),
    );
    await Promise.all([first.close(), second.close()]);
  });

  it('is complete for everyone who has opened it, while others open it', async () => {
    const shared = { ...folderOf('at-once'), files: engineFiles };
    const opened = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const database = await connect({ kind: 'embedded' }, shared);
        // The newest view; an older one of the same name has other columns.
        await database.client.query({ query: 'SELECT last_block FROM usage_state', format: 'JSONEachRow' });
        await database.client.query({ query: 'SELECT * FROM usage_groups', format: 'JSONEachRow' });
        return database;
      }),
    );
    const answer = await opened[0]?.client.query({
      query: 'SELECT version, count() AS times FROM schema_migrations GROUP BY version HAVING times > 1',
      format: 'JSONEachRow',
    });
    expect(await answer?.json()).toEqual([]);
    expect((await names(opened[0]!)).filter((name) => name.startsWith('schema_lock'))).toEqual([]);
    await Promise.all(opened.map((database) => database.close()));
  });

  it('is made although the embedded database dies meanwhile', async () => {
    for (const afterMs of [40, 160]) {
      const options = { ...folderOf(`dies-${afterMs}`), files: engineFiles };
      const running = await startEmbedded({
        dataDir: options.dataDir,
        node: findPlainNode(),
        serverScript: engineFiles.embeddedServer,
      });
      const opening = connect({ kind: 'embedded' }, options);
      await sleep(afterMs);
      process.kill(running.pid, 'SIGKILL');
      const database = await opening;
      expect(await names(database)).toEqual(expect.arrayContaining(['lines', 'responses']));
      await database.close();
      await running.release();
    }
  });

  it('is left as it is when opened again', async () => {
    const database = await open();
    const answer = await database.client.query({
      query: 'SELECT count() AS rows, uniqExact(version) AS versions FROM schema_migrations FINAL',
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    const [row] = await answer.json<{ rows: number; versions: number }>();
    expect(row?.rows).toBe(row?.versions);
    expect(row?.rows).toBeGreaterThanOrEqual(2);
    await database.close();
  });

  it('refuses an applied migration that was changed afterwards', async () => {
    const tampered = await changedMigrations(async (copy) => {
      const file = join(copy, '0001_lines.sql');
      await writeFile(file, `${await readFile(file, 'utf8')}\n-- changed\n`);
    });
    await expect(open(tampered)).rejects.toMatchObject({ code: 'schema-tampered' });
  });

  it('refuses a database of a newer version', async () => {
    const newer = await changedMigrations((copy) => writeFile(join(copy, '0099_later.sql'), 'SELECT 1;\n'));
    await expect(open(newer)).rejects.toThrow(/0099_later/);
    const next = await changedMigrations(async (copy) => {
      const count = (await import('node:fs')).readdirSync(copy).length;
      await writeFile(join(copy, `${String(count + 1).padStart(4, '0')}_later.sql`), 'SELECT 1;\n');
    });
    await (await open(next)).close();
    await expect(open()).rejects.toMatchObject({ code: 'schema-newer' });
  });
});

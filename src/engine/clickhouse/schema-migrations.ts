import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { insertJson } from '../insert/insert-json.ts';
import { AppError } from '../../shared/failure.ts';
import { withSchemaLock } from './schema-lock.ts';

/** One numbered file of `resources/migrations`. */
export interface SchemaMigration {
  readonly version: number;
  /** File name, for example `0001_lines.sql`. */
  readonly name: string;
  /** SHA-256 of the file. */
  readonly checksum: string;
  /** Statements in order; each may be run again without harm. */
  readonly statements: readonly string[];
}

const fileName = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Reads the migrations in order. A statement ends with a semicolon at the end of a line. */
export async function readMigrations(directory: string): Promise<SchemaMigration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(fileName.exec(name)?.[1]);
      if (version !== index + 1) throw new Error(`${name}: expected number ${index + 1}`);
      const text = await readFile(join(directory, name), 'utf8');
      return {
        version,
        name,
        checksum: createHash('sha256').update(text).digest('hex'),
        statements: text
          .split(/;[ \t]*$/m)
          .map((statement) => statement.replaceAll(/^--.*$/gm, '').trim())
          .filter((statement) => statement !== ''),
      };
    }),
  );
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * Applies what is missing, in order, and records it. One process at a time, and again what another one did not finish:
 * every statement may be repeated.
 *
 * @throws AppError `schema-tampered` when an applied migration is not the one we have, `schema-newer` when the database
 *   was made by a newer version
 */
export async function migrateSchema(
  client: ClickHouseClient,
  migrations: readonly SchemaMigration[],
): Promise<void> {
  if ((await findMissing(client, migrations)).length === 0) return;
  await withSchemaLock(client, async () => {
    await client.command({
      query: `CREATE TABLE IF NOT EXISTS schema_migrations
        (version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
        ENGINE = ReplacingMergeTree ORDER BY (version, checksum)`,
    });
    // Looked at again: whoever held the lock before may have applied them.
    const missing = await findMissing(client, migrations);
    if (missing.length === 0) return;
    const changes = missing.flatMap(({ statements }) => statements.filter((one) => viewOf(one) === null));
    for (const query of [...changes, ...newestViews(migrations)]) await client.command({ query });
    // At the end only: what was begun and not recorded is done again as a whole.
    const applied = missing.map(({ version, name, checksum }) => ({ version, name, checksum }));
    await insertJson(client, 'schema_migrations', applied);
  });
}

/**
 * Each view as the newest migration has it, in the order in which they were first made. They are all made anew after the
 * tables were changed: a view keeps the types that its columns had when it was made.
 */
export function newestViews(migrations: readonly SchemaMigration[]): Iterable<string> {
  const views = new Map<string, string>();
  for (const statement of migrations.flatMap(({ statements }) => statements)) {
    const name = viewOf(statement);
    if (name !== null) views.set(name, statement);
  }
  return views.values();
}

function viewOf(statement: string): string | null {
  return /^CREATE OR REPLACE VIEW (\w+)/.exec(statement)?.[1] ?? null;
}

/** What is not applied yet; all of them when somebody dropped a table or a view. */
async function findMissing(
  client: ClickHouseClient,
  migrations: readonly SchemaMigration[],
): Promise<readonly SchemaMigration[]> {
  const existing = await readTables(client);
  const applied = existing.has('schema_migrations') ? await readApplied(client) : [];
  for (const { version, name, checksum } of applied) {
    const own = migrations.find((migration) => migration.version === version);
    if (!own) {
      throw new AppError(
        'schema-newer',
        `The database was made by a newer version of Tokenhouse (it has ${name}). Nothing was changed. Update Tokenhouse, then try again.`,
      );
    }
    if (own.checksum !== checksum) {
      throw new AppError(
        'schema-tampered',
        `The database was made with another ${name} than this version has. Nothing was changed. Reinstall Tokenhouse, or start with another data directory.`,
        { detail: `recorded ${checksum}, ours ${own.checksum}` },
      );
    }
  }
  const missing = migrations.filter(({ version }) => applied.every((one) => one.version !== version));
  const isDamaged = migrations
    .filter((migration) => !missing.includes(migration))
    .some((migration) => tablesOf(migration).some((name) => !existing.has(name)));
  return isDamaged ? migrations : missing;
}

const created = /^CREATE (?:TABLE IF NOT EXISTS|OR REPLACE VIEW) (\w+)/;

/** The tables and views that a migration makes. */
function tablesOf({ statements }: SchemaMigration): readonly string[] {
  return statements.flatMap((statement) => created.exec(statement)?.[1] ?? []);
}

async function readTables(client: ClickHouseClient): Promise<ReadonlySet<string>> {
  const answer = await client.query({
    query: 'SELECT name FROM system.tables WHERE database = currentDatabase()',
    format: 'JSONEachRow',
  });
  return new Set((await answer.json<{ name: string }>()).map(({ name }) => name));
}

async function readApplied(client: ClickHouseClient): Promise<Applied[]> {
  const answer = await client.query({
    query: 'SELECT DISTINCT version, name, checksum FROM schema_migrations ORDER BY version',
    format: 'JSONEachRow',
  });
  return answer.json<Applied>();
}

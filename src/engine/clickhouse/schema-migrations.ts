import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { insertJson } from '../insert/insert-json.ts';
import { AppError } from '../../shared/failure.ts';

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
 * Applies what is missing, in order, and records it.
 *
 * Safe to run twice and from two processes: every statement is idempotent, and a migration recorded twice counts once.
 * @throws AppError `schema-tampered` when an applied migration is not the one we have, `schema-newer` when the database
 *   was made by a newer version
 */
export async function migrateSchema(
  client: ClickHouseClient,
  migrations: readonly SchemaMigration[],
): Promise<void> {
  const [applied, isComplete] = await Promise.all([readApplied(client), hasAllTables(client, migrations)]);
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
  for (const migration of migrations) {
    const isApplied = applied.some(({ version }) => version === migration.version);
    if (isApplied && isComplete) continue;
    for (const query of migration.statements) await client.command({ query });
    if (isApplied) continue;
    const { version, name, checksum } = migration;
    await insertJson(client, 'schema_migrations', [{ version, name, checksum }]);
  }
}

const created = /^CREATE (?:TABLE IF NOT EXISTS|OR REPLACE VIEW) (\w+)/;

/** Whether every table and view that the migrations make is there. When somebody dropped one, all migrations are applied again. */
async function hasAllTables(
  client: ClickHouseClient,
  migrations: readonly SchemaMigration[],
): Promise<boolean> {
  const names = migrations.flatMap(({ statements }) =>
    statements.flatMap((statement) => created.exec(statement)?.[1] ?? []),
  );
  const answer = await client.query({
    query: `SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}`,
    query_params: { names },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: string | number }>();
  return Number(row?.n) === new Set(names).size;
}

async function readApplied(client: ClickHouseClient): Promise<Applied[]> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS schema_migrations
      (version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = ReplacingMergeTree ORDER BY (version, checksum)`,
  });
  const answer = await client.query({
    query: 'SELECT DISTINCT version, name, checksum FROM schema_migrations ORDER BY version',
    format: 'JSONEachRow',
  });
  return answer.json<Applied>();
}

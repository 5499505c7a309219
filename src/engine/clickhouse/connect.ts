import { Agent } from 'node:http';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../shared/failure.ts';
import { findPlainNode } from '../embedded/node-binary.ts';
import { startEmbedded } from '../embedded/start.ts';
import type { EngineFiles } from '../engine-files.ts';
import { describeDatabaseError, plainAnswer } from './failures.ts';
import { trustOnlyClickHouse, unalteredAnswers } from './trusted-answers.ts';
import { migrateSchema, readMigrations, type SchemaMigration } from './schema-migrations.ts';

/** Which database takes the rows. */
export type Destination =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly database: string;
      readonly username: string;
      readonly password: string;
    };

/** An open database with the current schema. Embedded or server: everything behind is the same. */
export interface Database {
  readonly client: ClickHouseClient;
  readonly kind: 'embedded' | 'server';
  /** Name of the ClickHouse database that holds our tables. */
  readonly name: string;
  readonly version: string;
  /** Data directory or address, for people. */
  readonly place: string;
  /** Process of the embedded database; null for a server. */
  readonly pid: number | null;
  /** Starts the embedded database again if it died; does nothing for a server. */
  ensure(): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Everything the product writes lives here. */
  readonly dataDir: string;
  readonly files: EngineFiles;
  readonly memoryLimitMb?: number;
  readonly signal?: AbortSignal;
  /** The embedded database died; requests fail until {@link Database.ensure}. */
  readonly onLost?: (reason: string) => void;
}

export const defaultDatabaseName = 'tokenhouse';

/** Oldest server the schema is made for (guide: 24.8 works with feature detection; the tests run on 26.7). */
const oldestVersion = [24, 8] as const;

/**
 * Opens the database and brings its schema up to date.
 *
 * @throws AppError with an `embedded-`, `database-` or `schema-` code
 */
export async function connect(destination: Destination, options: ConnectOptions): Promise<Database> {
  // Read while the database starts.
  const migrations = readMigrations(options.files.migrations);
  migrations.catch(() => undefined);
  const opened =
    destination.kind === 'embedded' ? await openEmbedded(options) : await openServer(destination);
  try {
    await makeSchema(opened, await migrations);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** An embedded database that dies meanwhile is started again: whatever was done may be repeated. */
async function makeSchema(database: Database, migrations: readonly SchemaMigration[]): Promise<void> {
  for (let restartsLeft = 3; ; restartsLeft--) {
    try {
      await migrateSchema(database.client, migrations);
      return;
    } catch (error) {
      const described = describeAnswer(error, database.place);
      const isGone = described instanceof AppError && described.code === 'database-unreachable';
      if (database.kind !== 'embedded' || !isGone || restartsLeft === 0) throw described;
      await database.ensure();
    }
  }
}

/** Whatever goes wrong while a database is asked who it is, is its answer: a proxy's page, half a document, an exception. */
function describeAnswer(error: unknown, place: string): unknown {
  const described = describeDatabaseError(error, place);
  if (described instanceof AppError || !(error instanceof Error)) return described;
  const answer = plainAnswer(error.message);
  return new AppError(
    'database-unreachable',
    `What answers at ${place} is no ClickHouse, or not in order: ${answer}. Nothing was changed. Check the address, then try again.`,
    { cause: error, path: place },
  );
}

/** The client would write every error to stderr as well: we tell it once, in words. */
const log = { level: ClickHouseLogLevel.OFF };

/** A statement may run long; the client's timer only watches for silence, and progress is not sent. */
const requestTimeoutMs = 600_000;

async function openEmbedded(options: ConnectOptions): Promise<Database> {
  const server = await startEmbedded({
    dataDir: options.dataDir,
    node: findPlainNode(),
    serverScript: options.files.embeddedServer,
    ...(options.memoryLimitMb === undefined ? {} : { memoryLimitMb: options.memoryLimitMb }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onLost === undefined ? {} : { onLost: options.onLost }),
  });
  // Node's agent passes socketPath on to every connection it makes; its type does not say so.
  const agentOptions = { keepAlive: true, maxSockets: 10, socketPath: server.socketPath };
  const agent = new Agent(agentOptions);
  const client = createClient({
    url: 'http://tokenhouse',
    http_agent: agent,
    database: defaultDatabaseName,
    request_timeout: requestTimeoutMs,
    log,
    max_open_connections: 10,
  });
  return {
    client,
    kind: 'embedded',
    name: defaultDatabaseName,
    version: server.version,
    place: join(options.dataDir, 'clickhouse'),
    get pid() {
      return server.pid;
    },
    ensure: () => server.ensure(),
    close: async () => {
      await client.close();
      agent.destroy();
      await server.release();
    },
  };
}

async function openServer(destination: Extract<Destination, { kind: 'server' }>): Promise<Database> {
  const place = new URL(destination.url).host;
  if (!/^\w{1,100}$/.test(destination.database)) {
    throw new AppError(
      'invalid-input',
      `"${destination.database}" can't be the name of a database: use letters, digits and _.`,
    );
  }
  const account = { url: destination.url, username: destination.username, password: destination.password };
  const client = trustOnlyClickHouse(
    createClient({
      ...account,
      log,
      database: destination.database,
      request_timeout: requestTimeoutMs,
      clickhouse_settings: unalteredAnswers,
    }),
  );
  const version = await createDatabase(account, destination.database, place);
  return {
    client,
    kind: 'server',
    name: destination.database,
    version,
    place,
    pid: null,
    ensure: () => Promise.resolve(),
    close: () => client.close(),
  };
}

/** Makes the database where it is missing; answers the server's version. */
async function createDatabase(
  account: { url: string; username: string; password: string },
  name: string,
  place: string,
): Promise<string> {
  // Without a database of its own: naming one that does not exist yet is refused.
  const client = trustOnlyClickHouse(createClient({ ...account, request_timeout: 30_000, log }));
  try {
    const answer = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
    const [row] = await answer.json<{ version: string }>();
    const version = row?.version ?? '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
      throw new AppError(
        'database-outdated',
        `ClickHouse ${version} at ${place} is too old: ${oldestVersion.join('.')} or newer is needed.`,
        { path: place },
      );
    }
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${name}` });
    return version;
  } catch (error) {
    throw describeAnswer(error, place);
  } finally {
    await client.close();
  }
}

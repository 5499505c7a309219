import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { connect, type Destination } from '../../src/engine/clickhouse/connect.ts';
import { findPlainNode } from '../../src/engine/embedded/node-binary.ts';
import { startEmbedded, type EmbeddedServer } from '../../src/engine/embedded/start.ts';
import { silentLog } from '../../src/engine/log.ts';
import type { Engine } from '../../src/engine/migrate.ts';
import { sourceId } from '../../src/engine/source-id.ts';
import type { RunOptionsInput, RunReport } from '../../src/shared/run.ts';
import { processEnd } from '../integration/embedded/start-server.ts';
import { engineFiles } from '../integration/migrate/workspace.ts';
import { atEnd } from './at-end.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { startRun, type StartedRun } from './started-run.ts';

/** A real database process: kept alive, ended, killed and asked behind the product's back. */
export interface TestDatabase {
  readonly dataDir: string;
  readonly pid: () => number;
  readonly socketPath: () => string;
  readonly query: <Row>(sql: string, database?: string) => Promise<Row[]>;
  readonly command: (sql: string, database?: string) => Promise<void>;
  /** SIGKILL. Whoever needs it next brings it back. */
  readonly kill: () => Promise<void>;
  /** Ends it in order; nobody else may be using it. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Brings it back after {@link kill}. */
  readonly revive: () => Promise<void>;
}

const defaultDatabase = 'tokenhouse';

export async function openTestDatabase(dataDir: string): Promise<TestDatabase> {
  let noticeLoss: (() => void) | null = null;
  const start = (): Promise<EmbeddedServer> =>
    startEmbedded({
      dataDir,
      node: findPlainNode(),
      serverScript: engineFiles.embeddedServer,
      graceMs: 300,
      onLost: () => noticeLoss?.(),
    });
  let server = await start();
  const ask = async <Result>(
    database: string,
    question: (client: ReturnType<typeof createClient>) => Promise<Result>,
  ): Promise<Result> => {
    await server.ensure();
    const options = { keepAlive: false, socketPath: server.socketPath };
    const client = createClient({
      url: 'http://localhost',
      http_agent: new Agent(options),
      database,
      log: { level: ClickHouseLogLevel.OFF },
    });
    try {
      return await question(client);
    } finally {
      await client.close();
    }
  };
  const clickhouse_settings = { output_format_json_quote_64bit_integers: 0 } as const;
  return {
    dataDir,
    pid: () => server.pid,
    socketPath: () => server.socketPath,
    query: <Row>(query: string, database = defaultDatabase) =>
      ask(database, async (client) =>
        (await client.query({ query, format: 'JSONEachRow', clickhouse_settings })).json<Row>(),
      ),
    command: (query, database = defaultDatabase) =>
      ask(database, async (client) => {
        await client.command({ query });
      }),
    kill: async () => {
      await server.ensure();
      const { pid } = server;
      // Until the loss is noticed here, `ensure` would do nothing.
      const noticed = new Promise<void>((resolve) => (noticeLoss = resolve));
      process.kill(pid, 'SIGKILL');
      await processEnd(pid);
      await noticed;
    },
    stop: async () => {
      const { pid } = server;
      await server.release();
      await processEnd(pid);
    },
    start: async () => {
      server = await start();
    },
    revive: () => server.ensure(),
  };
}

/** A folder of transcripts, a data directory, and the database that takes them. */
export interface Scene {
  readonly folder: string;
  readonly sources: string;
  readonly dataDir: string;
  readonly engine: Engine;
  readonly database: TestDatabase;
  readonly query: TestDatabase['query'];
  readonly command: TestDatabase['command'];
  readonly start: (options?: RunOptionsInput) => StartedRun;
  readonly migrate: (options?: RunOptionsInput) => Promise<RunReport>;
  /** Arguments of a `migrate` of the command line into the same database. */
  readonly cliArgs: (...more: readonly string[]) => string[];
}

export interface ProxyScene extends Scene {
  readonly proxy: FaultProxy;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-faults-'));
  atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));
  return folder;
}

/** A scene whose database is the embedded one of its data directory; it lives as long as the test, or the tests of the file. */
export async function makeEmbeddedScene(dataDir?: string): Promise<Scene> {
  const folder = await temporaryFolder();
  const place = dataDir ?? join(folder, 'data');
  const database = await openTestDatabase(place);
  atEnd(() => database.stop());
  return makeScene(folder, place, { kind: 'embedded' }, database, []);
}

/** A scene whose database is a server behind a proxy that fails when told to. */
export async function makeProxyScene(): Promise<ProxyScene> {
  const folder = await temporaryFolder();
  const database = await openTestDatabase(join(folder, 'server'));
  const proxy = await startFaultProxy(() => database.socketPath());
  atEnd(async () => {
    await proxy.close();
    await database.stop();
  });
  return { ...(await databaseScene(folder, proxy, database, defaultDatabase)), proxy };
}

/** Another history and another database on the server of a scene. A start of the server costs more than a database. */
export async function siblingScene(scene: ProxyScene, name: string): Promise<ProxyScene> {
  const { proxy, database } = scene;
  return { ...(await databaseScene(join(scene.folder, name), proxy, database, name)), proxy };
}

async function databaseScene(
  folder: string,
  proxy: FaultProxy,
  database: TestDatabase,
  name: string,
): Promise<Scene> {
  const destination = {
    kind: 'server',
    url: proxy.url,
    database: name,
    username: 'default',
    password: '',
  } as const;
  const args = ['--url', proxy.url, '--database', name];
  return makeScene(folder, join(folder, 'data'), destination, database, args, name);
}

async function makeScene(
  folder: string,
  dataDir: string,
  destination: Destination,
  database: TestDatabase,
  args: readonly string[],
  name = defaultDatabase,
): Promise<Scene> {
  const sources = join(folder, 'history', 'projects');
  await mkdir(join(sources, '-p'), { recursive: true });
  const engine: Engine = {
    openDatabase: () => connect(destination, { dataDir, files: engineFiles }),
    dataDir,
    files: engineFiles,
    // The name that the command line uses, so that either can go on with what the other began.
    source: await sourceId(),
    appVersion: '0.0.0',
    log: silentLog,
  };
  const start: Scene['start'] = (options = {}) => startRun(engine, { sources: [sources], ...options });
  return {
    folder,
    sources,
    dataDir,
    engine,
    database,
    query: (sql) => database.query(sql, name),
    command: (sql) => database.command(sql, name),
    start,
    migrate: (options) => start(options).report,
    cliArgs: (...more) => ['migrate', '--source', sources, '--data-dir', dataDir, '--json', ...args, ...more],
  };
}

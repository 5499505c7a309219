import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { connect, type Database } from '../../../src/engine/clickhouse/connect.ts';
import type { EngineFiles } from '../../../src/engine/engine-files.ts';
import { silentLog } from '../../../src/engine/log.ts';
import { migrate, type Engine } from '../../../src/engine/migrate.ts';
import { runOptions, type RunOptionsInput, type RunReport } from '../../../src/shared/run.ts';

const projectRoot = resolve(import.meta.dirname, '..', '..', '..');

/** The built files, as the command line uses them: workers and the database run what is shipped. */
export const engineFiles: EngineFiles = {
  migrations: join(projectRoot, 'resources', 'migrations'),
  extractWorker: join(projectRoot, 'out', 'main', 'extract.worker.js'),
  inspectWorker: join(projectRoot, 'out', 'main', 'inspect.worker.js'),
  verifyWorker: join(projectRoot, 'out', 'main', 'verify.worker.js'),
  embeddedServer: join(projectRoot, 'out', 'main', 'embedded-server.js'),
};

export const cliFile = join(projectRoot, 'out', 'main', 'cli.js');

/** A folder of transcripts and a data directory that are gone after the tests of the file. */
export interface Workspace {
  readonly dataDir: string;
  readonly sources: string;
  readonly engine: Engine;
  readonly migrate: (options?: RunOptionsInput) => Promise<RunReport>;
  readonly query: <Row>(sql: string) => Promise<Row[]>;
  /** Changes the database behind the product's back. */
  readonly command: (sql: string) => Promise<void>;
}

/** Makes a workspace; its database stays open until the tests of the file are over. */
export async function makeWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-'));
  const dataDir = join(folder, 'data');
  const sources = join(folder, 'history', 'projects');
  const openDatabase = (): Promise<Database> =>
    connect({ kind: 'embedded' }, { dataDir, files: engineFiles });
  const engine: Engine = {
    openDatabase,
    dataDir,
    files: engineFiles,
    source: 'test-machine',
    appVersion: '0.0.0',
    log: silentLog,
  };
  // A user of our own keeps the database process alive between the steps of a test.
  const keeper = await openDatabase();
  afterAll(async () => {
    await keeper.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });
  return {
    dataDir,
    sources,
    engine,
    migrate: (options = {}) =>
      migrate(engine, runOptions.parse({ sources: [sources], ...options }), {
        signal: new AbortController().signal,
      }),
    command: async (sql) => {
      await keeper.client.command({ query: sql });
    },
    query: async <Row>(sql: string) => {
      const answer = await keeper.client.query({
        query: sql,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      return answer.json<Row>();
    },
  };
}

import { homedir } from 'node:os';
import { CheckpointMap } from '../engine/checkpoints/checkpoint.ts';
import { readCheckpoints } from '../engine/checkpoints/checkpoint-table.ts';
import { compareWithCheckpoint } from '../engine/checkpoints/compare.ts';
import { connect, type Database, type Destination } from '../engine/clickhouse/connect.ts';
import { describeDatabaseError } from '../engine/clickhouse/failures.ts';
import { measureDatabase } from '../engine/clickhouse/queries/measure-database.ts';
import { readTotals } from '../engine/clickhouse/queries/totals.ts';
import { discover } from '../engine/discover/discover.ts';
import { openInspectPool } from '../engine/discover/inspect-pool.ts';
import { makeManifest, writeManifest } from '../engine/discover/manifest.ts';
import { addedRoots, defaultRoots, uniqueRoots } from '../engine/discover/roots.ts';
import type { EngineFiles } from '../engine/engine-files.ts';
import type { Log } from '../engine/log.ts';
import { migrate } from '../engine/migrate.ts';
import { listRuns } from '../engine/runs.ts';
import { sourceId } from '../engine/source-id.ts';
import type { DiscoverySource } from './current-discovery.ts';
import type { MigrateRun } from './current-run.ts';
import type { OpenDatabase } from './database.ts';
import type { AnsweringDatabase } from './ipc/handlers.ts';
import type { RootFinders, Roots } from './roots.ts';

/** The open database with what a discovery compares files with. */
export interface EngineDatabase extends AnsweringDatabase {
  checkpoints(): Promise<CheckpointMap>;
}

/** Everything that the window takes from the engine. */
export interface WindowEngine {
  readonly openDatabase: OpenDatabase<EngineDatabase>;
  readonly migrate: MigrateRun;
  readonly rootFinders: RootFinders;
  discoverySource(roots: Roots, opened: () => Promise<EngineDatabase>): DiscoverySource;
}

/** The composition of the engine for the window; the command line has its own in `cli/context.ts`. */
export function createEngine(options: {
  readonly dataDir: string;
  readonly files: EngineFiles;
  readonly appVersion: string;
  readonly log: Log;
}): WindowEngine {
  const { dataDir, files, appVersion, log } = options;
  const destination: Destination = { kind: 'embedded' };
  const inspect = openInspectPool(files.inspectWorker);
  const source = sourceId();
  // Whoever needs it hears of its failure; until then it must not count as unhandled.
  source.catch(() => undefined);

  return {
    openDatabase: async (hooks) => {
      const database = await connect(destination, { dataDir, files, ...hooks });
      return withQueries(database, await source);
    },
    migrate: async (runOptions, hooks) => {
      const openDatabase = (): Promise<Database> =>
        connect(destination, { dataDir, files, signal: hooks.signal });
      const engine = { openDatabase, dataDir, files, source: await source, appVersion, log };
      return migrate(engine, runOptions, hooks);
    },
    rootFinders: {
      defaults: () => defaultRoots(process.env, homedir(), process.platform),
      added: addedRoots,
      unique: uniqueRoots,
    },
    discoverySource: (roots, opened) => ({
      roots: () => roots.all(),
      discover: (found, filters, signal) =>
        discoverFiles({ roots: found, filters, signal, inspect, opened, log }),
      writeManifest: (path, discovery) => writeManifest(path, makeManifest(discovery)),
    }),
  };
}

function withQueries(database: Database, source: string): EngineDatabase {
  const { client, kind, version, place } = database;
  const asking = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
    try {
      return await question;
    } catch (error) {
      throw describeDatabaseError(error, place);
    }
  };
  return {
    kind,
    version,
    place,
    measure: () => asking(measureDatabase(client)),
    totals: () => asking(readTotals(client)),
    runs: (limit) => asking(listRuns(client, source, limit)),
    checkpoints: () => asking(readCheckpoints(client, source)),
    ensure: () => database.ensure(),
    close: () => database.close(),
  };
}

/** Without a database every file is new: what is there can be seen while the database is being mended. */
async function* discoverFiles({
  opened,
  log,
  ...options
}: Pick<Parameters<typeof discover>[0], 'roots' | 'filters' | 'signal' | 'inspect'> & {
  readonly opened: () => Promise<EngineDatabase>;
  readonly log: Log;
}): ReturnType<typeof discover> {
  const checkpoints = await knownFiles(opened, log);
  yield* discover({
    ...options,
    stateOf: (found) => compareWithCheckpoint(found, checkpoints.get(found.root, found.file)),
    onProblem: ({ path, message }) => log.warn('A folder could not be scanned', { path, reason: message }),
  });
}

async function knownFiles(opened: () => Promise<EngineDatabase>, log: Log): Promise<CheckpointMap> {
  try {
    return await (await opened()).checkpoints();
  } catch (error) {
    log.warn('Files are shown as new: the database could not be asked', { error });
    return new CheckpointMap();
  }
}

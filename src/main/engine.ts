import { homedir } from 'node:os';
import { CheckpointMap } from '../engine/checkpoints/checkpoint.ts';
import { readCheckpoints } from '../engine/checkpoints/checkpoint-table.ts';
import { compareWithCheckpoint, type RecountFile } from '../engine/checkpoints/compare.ts';
import { connect, type Database, type Destination } from '../engine/clickhouse/connect.ts';
import { describeDatabaseError } from '../engine/clickhouse/failures.ts';
import { measureDatabase } from '../engine/clickhouse/queries/measure-database.ts';
import { readTotals } from '../engine/clickhouse/queries/totals.ts';
import { discover } from '../engine/discover/discover.ts';
import { openInspectPool } from '../engine/discover/inspect-pool.ts';
import { makeManifest, writeManifest } from '../engine/discover/manifest.ts';
import { addedRoots, defaultRoots, uniqueRoots } from '../engine/discover/roots.ts';
import type { EngineFiles } from '../engine/engine-files.ts';
import { interruptedReport, readUnreportedRuns } from '../engine/interrupted-runs.ts';
import type { Log } from '../engine/log.ts';
import { migrate, type Engine } from '../engine/migrate.ts';
import { readRunStatus, type RunStatus } from '../engine/run-lock.ts';
import { destinationOf, listRuns, readEarlierRun } from '../engine/runs.ts';
import { sourceId } from '../engine/source-id.ts';
import { listVerifications } from '../engine/verify/record.ts';
import { repair } from '../engine/verify/repair.ts';
import { verify } from '../engine/verify/verify.ts';
import { AppError } from '../shared/failure.ts';
import type { RunOptions, RunReport } from '../shared/run.ts';
import type { DiscoverySource } from './current-discovery.ts';
import type { MigrateRun } from './current-run.ts';
import type { Verifier } from './current-verification.ts';
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
  readonly verifier: Verifier;
  /** The run on this data of whichever process; null when there is none. */
  readonly runStatus: () => Promise<RunStatus | null>;
  readonly rootFinders: RootFinders;
  discoverySource(roots: Roots, opened: () => Promise<EngineDatabase>): DiscoverySource;
}

/** The composition of the engine for the window; the command line has its own in `cli/context.ts`. */
export function createEngine(options: {
  readonly dataDir: string;
  readonly files: EngineFiles;
  readonly appVersion: string;
  readonly log: Log;
  /** Resident memory of all processes of the application in bytes, given that of the database. */
  readonly measureMemory: (databasePid: number | null) => Promise<number>;
}): WindowEngine {
  const { dataDir, files, appVersion, log, measureMemory } = options;
  const destination: Destination = { kind: 'embedded' };
  const { inspect, recount } = openInspectPool(files.inspectWorker);
  const source = sourceId();
  // Whoever needs it hears of its failure; until then it must not count as unhandled.
  source.catch(() => undefined);

  async function engineFor(signal: AbortSignal): Promise<Engine> {
    const openDatabase = (memoryLimitMb?: number): Promise<Database> =>
      connect(destination, {
        dataDir,
        files,
        signal,
        ...(memoryLimitMb === undefined ? {} : { memoryLimitMb }),
      });
    return { openDatabase, dataDir, files, source: await source, appVersion, log, measureMemory };
  }

  return {
    openDatabase: async (hooks) => {
      const database = await connect(destination, { dataDir, files, ...hooks });
      return withQueries(database, await source);
    },
    migrate: async (options, hooks) => migrate(await engineFor(hooks.signal), options, hooks),
    verifier: {
      verify: async (options, hooks) => verify(await engineFor(hooks.signal), options, hooks),
      repair: async (findings, options, hooks) =>
        repair(await engineFor(hooks.signal), findings, options, hooks),
    },
    runStatus: () => readRunStatus(dataDir),
    rootFinders: {
      defaults: () => defaultRoots(process.env, homedir(), process.platform),
      added: addedRoots,
      unique: uniqueRoots,
    },
    discoverySource: (roots, opened) => ({
      roots: () => roots.all(),
      discover: (found, filters, signal) =>
        discoverFiles({ roots: found, filters, signal, inspect, recount, opened, log }),
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
    measure: () => asking(measure(client)),
    totals: () => asking(readTotals(client).then(({ totals }) => totals)),
    runs: (limit) => asking(listAllRuns(database, source, limit)),
    runOptions: (runId) => asking(readRunOptions(client, source, runId)),
    verifications: (limit) => asking(listVerifications(client, source, limit)),
    checkpoints: () => asking(readCheckpoints(client, source)),
    ensure: () => database.ensure(),
    close: () => database.close(),
  };
}

async function measure(client: Database['client']): ReturnType<EngineDatabase['measure']> {
  const answer = await client.query({
    query: 'SELECT count() AS files, sum(imported_bytes) AS fileBytes FROM files',
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [sums] = await answer.json<{ files: number; fileBytes: number }>();
  return { files: 0, fileBytes: 0, ...sums, ...(await measureDatabase(client)) };
}

/** With those that have no report because their process died. */
async function listAllRuns(database: Database, source: string, limit: number): Promise<RunReport[]> {
  const { client } = database;
  const reported = await listRuns(client, source, limit);
  const known = new Set(reported.map(({ runId }) => runId));
  const unreported = await readUnreportedRuns(client, source);
  const interrupted = unreported.map((run) => interruptedReport(run, destinationOf(database)));
  return [...reported, ...interrupted.filter(({ runId }) => !known.has(runId))]
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
    .slice(0, limit);
}

/** @throws AppError `invalid-input` for a run that is not known, or whose options are of another version */
async function readRunOptions(
  client: Database['client'],
  source: string,
  runId: string,
): Promise<RunOptions> {
  const earlier = await readEarlierRun(client, source, runId);
  if (earlier !== null) return earlier.options;
  throw new AppError('invalid-input', `The database knows no run ${runId}. Nothing was started.`);
}

/** Without a database every file is new: what is there can be seen while the database is being mended. */
async function* discoverFiles({
  recount,
  opened,
  log,
  ...options
}: Pick<Parameters<typeof discover>[0], 'roots' | 'filters' | 'signal' | 'inspect'> & {
  readonly recount: RecountFile;
  readonly opened: () => Promise<EngineDatabase>;
  readonly log: Log;
}): ReturnType<typeof discover> {
  const checkpoints = await knownFiles(opened, log);
  yield* discover({
    ...options,
    stateOf: (found) => compareWithCheckpoint(found, checkpoints.of(found), recount),
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

import { join } from 'node:path';
import type { RunReport } from '../../shared/run.ts';
import { runOptions, type Progress } from '../../shared/run.ts';
import type { Finding, VerificationAction, VerificationOptions } from '../../shared/verification.ts';
import type { CheckpointMap } from '../checkpoints/checkpoint.ts';
import { readCheckpoints } from '../checkpoints/checkpoint-table.ts';
import { rebuildCheckpoints } from '../checkpoints/maintain.ts';
import type { Database } from '../clickhouse/connect.ts';
import { describeDatabaseError } from '../clickhouse/failures.ts';
import { migrate, type Engine } from '../migrate.ts';
import { refreshPrices } from '../prices/refresh-prices.ts';
import { reparse } from '../reparse/reparse.ts';
import { holdRunLock } from '../run-lock.ts';

export interface RepairHooks {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Checks that find lines which no file ever held: such a generation is taken out once a new one is there. */
const damaging = new Set(['stored-bytes', 'lines-once', 'parsed-columns']);

/**
 * Does what the findings say mends them; the answer is the report of the import, when there was one.
 *
 * A file is imported anew as a new generation. Only when that is in the database the rows of a damaged one are taken out;
 * what a rewritten file held before stays in the archive.
 *
 * @throws AppError when it can't be done: a run is active, the database is not there
 */
export async function repair(
  engine: Engine,
  findings: readonly Finding[],
  options: Pick<VerificationOptions, 'sources'>,
  hooks: RepairHooks,
): Promise<RunReport | null> {
  const wanted = new Set(findings.map(({ action }) => action.kind));
  const files = filesOf(findings.map(({ action }) => action));
  let report: RunReport | null = null;
  if (wanted.has('rebuild-checkpoints')) {
    await withDatabase(engine, ({ client }) => rebuildCheckpoints(client, engine.source));
  }
  if (files.length > 0) {
    const damaged = await withDatabase(engine, (database) => generationsOf(database, engine, findings));
    report = await migrate(engine, runOptions.parse({ anew: files }), hooks);
    if (report.status === 'completed')
      await withDatabase(engine, (database) => takeOut(database, engine, damaged));
  }
  if (wanted.has('migrate'))
    report = await migrate(engine, runOptions.parse({ sources: options.sources }), hooks);
  if (wanted.has('reparse'))
    await withDatabase(engine, ({ client }) => reparse(client, { signal: hooks.signal }));
  if (wanted.has('prices')) await withDatabase(engine, ({ client }) => refreshPrices(client, engine.dataDir));
  return report;
}

interface Generation {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
}

function filesOf(actions: readonly VerificationAction[]): { root: string; file: string }[] {
  const files = actions.flatMap((action) => (action.kind === 'reimport' ? action.files : []));
  return [...new Map(files.map((file) => [`${file.root}\0${file.file}`, file])).values()];
}

/** The present generations of the damaged files. */
async function generationsOf(
  { client }: Database,
  engine: Engine,
  findings: readonly Finding[],
): Promise<Generation[]> {
  const damaged = findings.filter(({ check }) => damaging.has(check)).map(({ action }) => action);
  const checkpoints: CheckpointMap = await readCheckpoints(client, engine.source);
  return filesOf(damaged).flatMap(({ root, file }) => {
    const known = checkpoints.of({ root, file, path: join(root, ...file.split('/')) });
    return known ? [{ root: known.root, file: known.file, generation: known.generation }] : [];
  });
}

/** Takes out generations that a newer one has replaced, with their accounts. */
async function takeOut(
  { client }: Database,
  { source }: Engine,
  generations: readonly Generation[],
): Promise<void> {
  const checkpoints = await readCheckpoints(client, source);
  for (const { root, file, generation } of generations) {
    const known = checkpoints.get(root, file);
    if (!known || known.generation <= generation) continue;
    for (const table of ['lines', 'gaps', 'file_states']) {
      await client.command({
        query: `ALTER TABLE ${table} DELETE WHERE source = {source:String} AND root = {root:String}
          AND file = {file:String} AND generation = {generation:UInt32}`,
        query_params: { source, root, file, generation },
        clickhouse_settings: { mutations_sync: '2' },
      });
    }
  }
}

async function withDatabase<Result>(
  engine: Engine,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const lock = await holdRunLock(engine.dataDir, 'repair', engine.destination);
  try {
    const database = await engine.openDatabase();
    try {
      return await work(database);
    } catch (error) {
      throw describeDatabaseError(error, database.place);
    } finally {
      await database.close();
    }
  } finally {
    await lock.release();
  }
}

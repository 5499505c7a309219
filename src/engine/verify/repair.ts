import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { privacyLevels, type PrivacyLevel, type PrivacySettings } from '../../shared/privacy.ts';
import type { RunReport } from '../../shared/run.ts';
import { runOptions, type Progress } from '../../shared/run.ts';
import type { Finding, VerificationAction, VerificationOptions } from '../../shared/verification.ts';
import { placeOf } from '../checkpoints/checkpoint.ts';
import { readCheckpoints } from '../checkpoints/checkpoint-table.ts';
import { rebuildCheckpoints } from '../checkpoints/maintain.ts';
import { takeOut } from '../checkpoints/take-out.ts';
import type { Database } from '../clickhouse/connect.ts';
import { describeDatabaseError } from '../clickhouse/failures.ts';
import { newestViews, readMigrations } from '../clickhouse/schema-migrations.ts';
import { migrate, type Engine } from '../migrate.ts';
import { refreshPrices } from '../prices/refresh-prices.ts';
import { reparse } from '../reparse/reparse.ts';
import { holdRunLock } from '../run-lock.ts';
import { ask } from './ask.ts';
import { atLeast, privacyOfLastRun, storedLevels } from './repair-privacy.ts';

/** Checks that find views which are not those of the migrations. */
const aboutViews = new Set(['views', 'view-sums']);

export interface RepairHooks {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Does what the findings say mends them; the answer is the report of the import, when there was one.
 *
 * A file is imported anew as a new generation. When that is in the database, the one before is taken out if the new one has
 * all of its lines; what a rewritten file held before stays in the archive.
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
  const privacy = await withDatabase(engine, ({ client }) => privacyOfLastRun(client, engine.source));
  let report: RunReport | null = null;
  if (findings.some(({ check }) => aboutViews.has(check))) {
    await withDatabase(engine, ({ client }) => makeViewsAnew(client, engine.files.migrations));
  }
  if (wanted.has('rebuild-checkpoints')) {
    await withDatabase(engine, ({ client }) => rebuildCheckpoints(client, engine.source));
  }
  if (files.length > 0) {
    report = await importAnew(engine, files, { findings, privacy, hooks });
  }
  // What was rebuilt from the lines is proved by a run that reads the files.
  if (wanted.has('migrate') || wanted.has('rebuild-checkpoints'))
    report = await migrate(engine, runOptions.parse({ sources: options.sources, privacy }), hooks);
  if (wanted.has('reparse'))
    await withDatabase(engine, ({ client }) => reparse(client, { signal: hooks.signal }));
  if (wanted.has('prices'))
    await withDatabase(engine, ({ client }) => refreshPrices(client, engine.dataDir, { anew: true }));
  return report;
}

/** Imports files as new generations, each at least at the level it was stored at; takes out what they have replaced. */
async function importAnew(
  engine: Engine,
  files: readonly FileName[],
  {
    findings,
    privacy,
    hooks,
  }: { findings: readonly Finding[]; privacy: PrivacySettings; hooks: RepairHooks },
): Promise<RunReport | null> {
  const { before, levels } = await withDatabase(engine, async (database) => ({
    before: await generationsOf(database, engine, files),
    levels: await storedLevels(database.client, engine.source),
  }));
  // Where the level itself is forged, what the run was told holds.
  const forged = new Set(
    filesOf(findings.filter(({ check }) => check === 'privacy-levels').map(({ action }) => action)).map(
      placeOf,
    ),
  );
  const levelOfFile = (file: FileName): PrivacyLevel => {
    const known = before.find(({ asked }) => asked === file);
    return forged.has(placeOf(file)) ? 'full' : ((known && levels.get(placeOf(known))) ?? 'full');
  };
  let report: RunReport | null = null;
  for (const level of privacyLevels) {
    const anew = files.filter((file) => levelOfFile(file) === level);
    if (anew.length === 0) continue;
    report = await migrate(engine, runOptions.parse({ anew, privacy: atLeast(privacy, level) }), hooks);
    if (report.status !== 'completed') return report;
  }
  await withDatabase(engine, (database) => takeOutReplaced(database, engine, before));
  return report;
}

async function makeViewsAnew(client: ClickHouseClient, directory: string): Promise<void> {
  for (const query of newestViews(await readMigrations(directory))) {
    await client.command({ query });
  }
}

interface FileName {
  readonly root: string;
  readonly file: string;
}

/** A generation of the file that is asked for, under the name by which it is known. */
interface Generation extends FileName {
  readonly generation: number;
  readonly asked: FileName;
}

function filesOf(actions: readonly VerificationAction[]): FileName[] {
  const files = actions.flatMap((action) => (action.kind === 'reimport' ? action.files : []));
  return [...new Map(files.map((file) => [`${file.root}\0${file.file}`, file])).values()];
}

/** The present generations of files. */
async function generationsOf(
  { client }: Database,
  engine: Engine,
  files: readonly FileName[],
): Promise<Generation[]> {
  const checkpoints = await readCheckpoints(client, engine.source);
  return files.flatMap((asked) => {
    const { root, file } = asked;
    const known = checkpoints.of({ root, file, path: join(root, ...file.split('/')) });
    return known ? [{ root: known.root, file: known.file, generation: known.generation, asked }] : [];
  });
}

/** Takes out generations of which a newer one has every line, with their accounts. */
async function takeOutReplaced(
  { client }: Database,
  { source }: Engine,
  generations: readonly Generation[],
): Promise<void> {
  const checkpoints = await readCheckpoints(client, source);
  for (const { root, file, generation } of generations) {
    const known = checkpoints.get(root, file);
    if (!known || known.generation <= generation) continue;
    const params = { source, root, file, generation, newer: known.generation };
    const [row] = await ask<{ n: string }>(client, linesOfItsOwn, params);
    if (row?.n !== '0') continue;
    await takeOut(client, source, [{ root, file, generation }]);
  }
}

const ofFile = `source = {source:String} AND root = {root:String} AND file = {file:String}`;

/** Lines that the newer generation does not have. One whose bytes are not those of its hash is no line any more. */
const linesOfItsOwn = `SELECT count() AS n FROM lines
  WHERE ${ofFile} AND generation = {generation:UInt32}
    AND (offset, hash) NOT IN (SELECT offset, hash FROM lines WHERE ${ofFile} AND generation = {newer:UInt32})
    AND NOT (privacy = 'full' AND (xxHash64(raw) != hash OR length(raw) != length))`;

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

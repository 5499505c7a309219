import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Root } from '../../shared/discovery.ts';
import {
  verificationVersion,
  type Elsewhere,
  type VerificationOptions,
  type VerificationProgress,
  type VerificationReport,
  type VerifiedFile,
} from '../../shared/verification.ts';
import type { Database } from '../clickhouse/connect.ts';
import { describeDatabaseError } from '../clickhouse/failures.ts';
import { openInspectPool } from '../discover/inspect-pool.ts';
import type { Engine } from '../migrate.ts';
import { holdRunLock } from '../run-lock.ts';
import { destinationOf } from '../runs.ts';
import { checkFolders, checkRoots, checkSpace, checkStructure, checkWritable } from './before.ts';
import { collectToVerify } from './collect.ts';
import { compareFile } from './compare-files.ts';
import { compareSample } from './compare-sample.ts';
import { compareTotals, compareViews } from './compare-totals.ts';
import { checkPrivacy } from './check-privacy.ts';
import { checkPrices, runSelfChecks } from './cross.ts';
import { readFileSums, type DatabaseFile } from './database/file-sums.ts';
import { checkSchema } from './database/schema-checks.ts';
import { coverageOf } from './coverage.ts';
import { UsageCounter } from './disk/count-usage.ts';
import type { FileReading } from './disk/read-file.ts';
import { fileChecks } from './file-checks.ts';
import { checkElsewhere, elsewhereOf } from './elsewhere.ts';
import { Findings } from './findings.ts';
import { Meter } from './meter.ts';
import { checkOlder } from './older-generations.ts';
import { pairFiles, type FilePair } from './pair-files.ts';
import { recordVerification } from './record.ts';
import { scoresOf, varianceOf } from './scores.ts';
import { openVerifyPool, type VerifyPool } from './verify-pool.ts';

export interface VerifyHooks {
  readonly signal: AbortSignal;
  /** At most ten times a second; the last one always comes. */
  readonly onProgress?: (progress: VerificationProgress) => void;
}

/** For a database that is started by it; one that runs already has what it has. */
const databaseMemoryMb = 1000;

/** What the steps of a verification share. */
export interface Verification {
  readonly engine: Engine;
  readonly database: Database;
  readonly options: VerificationOptions;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/**
 * Compares everything that is on disk with everything that is in the database, and the database with itself.
 *
 * Nothing of the import is used: the files are read again, their lines hashed and their usage counted by a second, simpler
 * implementation; ClickHouse adds up the bytes it has on its side. Nothing is changed. What was found is in the report, and
 * in the table `verifications`.
 *
 * @throws AppError when it can't be done: a run is active, the database or a named source is not there
 */
export async function verify(
  engine: Engine,
  options: VerificationOptions,
  hooks: VerifyHooks,
): Promise<VerificationReport> {
  // Under a run files and database move apart while they are looked at.
  const lock = await holdRunLock(engine.dataDir, 'verify', engine.destination);
  try {
    const database = await engine.openDatabase(databaseMemoryMb);
    try {
      return await verifyLocked(engine, database, options, hooks);
    } catch (error) {
      throw describeDatabaseError(error, database.place);
    } finally {
      await database.close();
    }
  } finally {
    await lock.release();
  }
}

async function verifyLocked(
  engine: Engine,
  database: Database,
  options: VerificationOptions,
  { signal, onProgress }: VerifyHooks,
): Promise<VerificationReport> {
  const startedMs = Date.now();
  const findings = new Findings();
  const meter = new Meter(startedMs, findings, onProgress);
  const verification: Verification = { engine, database, options, findings, signal, meter };

  const outcome: Outcome = { startedMs, roots: [], elsewhere: null, verified: [], totals: [] };
  try {
    await runChecks(verification, outcome);
    meter.enter('finishing');
    const report = makeReport(verification, outcome);
    await recordVerification(verification, report);
    return report;
  } catch (error) {
    // Stopped: what was found until then is told, and is no verification.
    if (!signal.aborted) throw error;
    return { ...makeReport(verification, outcome), result: 'cancelled' };
  } finally {
    meter.finish();
  }
}

/** All three tiers; what they find out is put into `outcome` as it is found. */
async function runChecks(verification: Verification, outcome: Outcome): Promise<void> {
  const { engine, database, findings, signal, meter } = verification;
  meter.enter('before');
  const { files, roots } = await collectToVerify(verification);
  outcome.roots = roots;
  checkRoots(roots, findings);
  checkFolders(files, roots, findings);
  await checkStructure(files, openInspectPool(engine.files.inspectWorker).inspect, findings, signal);
  await checkSchema(database.client, findings, signal);
  await checkWritable(database, engine.dataDir, findings);

  meter.enter('database');
  const sums = await readFileSums(database.client, engine.source, signal);
  const current = sums.filter(({ isCurrent }) => isCurrent);
  const [found, folders] = [files.filter(({ file }) => file !== ''), files.filter(({ file }) => file === '')];
  const readable = new Set(roots.filter(({ state }) => state === 'present').map(({ path }) => path));
  const pairs = pairFiles(found, current, { roots: readable, folders });
  outcome.elsewhere = elsewhereOf(current, pairs);
  checkElsewhere(outcome.elsewhere, { pairs, roots }, findings);
  await checkSpace(database, newBytesOf(pairs), findings);

  meter.enter('files');
  const pool = openVerifyPool(engine.files.verifyWorker, Math.max(2, availableParallelism()));
  try {
    const { counter, suspects } = await compareFiles(verification, pairs, pool, outcome.verified);
    await checkOlder(
      verification,
      sums.filter(({ isCurrent }) => !isCurrent),
    );
    outcome.totals = await compareTotals(verification, pairs, outcome.verified, counter);
    meter.enter('cross');
    await compareViews(verification);
    await runSelfChecks(verification);
    await checkPrivacy(verification);
    await checkPrices(verification);
    await compareSample(verification, { pairs, sums, suspects }, pool);
  } finally {
    await pool.close();
  }
}

function newBytesOf(pairs: readonly FilePair[]): number {
  return pairs.reduce(
    (sum, { found, database }) =>
      sum + Math.max(0, (found?.sizeBytes ?? 0) - (database?.account.importedBytes ?? 0)),
    0,
  );
}

async function compareFiles(
  { engine, database, findings, signal, meter }: Verification,
  pairs: readonly FilePair[],
  pool: VerifyPool,
  verified: VerifiedFile[],
): Promise<{ counter: UsageCounter; suspects: DatabaseFile[] }> {
  for (const check of Object.values(fileChecks)) findings.begin(check);
  const coveredMs = await coverageOf(database.client, engine.source);
  const counter = new UsageCounter();
  /** Files of which a column of some record is not what the disk says. */
  const suspects: DatabaseFile[] = [];
  meter.expect(pairs);
  const ahead: Promise<FileReading | Error | null>[] = [];
  let next = 0;
  const fill = (): void => {
    while (ahead.length < pool.threads * 2 && next < pairs.length && !signal.aborted) {
      const pair = pairs[next++];
      if (pair) ahead.push(readDisk(pair, pool, signal));
    }
  };
  for (const pair of pairs) {
    fill();
    const disk = (await ahead.shift()) ?? null;
    signal.throwIfAborted();
    verified.push(compareFile(pair, disk, { findings, coveredMs }));
    if (disk !== null && !(disk instanceof Error) && pair.database && pair.found) {
      counter.merge(disk.usage);
      if (disk.columnSum !== pair.database.columnSum) suspects.push(pair.database);
    }
    meter.did(pair.found?.sizeBytes ?? 0);
  }
  return { counter, suspects };
}

/** A file that can't be read is told as such; the others go on. */
async function readDisk(
  { found, database }: FilePair,
  pool: VerifyPool,
  signal: AbortSignal,
): Promise<FileReading | Error | null> {
  if (!found) return null;
  if (found.problem !== null) return new Error(found.problem);
  try {
    return await pool.readFile(
      {
        path: found.path,
        file: database?.file ?? found.file,
        limit: found.sizeBytes,
        until: database?.until ?? 0,
      },
      signal,
    );
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    return error;
  }
}

interface Outcome {
  readonly startedMs: number;
  roots: readonly Root[];
  /** Null until the database was asked. */
  elsewhere: Elsewhere | null;
  readonly verified: VerifiedFile[];
  totals: VerificationReport['totals'];
}

function makeReport(
  { engine, database, options, findings, meter }: Verification,
  { startedMs, roots, elsewhere, verified, totals }: Outcome,
): VerificationReport {
  const all = findings.all();
  const variance = varianceOf(totals);
  const count = (verdict: VerifiedFile['verdict']): number =>
    verified.filter((file) => file.verdict === verdict).length;
  const finishedMs = Date.now();
  const isWanting = variance > options.tolerance || all.some(({ severity }) => severity === 'error');
  return {
    version: verificationVersion,
    verificationId: randomUUID(),
    result: isWanting ? 'wanting' : 'passed',
    startedAt: new Date(startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    durationMs: finishedMs - startedMs,
    options,
    environment: {
      appVersion: engine.appVersion,
      databaseVersion: database.version,
      destination: destinationOf(database),
      source: engine.source,
      roots: roots.map(({ path }) => path),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
    },
    files: {
      equal: count('equal'),
      grown: count('grown'),
      differs: count('differs'),
      onlyOnDisk: count('only-on-disk'),
      onlyInDatabase: count('only-in-database'),
      unreadable: count('unreadable'),
      bytesRead: meter.bytesDone,
    },
    ...(elsewhere === null ? {} : { elsewhere }),
    checks: findings.checks(),
    scores: scoresOf(findings),
    totals: [...totals],
    variance,
    findings: all,
    perFile: [...verified],
  };
}

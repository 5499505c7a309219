import { writeCheckpoints } from './checkpoints/checkpoint-table.ts';
import type { Checkpoint } from './checkpoints/checkpoint.ts';
import { findVanished } from './checkpoints/vanished-files.ts';
import type { FilePlaces } from './discover/file-places.ts';
import type { FoundFile } from './discover/found-file.ts';
import { compileGlob } from './discover/glob.ts';
import type { ExtractPool } from './extract/extract-pool.ts';
import { importTasks } from './import-tasks.ts';
import { persist } from './insert/persist.ts';
import { makePlan, type Plan } from './plan.ts';
import type { Run } from './runs.ts';
import { schedule } from './schedule.ts';
import type { Root } from '../shared/discovery.ts';
import { isWithoutContent, type PrivacySettings } from '../shared/privacy.ts';

/** Brings some files up to date in the database: plan, extract, insert, checkpoint. Answers what there was to do. */
export async function importFiles(run: Run, pool: ExtractPool, found: readonly FoundFile[]): Promise<Plan> {
  const { options, checkpoints, ledger, signal } = run;
  const plan = await makePlan(found, checkpoints, {
    recount: (task) => pool.recount(task),
    signal,
    anew: options.anew.length > 0,
  });
  if (signal.aborted) return plan;
  ledger.take(plan);
  if (!options.dryRun) {
    await run.disk.require(plan.bytes, options.privacy.default);
    await saveCheckpoints(run, [...plan.archived, ...plan.refreshed]);
  }
  const tasks = schedule(plan.work, {
    source: run.engine.source,
    runId: run.runId,
    batchRows: options.batchRows,
    privacy: options.privacy,
    rangeBytes: pool.taskBytes,
    taskBytes: bytesOfOneTask(plan.bytes, pool, options.privacy),
  });
  await importTasks(tasks, pool, run);
  return plan;
}

/** Marks the files that are gone; `present` are those that are there. */
export async function markVanished(run: Run, roots: readonly Root[], present: FilePlaces): Promise<void> {
  const { pattern } = run.options.filters;
  const isNamed = pattern === undefined ? undefined : compileGlob(pattern);
  const vanished = await findVanished(run.checkpoints, roots, present, isNamed);
  if (run.signal.aborted) return;
  run.ledger.vanish(vanished.length);
  for (const checkpoint of vanished) run.checkpoints.set(checkpoint);
  await saveCheckpoints(run, vanished);
}

/** Writes checkpoints for as long as it takes; nothing in a dry run. */
export async function saveCheckpoints(run: Run, checkpoints: readonly Checkpoint[]): Promise<void> {
  if (run.options.dryRun || checkpoints.length === 0) return;
  const { client } = run.database;
  await persist(() => writeCheckpoints(client, run.engine.source, run.runId, checkpoints), run.persistence);
}

/** A task of less is not worth its insert. */
const leastTaskBytes = 8 * 1024 * 1024;
/** So many tasks for each worker, so that all are busy from the first to the last. */
const tasksPerThread = 4;
/** Without their content lines take so much less memory and disk. */
const metadataShare = 4;

/** Source bytes of one task: as many as memory allows, as an insert costs the database the same whatever it holds. */
function bytesOfOneTask(planBytes: number, pool: ExtractPool, privacy: PrivacySettings): number {
  const most = pool.taskBytes * (isWithoutContent(privacy) ? metadataShare : 1);
  const share = planBytes / (pool.threads * tasksPerThread);
  return Math.min(most, Math.max(leastTaskBytes, share));
}

import { writeCheckpoints } from './checkpoints/checkpoint-table.ts';
import type { Checkpoint } from './checkpoints/checkpoint.ts';
import { findVanished } from './checkpoints/vanished-files.ts';
import type { FoundFile } from './discover/found-file.ts';
import type { ExtractPool } from './extract/extract-pool.ts';
import { importBatches } from './import-batches.ts';
import { persist } from './insert/persist.ts';
import { makePlan, type Plan } from './plan.ts';
import type { Run } from './runs.ts';
import { schedule } from './schedule.ts';
import type { Root } from '../shared/discovery.ts';

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
    taskBytes: taskBytes(options.memoryLimitMb),
  });
  await importBatches({ tasks, pool, run, signal });
  return plan;
}

/** Marks the files that are gone; `present` holds the places of those that are there. */
export async function markVanished(
  run: Run,
  roots: readonly Root[],
  present: ReadonlySet<string>,
): Promise<void> {
  const vanished = await findVanished(run.checkpoints, roots, present);
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

/** Source bytes of one task: its rows take about three times as much, in each worker and in each insert. */
function taskBytes(memoryLimitMb: number): number {
  const megabytes = Math.max(4, Math.min(32, Math.floor(memoryLimitMb / 200)));
  return megabytes * 1024 * 1024;
}

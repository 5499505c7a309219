import { createHash } from 'node:crypto';
import { writeCheckpoints } from './checkpoints/checkpoint-table.ts';
import type { ExtractPool } from './extract/extract-pool.ts';
import type { Batch, ExtractResult, ExtractTask } from './extract/task.ts';
import { insertBatch } from './insert/insert-batch.ts';
import { withRetries } from './insert/with-retries.ts';
import type { Run } from './runs.ts';

export interface ImportSteps {
  readonly tasks: Iterable<ExtractTask>;
  readonly pool: ExtractPool;
  readonly run: Run;
  readonly signal: AbortSignal;
}

/**
 * Extracts tasks in parallel, inserts their batches in order and writes the checkpoint after each.
 *
 * In order means that what the database has of a file is always its beginning, so one number says how far it is. Workers
 * run ahead by as many tasks as there are threads; that bounds the memory.
 */
export async function importBatches({ tasks, pool, run, signal }: ImportSteps): Promise<void> {
  const ahead: { task: ExtractTask; result: Promise<ExtractResult> }[] = [];
  const stop = new AbortController();
  const source = tasks[Symbol.iterator]();
  const fill = (): void => {
    while (ahead.length <= pool.threads && !signal.aborted) {
      const next = source.next();
      if (next.done) return;
      const result = pool.extract(next.value, stop.signal);
      // The rejection is awaited below, possibly later than it happens.
      result.catch(() => undefined);
      ahead.push({ task: next.value, result });
    }
  };
  try {
    for (fill(); ahead.length > 0 && !signal.aborted; fill()) {
      const first = ahead[0];
      if (!first) break;
      const { batches, failed } = await first.result;
      for (const failure of failed) run.ledger.fail(failure);
      for (const batch of batches) {
        if (signal.aborted) break;
        await importBatch(batch, run, signal);
      }
      ahead.shift();
    }
  } finally {
    stop.abort();
    await Promise.allSettled(ahead.map(({ result }) => result));
  }
}

async function importBatch(batch: Batch, run: Run, signal: AbortSignal): Promise<void> {
  // A part of the file before this one could not be read: inserting this one would leave a hole.
  if (batch.parts.every(({ index }) => run.ledger.isFailed(index))) return;
  if (run.options.dryRun) {
    run.ledger.acknowledge(batch);
    return;
  }
  const { client } = run.database;
  const retry = { ensure: () => run.database.ensure(), signal, log: run.engine.log };
  await withRetries(() => insertBatch(client, batch, tokenOf(batch, run.runId)), retry);
  const checkpoints = run.ledger.acknowledge(batch);
  await withRetries(() => writeCheckpoints(client, run.engine.source, run.runId, checkpoints), retry);
}

/** Names the bytes of a batch within a run; a retry sends the same bytes under the same name. */
function tokenOf(batch: Batch, runId: string): string {
  const places = batch.parts.map(({ index, start, end }) => `${index}:${start}:${end}`).join(',');
  return createHash('sha256').update(`${runId}|${places}`).digest('hex');
}

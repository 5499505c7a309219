import { createHash } from 'node:crypto';
import { writeCheckpoints } from './checkpoints/checkpoint-table.ts';
import type { ExtractPool } from './extract/extract-pool.ts';
import type { Batch, ExtractResult, ExtractTask } from './extract/task.ts';
import { smallerTask, withRefusal } from './insert/smaller-task.ts';
import { insertBatch } from './insert/insert-batch.ts';
import { BatchRefused, persist, type Persistence } from './insert/persist.ts';
import type { RefusalLimit } from './insert/refusal-limit.ts';
import type { Run } from './runs.ts';

/** Puts batches into the database, in smaller pieces where the database wants that. */
export class BatchImport {
  readonly #run: Run;
  readonly #pool: ExtractPool;
  readonly #stopSignal: AbortSignal;
  readonly #refusals: RefusalLimit;
  readonly #persistence: Persistence;
  /** The database has had no memory for more. */
  #mostRows = Infinity;

  constructor(run: Run, pool: ExtractPool, stopSignal: AbortSignal) {
    const { signal } = run;
    this.#run = run;
    this.#pool = pool;
    this.#stopSignal = stopSignal;
    this.#refusals = run.refusals;
    this.#persistence = {
      ensure: () => run.database.ensure(),
      place: run.database.place,
      signal,
      log: run.engine.log,
      onWaiting: (waiting) => run.progress.wait(waiting),
    };
  }

  /** Imports what a worker made of a task. */
  async take(task: ExtractTask, { batches, failed }: ExtractResult): Promise<void> {
    const run = this.#run;
    const { signal } = run;
    for (const batch of batches) {
      if (signal.aborted) return;
      await run.gate();
      if (run.ledger.accepts(batch)) await this.#import(batch, task);
      else await this.#importRest(batch, task);
    }
    for (const failure of failed) run.ledger.fail(failure);
  }

  async #import(batch: Batch, task: ExtractTask): Promise<void> {
    const run = this.#run;
    const { signal } = run;
    if (run.options.dryRun) {
      run.ledger.acknowledge(batch);
      return;
    }
    if (batch.lines.rows > this.#mostRows) {
      await this.#importSmaller(batch, task, this.#mostRows);
      return;
    }
    run.ledger.willWrite();
    const { client } = run.database;
    const { source } = run.engine;
    // A single small line can't be what is too large: the database is short of memory for another reason.
    const isSmallest = batch.lines.rows <= 1 && batch.lines.bytes.length < largeLine;
    const options = { token: tokenOf(batch, run.runId), source, signal: run.hardStop };
    try {
      const persistence = { ...this.#persistence, isSmallest };
      await persist((attempt) => insertBatch(client, batch, attempt, options), persistence);
    } catch (error) {
      if (signal.aborted && !(error instanceof BatchRefused)) return;
      if (!(error instanceof BatchRefused)) throw error;
      await this.#answerRefusal(batch, task, error);
      return;
    }
    // It may have had no memory for a moment only.
    this.#mostRows *= 2;
    const checkpoints = run.ledger.acknowledge(batch);
    await persist(() => writeCheckpoints(client, source, run.runId, checkpoints), this.#persistence).catch(
      (error: unknown) => {
        // The lines are there: the next run finds them and what they add up to.
        if (!signal.aborted) throw error;
      },
    );
  }

  /** The parts of a batch whose files are in order, without those that are not: a part before them is missing or changed. */
  async #importRest(batch: Batch, task: ExtractTask): Promise<void> {
    const run = this.#run;
    const parts = batch.parts.filter(({ index }) => !run.ledger.isFailed(index));
    if (parts.length === 0) return;
    await this.#importSmaller({ ...batch, parts }, task, task.batchRows);
  }

  /** Half as many rows at a time, down to the one that the database refuses: that one is kept as a reject. */
  async #answerRefusal(batch: Batch, task: ExtractTask, refused: BatchRefused): Promise<void> {
    const { rows } = batch.lines;
    const isTooLarge = refused.remedy === 'smaller';
    if (rows > 1) {
      const half = Math.ceil(rows / 2);
      // What was too large once is too large the next time.
      if (isTooLarge) this.#mostRows = half;
      await this.#importSmaller(batch, task, half);
      return;
    }
    if (batch.firstLine === null) throw refused.cause;
    this.#refusals.count(refused);
    const alone = smallerTask(task, batch, 1);
    await this.#extractAndTake(withRefusal(alone, batch.firstLine.offset, refused.message, isTooLarge));
  }

  async #importSmaller(batch: Batch, task: ExtractTask, rows: number): Promise<void> {
    await this.#extractAndTake(smallerTask(task, batch, rows));
  }

  async #extractAndTake(task: ExtractTask): Promise<void> {
    await this.take(task, await this.#pool.extract(task, this.#stopSignal));
  }
}

/** A line of so many bytes may be more than the database can take in one piece. */
const largeLine = 32 * 1024 * 1024;

/** Names the bytes of a batch within a run; a retry sends the same bytes under the same name. */
function tokenOf(batch: Batch, runId: string): string {
  const { parts, firstLine } = batch;
  const places = parts.map(({ index, start, end }) => `${index}:${start}:${end}`).join(',');
  const first = firstLine === null ? '' : Object.values(firstLine).join('|');
  const sums = parts.map(({ orderedChecksum }) => orderedChecksum).join(',');
  return createHash('sha256').update(`${runId}|${first}|${places}|${sums}`).digest('hex');
}

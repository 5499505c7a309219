import type { ExtractPool } from './extract/extract-pool.ts';
import type { ExtractResult, ExtractTask } from './extract/task.ts';
import { BatchImport } from './import-batches.ts';
import type { Run } from './runs.ts';

/** A task whose rows are being made, or are made and wait. */
interface Extracting {
  readonly task: ExtractTask;
  readonly result: Promise<ExtractResult>;
}

/** A task whose batches are on their way into the database. */
interface Importing {
  readonly files: ReadonlySet<number>;
  readonly done: Promise<void>;
}

/**
 * Extracts tasks in parallel and imports what comes out of them, two tasks at a time.
 *
 * The tasks of one file are imported strictly in order: what the database has of a file is always its beginning, so one
 * number says how far it is. There are never more tasks on their way than pieces of memory for their rows, and only one
 * while the processes hold more memory than they may: that bounds the memory, also while the database makes everything
 * wait.
 */
export async function importTasks(tasks: Iterable<ExtractTask>, pool: ExtractPool, run: Run): Promise<void> {
  const { signal, progress, options } = run;
  const stop = new AbortController();
  const { rowMemory } = pool;
  const batches = new BatchImport(run, pool, stop.signal);
  const source = tasks[Symbol.iterator]();
  const extracting: Extracting[] = [];
  const importing = new Set<Importing>();
  const failures: unknown[] = [];

  const fill = (): void => {
    while (!signal.aborted) {
      const isAlone = extracting.length + importing.size === 0;
      if (!isAlone && progress.isOverMemory(options.memoryLimitMb)) return;
      if (rowMemory.isTaken) return;
      const next = source.next();
      if (next.done) return;
      const task = { ...next.value, memory: rowMemory.take() };
      const result = extract(task, pool, stop.signal);
      // The rejection is awaited below, possibly later than it happens.
      result.catch(() => undefined);
      extracting.push({ task, result });
    }
  };
  const giveBack = ({ memory }: ExtractTask): void => {
    if (memory) rowMemory.give(memory);
  };
  const begin = (task: ExtractTask, result: ExtractResult): void => {
    const done = batches.take(task, result).finally(() => {
      importing.delete(one);
      giveBack(task);
    });
    done.catch((error: unknown) => {
      failures.push(error);
      stop.abort();
    });
    const one = { files: filesOf(task), done };
    importing.add(one);
  };
  /** Room for a task: not too many are on their way, and none of them has an earlier piece of one of its files. */
  const room = async (task: ExtractTask): Promise<void> => {
    const files = filesOf(task);
    const isInTheWay = (other: Importing): boolean => [...files].some((file) => other.files.has(file));
    while (importing.size >= pool.mostImporting || [...importing].some(isInTheWay)) {
      await oneOf(importing);
      fill();
    }
  };

  try {
    while (!signal.aborted) {
      fill();
      const [first] = extracting;
      if (!first && importing.size === 0) break;
      if (!first) {
        await oneOf(importing);
        continue;
      }
      const result = await first.result;
      await room(first.task);
      extracting.shift();
      begin(first.task, result);
      await run.gate();
    }
    await Promise.all([...importing].map(({ done }) => done));
  } catch (error) {
    // Stopping what is being extracted fails that too: the first failure is the reason.
    throw failures[0] ?? error;
  } finally {
    stop.abort();
    const ends = [...extracting.map(({ result }) => result), ...[...importing].map(({ done }) => done)];
    await Promise.allSettled(ends);
    for (const { task } of extracting) giveBack(task);
  }
}

/** Resolves when one of them is done; rejects when that failed. */
async function oneOf(importing: ReadonlySet<Importing>): Promise<void> {
  await Promise.race([...importing].map(({ done }) => done));
}

function filesOf(task: ExtractTask): Set<number> {
  return new Set(task.segments.map(({ index }) => index));
}

/** A worker that died, of memory or of a bug, may have died of one file: each is tried alone, and the others go on. */
async function extract(task: ExtractTask, pool: ExtractPool, signal: AbortSignal): Promise<ExtractResult> {
  try {
    return await pool.extract(task, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const results: ExtractResult[] = [];
    for (const segment of task.segments) {
      const { index } = segment;
      const alone = pool.extract({ ...task, segments: [segment], memory: null }, signal);
      results.push(
        await alone.catch((reason: unknown) => {
          if (signal.aborted) throw reason;
          return { batches: [], failed: [{ index, code: 'worker-died', message: deathOf(reason) }] };
        }),
      );
    }
    return {
      batches: results.flatMap(({ batches }) => batches),
      failed: results.flatMap(({ failed }) => failed),
    };
  }
}

function deathOf(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return `The worker that read the file ended (${text}). What is in the database of it stays; the next run tries again.`;
}

import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { RowMemory } from './row-memory.ts';
import { rowBytesOf } from '../memory.ts';
import { isWithoutContent, type PrivacySettings } from '../../shared/privacy.ts';
import { recountOf, type Recount, type RecountAnswer, type RecountTask } from './recount.ts';
import type { ExtractResult, ExtractTask } from './task.ts';

/** Worker threads that turn bytes of files into rows. */
export interface ExtractPool {
  readonly threads: number;
  /** Source bytes of one task. */
  readonly taskBytes: number;
  /** Tasks whose rows may be on their way into the database at a time. */
  readonly mostImporting: number;
  /** Room for the rows of the tasks that are extracted or imported. */
  readonly rowMemory: RowMemory;
  extract(task: ExtractTask, signal: AbortSignal): Promise<ExtractResult>;
  /** Throws the file system's error when the file can't be read. */
  recount(task: RecountTask): Promise<Recount>;
  close(): Promise<void>;
}

/** Heap of one worker in MiB: buffers lie outside of it, a parsed line of 64 MB inside. */
const workerHeapMb = 1024;

/**
 * Threads by the machine. Storing the content takes the database as long as extracting it takes the workers, so half of
 * the processors are left to it; without content there is little to store.
 */
export function chooseThreads(requested: number, privacy: PrivacySettings): number {
  const processors = availableParallelism();
  const most = isWithoutContent(privacy) ? processors : processors / 2;
  return requested > 0 ? requested : Math.max(1, Math.min(4, Math.floor(most)));
}

/** While one task is compressed and written, the next one is sent and the one before gets its checkpoint. */
export const mostImporting = 2;

export function openExtractPool(workerFile: string, threads: number, taskBytes: number): ExtractPool {
  const pool = new Piscina<ExtractTask | RecountTask, ExtractResult | RecountAnswer>({
    filename: workerFile,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: workerHeapMb },
  });
  return {
    threads,
    taskBytes,
    mostImporting,
    rowMemory: new RowMemory(threads + mostImporting, rowBytesOf(taskBytes)),
    extract: (task, signal) => pool.run(task, { name: 'extract', signal }) as Promise<ExtractResult>,
    recount: async (task) => recountOf((await pool.run(task, { name: 'recount' })) as RecountAnswer),
    close: () => pool.destroy(),
  };
}

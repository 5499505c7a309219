import { Piscina } from 'piscina';
import type { CompareLinesResult, CompareLinesTask } from './disk/compare-lines.ts';
import type { FileReading, ReadFileTask } from './disk/read-file.ts';

/** Worker threads that read files anew. */
export interface VerifyPool {
  readonly threads: number;
  /** Rejects with the file system's error when the file can't be read. */
  readFile(task: ReadFileTask, signal: AbortSignal): Promise<FileReading>;
  compareLines(task: CompareLinesTask, signal: AbortSignal): Promise<CompareLinesResult>;
  close(): Promise<void>;
}

/** Heap of one worker in MiB: the bytes of lines lie outside of it, a parsed line of 64 MB inside. */
const workerHeapMb = 1024;

export function openVerifyPool(workerFile: string, threads: number): VerifyPool {
  const pool = new Piscina<ReadFileTask | CompareLinesTask, FileReading | CompareLinesResult>({
    filename: workerFile,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 10_000,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: workerHeapMb },
  });
  return {
    threads,
    readFile: (task, signal) => pool.run(task, { name: 'readFile', signal }) as Promise<FileReading>,
    compareLines: (task, signal) =>
      pool.run(task, { name: 'compareLines', signal }) as Promise<CompareLinesResult>,
    close: () => pool.destroy(),
  };
}

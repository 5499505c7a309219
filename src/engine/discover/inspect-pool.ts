import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { FoundFile } from './found-file.ts';
import type { Inspection } from './inspect-file.ts';

/** Threads that nobody uses go after this long; a scan soon after another finds them warm. */
const idleMs = 10_000;

/** Looks into files in worker threads, which start with the first file and end by themselves. */
export function openInspectPool(worker: string): (found: FoundFile) => Promise<Inspection> {
  let pool: Piscina<FoundFile, Inspection> | null = null;
  return (found) => {
    pool ??= new Piscina({
      filename: worker,
      name: 'inspect',
      minThreads: 0,
      maxThreads: Math.min(4, Math.max(1, availableParallelism() - 1)),
      idleTimeout: idleMs,
    });
    return pool.run(found);
  };
}

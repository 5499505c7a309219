import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { RecountFile } from '../checkpoints/compare.ts';
import { recountOf, type RecountAnswer, type RecountTask } from '../extract/recount.ts';
import type { FoundFile } from './found-file.ts';
import type { Inspection } from './inspect-file.ts';

/** Threads that nobody uses go after this long; a scan soon after another finds them warm. */
const idleMs = 10_000;

/** Worker threads that look into files; they start with the first file and end by themselves. */
export interface InspectPool {
  readonly inspect: (found: FoundFile) => Promise<Inspection>;
  readonly recount: RecountFile;
}

export function openInspectPool(worker: string): InspectPool {
  let pool: Piscina<FoundFile | RecountTask, Inspection | RecountAnswer> | null = null;
  const opened = () =>
    (pool ??= new Piscina({
      filename: worker,
      minThreads: 0,
      maxThreads: Math.min(4, Math.max(1, availableParallelism() - 1)),
      idleTimeout: idleMs,
    }));
  return {
    inspect: (found) => opened().run(found, { name: 'inspect' }) as Promise<Inspection>,
    recount: async (task) => recountOf((await opened().run(task, { name: 'recount' })) as RecountAnswer),
  };
}

import xxhash from 'xxhash-wasm';
import { answerRecount, type RecountAnswer, type RecountTask } from '../extract/recount.ts';

/** Looks into files away from the main thread: parsing samples would keep the window from answering. */
export { inspectFile as inspect } from './inspect-file.ts';

const hasher = await xxhash();

/** Counts lines again; see `extract.worker.ts`, which has the same for a run. */
export function recount(task: RecountTask): RecountAnswer {
  return answerRecount(task, (bytes) => hasher.h64Raw(bytes));
}

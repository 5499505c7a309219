import { setImmediate } from 'node:timers/promises';
import type { FileState } from '../shared/discovery.ts';
import { seen } from './checkpoints/advance.ts';
import type { Checkpoint, CheckpointMap } from './checkpoints/checkpoint.ts';
import {
  compareWithCheckpoint,
  isUntouched,
  rewritten,
  type Comparison,
  type RecountFile,
} from './checkpoints/compare.ts';
import { MovedFiles } from './checkpoints/moved-files.ts';
import { archivedOf } from './checkpoints/true-checkpoints.ts';
import type { FoundFile } from './discover/found-file.ts';

/** A file of the run and where its import goes on. */
export interface PlannedFile {
  /** Position among the work of the plan. */
  readonly index: number;
  readonly found: FoundFile;
  readonly state: FileState;
  /** What is known of the generation to write; empty for a new file or a new generation. */
  readonly checkpoint: Checkpoint;
}

/** What there is to do. */
export interface Plan {
  /** Files with bytes to read, in the order to read them. */
  readonly work: readonly PlannedFile[];
  /** Files that are in the database completely. */
  readonly unchanged: readonly PlannedFile[];
  /** Checkpoints of unchanged files that have something new to say: other times, another place, lines proved. */
  readonly refreshed: readonly Checkpoint[];
  /** Of files that were rewritten: what the older generation holds and nobody accounted for. */
  readonly archived: readonly Checkpoint[];
  readonly unreadable: readonly { readonly found: FoundFile; readonly reason: string }[];
  /** Bytes to read. */
  readonly bytes: number;
}

export interface PlanOptions {
  readonly recount: RecountFile;
  readonly signal: AbortSignal;
  /** Every file becomes a new generation, whatever is known of it. */
  readonly anew?: boolean;
}

/** Files compared at a time; most comparisons read at most five kilobytes. */
const comparisons = 16;
/** How long comparing may keep everything else of the process from its turn. */
const longestTurnMs = 10;

/** Compares every file with what the database knows of it and decides where to start. */
export async function makePlan(
  files: readonly FoundFile[],
  checkpoints: CheckpointMap,
  { recount, signal, anew = false }: PlanOptions,
): Promise<Plan> {
  const moved = new MovedFiles(checkpoints, files, recount);
  const planned: (PlannedFile & { readonly known: Checkpoint | undefined })[] = [];
  const unreadable: { found: FoundFile; reason: string }[] = [];
  const look = async (found: FoundFile, index: number): Promise<void> => {
    const { known, comparison } = await compare(found, checkpoints, moved, recount);
    const isForced = anew && known !== undefined && comparison.state !== 'unreadable';
    const { state, reason, checkpoint } = isForced ? rewritten(known) : comparison;
    if (state === 'unreadable') unreadable.push({ found, reason });
    else planned.push({ index, found, state, checkpoint, known });
  };
  let pausedMs = performance.now();
  for (let start = 0; start < files.length && !signal.aborted; start += comparisons) {
    // A file that is new, or as it was, is compared without waiting for anything: 10,000 of them would stop the window.
    if (performance.now() - pausedMs > longestTurnMs) {
      await setImmediate();
      pausedMs = performance.now();
    }
    const waiting: Promise<void>[] = [];
    for (let index = start; index < Math.min(start + comparisons, files.length); index++) {
      const found = files[index] as FoundFile;
      const known = checkpoints.get(found.root, found.file);
      if (!anew && known && isUntouched(found, known)) {
        planned.push({ index, found, state: 'unchanged', checkpoint: known, known });
      } else waiting.push(look(found, index));
    }
    await Promise.all(waiting);
  }
  planned.sort((a, b) => a.index - b.index);
  const work = planned.filter(({ state }) => state !== 'unchanged');
  const unchanged = planned
    .filter(({ state }) => state === 'unchanged')
    .map((file) => ({ ...file, checkpoint: refreshedOf(file) }));
  return {
    work: work.map((file, index) => ({ ...file, index })),
    unchanged,
    refreshed: unchanged
      .filter(({ known, checkpoint }) => known !== checkpoint)
      .map((file) => file.checkpoint),
    archived: work.flatMap(({ state, known }) => (state === 'rewritten' && known ? archivedOf(known) : [])),
    unreadable,
    bytes: work.reduce((sum, { found, checkpoint }) => sum + found.sizeBytes - checkpoint.importedBytes, 0),
  };
}

async function compare(
  found: FoundFile,
  checkpoints: CheckpointMap,
  moved: MovedFiles,
  recount: RecountFile,
): Promise<{ known: Checkpoint | undefined; comparison: Comparison }> {
  try {
    const known = checkpoints.get(found.root, found.file) ?? (await moved.find(found));
    return { known, comparison: await compareWithCheckpoint(found, known, recount) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const problem = error.message;
    return {
      known: undefined,
      comparison: await compareWithCheckpoint({ ...found, problem }, undefined, recount),
    };
  }
}

/** A file that is back, or somewhere else, says so though its lines are the same. */
function refreshedOf({ found, checkpoint }: PlannedFile): Checkpoint {
  const now = seen(checkpoint, found);
  return checkpoint.vanishedMs !== null || now.foundAt !== checkpoint.foundAt ? now : checkpoint;
}

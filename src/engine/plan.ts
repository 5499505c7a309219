import type { FileState } from '../shared/discovery.ts';
import { emptyCheckpoint, type Checkpoint, type CheckpointMap } from './checkpoints/checkpoint.ts';
import { compareWithCheckpoint } from './checkpoints/compare.ts';
import type { FoundFile } from './discover/found-file.ts';

/** A file of the run and where its import goes on. */
export interface PlannedFile {
  readonly index: number;
  readonly found: FoundFile;
  readonly state: FileState;
  /** What is known of the generation to write; empty for a new file or a new generation. */
  readonly checkpoint: Checkpoint;
}

/** What a run has to do. */
export interface Plan {
  /** Files with bytes to read, in the order to read them. */
  readonly work: readonly PlannedFile[];
  /** Files that are in the database completely. */
  readonly unchanged: readonly PlannedFile[];
  readonly unreadable: readonly { readonly found: FoundFile; readonly reason: string }[];
  /** Bytes to read. */
  readonly bytes: number;
}

/** Files compared at a time; each comparison reads at most five kilobytes. */
const comparisons = 16;

/** Compares every file with what the database knows of it and decides where to start. */
export async function makePlan(
  files: readonly FoundFile[],
  checkpoints: CheckpointMap,
  signal: AbortSignal,
): Promise<Plan> {
  const planned: PlannedFile[] = [];
  const unreadable: { found: FoundFile; reason: string }[] = [];
  for (let start = 0; start < files.length && !signal.aborted; start += comparisons) {
    await Promise.all(
      files.slice(start, start + comparisons).map(async (found, place) => {
        const known = checkpoints.get(found.root, found.file);
        const { state, reason } = await compareWithCheckpoint(found, known);
        if (state === 'unreadable') unreadable.push({ found, reason });
        else planned.push({ index: start + place, found, state, checkpoint: baseOf(found, state, known) });
      }),
    );
  }
  planned.sort((a, b) => a.index - b.index);
  const work = planned.filter(({ state }) => state !== 'unchanged');
  return {
    work: work.map((file, index) => ({ ...file, index })),
    unchanged: planned.filter(({ state }) => state === 'unchanged'),
    unreadable,
    bytes: work.reduce((sum, { found, checkpoint }) => sum + found.sizeBytes - checkpoint.importedBytes, 0),
  };
}

function baseOf(found: FoundFile, state: FileState, known: Checkpoint | undefined): Checkpoint {
  const { root, file } = found;
  if (!known) return emptyCheckpoint({ root, file, generation: 0, firstSeenMs: Date.now() });
  if (state !== 'rewritten') return known;
  return emptyCheckpoint({ root, file, generation: known.generation + 1, firstSeenMs: known.firstSeenMs });
}

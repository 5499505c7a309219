import type { Root } from '../../shared/discovery.ts';
import type { FilePlaces } from '../discover/file-places.ts';
import type { Checkpoint, CheckpointMap } from './checkpoint.ts';
import { fileAt } from './file-at.ts';
import { lastPathOf } from './moved-files.ts';
import { checkpointsOf, OtherNames } from './other-names.ts';
import { settled } from './true-checkpoints.ts';

/**
 * The checkpoints of files that are gone from a disk that is there, marked with the time.
 *
 * Only below roots that can be read: a drive that is not mounted has lost nothing. A file that a filter left out is there;
 * one whose name now leads to another file that is accounted for is gone, as that one is imported once.
 *
 * @param isNamed whether the filter takes files of this name, and so would have found it
 */
export async function findVanished(
  checkpoints: CheckpointMap,
  roots: readonly Root[],
  present: FilePlaces,
  isNamed: (file: string) => boolean = () => true,
): Promise<Checkpoint[]> {
  const readable = new Set(roots.filter(({ state }) => state === 'present').map(({ path }) => path));
  const vanished: Checkpoint[] = [];
  let others: OtherNames | null = null;
  for (const checkpoint of checkpoints.values()) {
    const isInScope = readable.has(checkpoint.root) && checkpoint.vanishedMs === null;
    if (!isInScope || present.has(checkpoint)) continue;
    others ??= new OtherNames(checkpointsOf(present, checkpoints));
    if (await isGone(checkpoint, isNamed(checkpoint.file) ? others : null)) {
      vanished.push({ ...settled(checkpoint), vanishedMs: Date.now() });
    }
  }
  return vanished;
}

async function isGone(checkpoint: Checkpoint, others: OtherNames | null): Promise<boolean> {
  const path = lastPathOf(checkpoint);
  try {
    return (await fileAt(path)) === null || ((await others?.have(path, checkpoint)) ?? false);
  } catch (error) {
    // What can't be looked at is not known to be gone.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

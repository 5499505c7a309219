import type { Root } from '../../shared/discovery.ts';
import type { FilePlaces } from '../discover/file-places.ts';
import type { Checkpoint, CheckpointMap } from './checkpoint.ts';
import { fileAt } from './file-at.ts';
import { lastPathOf } from './moved-files.ts';
import { settled } from './true-checkpoints.ts';

/**
 * The checkpoints of files that are gone from a disk that is there, marked with the time.
 *
 * Only below roots that can be read: a drive that is not mounted has lost nothing. A file that a filter left out is there.
 */
export async function findVanished(
  checkpoints: CheckpointMap,
  roots: readonly Root[],
  present: FilePlaces,
): Promise<Checkpoint[]> {
  const readable = new Set(roots.filter(({ state }) => state === 'present').map(({ path }) => path));
  const vanished: Checkpoint[] = [];
  for (const checkpoint of checkpoints.values()) {
    const isInScope = readable.has(checkpoint.root) && checkpoint.vanishedMs === null;
    if (!isInScope || present.has(checkpoint)) continue;
    if (await isGone(lastPathOf(checkpoint))) {
      vanished.push({ ...settled(checkpoint), vanishedMs: Date.now() });
    }
  }
  return vanished;
}

async function isGone(path: string): Promise<boolean> {
  try {
    return (await fileAt(path)) === null;
  } catch (error) {
    // What can't be looked at is not known to be gone.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

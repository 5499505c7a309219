import { join } from 'node:path';
import type { FilePlaces } from '../discover/file-places.ts';
import type { Checkpoint, CheckpointMap } from './checkpoint.ts';
import { fileAt } from './file-at.ts';
import { lastPathOf } from './moved-files.ts';

/**
 * Tells whether a path leads to a file that is accounted for under another name: a hard link or link took the place of what
 * was a file of its own.
 *
 * Inodes in the database only say where to look, as those of other disks and of files that are gone repeat themselves.
 */
export class OtherNames {
  readonly #byInode = new Map<string, Checkpoint[]>();

  /** @param accounted files that are there and stand for what they hold */
  constructor(accounted: Iterable<Checkpoint>) {
    for (const checkpoint of accounted) {
      const known = this.#byInode.get(checkpoint.inode);
      if (known) known.push(checkpoint);
      else this.#byInode.set(checkpoint.inode, [checkpoint]);
    }
  }

  /** Whether another file than the one named has what is at the path. Throws file errors. */
  async have(path: string, { root, file }: Pick<Checkpoint, 'root' | 'file'>): Promise<boolean> {
    const there = await fileAt(path);
    // Without an inode every file is one of a kind.
    if (there === null || there.inode === '0') return false;
    for (const checkpoint of this.#byInode.get(there.inode) ?? []) {
      if (checkpoint.root === root && checkpoint.file === file) continue;
      const other = await fileAt(lastPathOf(checkpoint));
      if (other?.inode === there.inode && other.device === there.device) return true;
    }
    return false;
  }
}

/** The checkpoints of the files that are there, by the name each goes by. */
export function* checkpointsOf(present: FilePlaces, checkpoints: CheckpointMap): Generator<Checkpoint> {
  for (const { root, file } of present) {
    const checkpoint = checkpoints.of({ root, file, path: join(root, ...file.split('/')) });
    if (checkpoint) yield checkpoint;
  }
}

import { basename, join } from 'node:path';
import { FilePlaces } from '../discover/file-places.ts';
import type { FoundFile } from '../discover/found-file.ts';
import { holdsAccount, type RecountFile } from './compare.ts';
import type { Checkpoint, CheckpointMap } from './checkpoint.ts';
import { fileAt } from './file-at.ts';

/**
 * Recognises files that the database knows under another name: renamed, moved, or reached through another root.
 *
 * Candidates are known files that the run did not find under their own names and that are not there any more, or are the
 * very same inode. One of them is the file when it has the same inode or the same name in another folder, and starts with
 * exactly the same lines: all of them are read, since a forked session starts like the one it comes from. Its lines then
 * stay under the name it had when it was first seen.
 */
export class MovedFiles {
  readonly #checkpoints: CheckpointMap;
  readonly #found: readonly FoundFile[];
  readonly #recount: RecountFile;
  readonly #claimed = new Set<Checkpoint>();
  #candidatesByTrait: Candidates | null = null;

  constructor(checkpoints: CheckpointMap, found: readonly FoundFile[], recount: RecountFile) {
    this.#checkpoints = checkpoints;
    this.#found = found;
    this.#recount = recount;
  }

  /** The checkpoint of a file that has none under its own name; undefined when the file is new. Throws file errors. */
  async find(found: FoundFile): Promise<Checkpoint | undefined> {
    if (found.problem !== null) return undefined;
    const moved = this.#checkpoints.movedTo(found.path);
    // A file that has moved is known by its path from then on, and may be rewritten or emptied there like any other.
    if (moved && !this.#claimed.has(moved) && (await isGoneOrSame(moved, found))) return this.#claim(moved);
    // Nothing in it tells which one it is.
    if (found.sizeBytes === 0) return undefined;
    for (const candidate of this.#candidates(found)) {
      if (!(await this.#mayBe(candidate, found))) continue;
      if (!(await holdsAccount(found, candidate, this.#recount)) || this.#claimed.has(candidate)) continue;
      return this.#claim(candidate);
    }
    return undefined;
  }

  #claim(checkpoint: Checkpoint): Checkpoint {
    this.#claimed.add(checkpoint);
    return checkpoint;
  }

  async #mayBe(candidate: Checkpoint, found: FoundFile): Promise<boolean> {
    if (this.#claimed.has(candidate) || endOf(candidate) > found.sizeBytes) return false;
    return isGoneOrSame(candidate, found);
  }

  #candidates(found: FoundFile): ReadonlySet<Checkpoint> {
    this.#candidatesByTrait ??= candidatesOf(this.#checkpoints, this.#found);
    const traits = traitsOf(found.inode, found.file);
    return new Set(traits.flatMap((trait) => this.#candidatesByTrait?.get(trait) ?? []));
  }
}

type Candidates = ReadonlyMap<string, readonly Checkpoint[]>;

/** A renamed file keeps its inode, one that was moved to another disk its name: a session's is one of a kind. */
function traitsOf(inode: string, file: string): string[] {
  return [`inode ${inode}`, `name ${basename(file)}`];
}

function candidatesOf(checkpoints: CheckpointMap, found: readonly FoundFile[]): Candidates {
  const candidates = new Map<string, Checkpoint[]>();
  const places = new FilePlaces(found);
  for (const checkpoint of checkpoints.values()) {
    // A file without a line is like any other.
    if (lineCountOf(checkpoint) === 0 || places.has(checkpoint)) continue;
    for (const trait of traitsOf(checkpoint.inode, checkpoint.file)) {
      const known = candidates.get(trait);
      if (known) known.push(checkpoint);
      else candidates.set(trait, [checkpoint]);
    }
  }
  return candidates;
}

function lineCountOf({ records, rejects, unproven }: Checkpoint): number {
  return records + rejects + (unproven?.lines ?? 0);
}

/** Where the known lines of a file end. */
function endOf({ importedBytes, unproven }: Checkpoint): number {
  return unproven?.until ?? importedBytes;
}

/** Where a known file was last seen. */
export function lastPathOf({ root, file, foundAt }: Checkpoint): string {
  return foundAt === '' ? join(root, ...file.split('/')) : foundAt;
}

/** A file that is still there under the name we know is another one, unless it is the same inode under two names. */
async function isGoneOrSame(known: Checkpoint, found: FoundFile): Promise<boolean> {
  for (const path of new Set([join(known.root, ...known.file.split('/')), lastPathOf(known)])) {
    const there = await fileAt(path);
    if (there !== null && there.inode !== found.inode) return false;
  }
  return true;
}

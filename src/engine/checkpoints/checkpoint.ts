import type { Marker } from '../extract/task.ts';

/**
 * Lines in the database that no checkpoint accounts for: a run died before it could write one, rows were lost with a disk,
 * or the database came back from a backup. Only a look into the file tells whether they are what the file holds.
 */
export interface Unproven {
  /** All lines that start here or behind. */
  readonly from: number;
  /** Where the last of them ends, without its newline. */
  readonly until: number;
  /** Records and rejects. */
  readonly lines: number;
  readonly rejects: number;
  /** Blank lines among `gaps`. */
  readonly blanks: number;
  readonly checksum: bigint;
  readonly orderedChecksum: bigint;
  readonly project: string;
  readonly sessionId: string;
  /** Lines that the account had are missing: when the file does not hold them either, it stays as evidence of the loss. */
  readonly isShort?: boolean;
}

/** A line of one generation of a file is in the database when it starts before `importedBytes`. */
export interface Checkpoint {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** When the inode last changed: a program can set the time of modification, not this one. 0 when not known. */
  readonly changedMs: number;
  readonly device: string;
  readonly inode: string;
  readonly importedBytes: number;
  /** The last line had no newline; it may still follow. */
  readonly isUnterminated: boolean;
  readonly head: Marker;
  readonly tail: Marker;
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  readonly pendingBytes: number;
  readonly isPendingBlank: boolean;
  /** Sum of the xxHash64 of all lines, modulo 2^64. */
  readonly checksum: bigint;
  /** Sum of xxHash64 × (offset + 1) of all lines, modulo 2^64. */
  readonly orderedChecksum: bigint;
  readonly project: string;
  readonly sessionId: string;
  /** Absolute path where the file is now, when it moved since it was first seen; empty under its own name. */
  readonly foundAt: string;
  /** Milliseconds since 1970. */
  readonly firstSeenMs: number;
  /** When the file was found to be gone; null while it is there. */
  readonly vanishedMs: number | null;
  /** Not kept in the database: found out by comparing its tables. */
  readonly unproven: Unproven | null;
}

/** A file before anything of it was imported. */
export function emptyCheckpoint(
  place: Pick<Checkpoint, 'root' | 'file' | 'generation' | 'firstSeenMs'>,
): Checkpoint {
  const nothing = { length: 0, hash: 0n };
  const { root, file, generation, firstSeenMs } = place;
  return {
    root,
    file,
    generation,
    firstSeenMs,
    sizeBytes: 0,
    modifiedMs: 0,
    changedMs: 0,
    device: '',
    inode: '',
    importedBytes: 0,
    isUnterminated: false,
    head: nothing,
    tail: nothing,
    lines: 0,
    records: 0,
    rejects: 0,
    blanks: 0,
    pendingBytes: 0,
    isPendingBlank: false,
    checksum: 0n,
    orderedChecksum: 0n,
    project: '',
    sessionId: '',
    foundAt: '',
    vanishedMs: null,
    unproven: null,
  };
}

/** Names a file in maps: its root and its path relative to it. */
export function placeOf({ root, file }: { readonly root: string; readonly file: string }): string {
  return `${root}\0${file}`;
}

/** Checkpoints by root and file; in two steps, as a name made of both would be made and hashed at every look. */
export class CheckpointMap {
  readonly #byRoot = new Map<string, Map<string, Checkpoint>>();
  readonly #byFoundAt = new Map<string, Checkpoint>();

  get(root: string, file: string): Checkpoint | undefined {
    return this.#byRoot.get(root)?.get(file);
  }

  /** The checkpoint of a file under its own name, else of the one that has moved to where it is. */
  of(found: { readonly root: string; readonly file: string; readonly path: string }): Checkpoint | undefined {
    return this.get(found.root, found.file) ?? this.movedTo(found.path);
  }

  /** The checkpoint of a file that has moved to this absolute path. */
  movedTo(path: string): Checkpoint | undefined {
    return this.#byFoundAt.get(path);
  }

  set(checkpoint: Checkpoint): void {
    const { root, file, foundAt } = checkpoint;
    let byFile = this.#byRoot.get(root);
    if (byFile === undefined) this.#byRoot.set(root, (byFile = new Map()));
    const before = byFile.get(file);
    if (before !== undefined) this.#byFoundAt.delete(before.foundAt);
    byFile.set(file, checkpoint);
    if (foundAt !== '') this.#byFoundAt.set(foundAt, checkpoint);
  }

  get size(): number {
    return [...this.#byRoot.values()].reduce((sum, files) => sum + files.size, 0);
  }

  *values(): IterableIterator<Checkpoint> {
    for (const files of this.#byRoot.values()) yield* files.values();
  }
}

import type { Marker } from '../extract/task.ts';

/** A line of one generation of a file is in the database when it starts before `importedBytes`. */
export interface Checkpoint {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly device: string;
  readonly inode: string;
  readonly importedBytes: number;
  /** Lines that start before are in the table, though the account ends at `importedBytes`: a run died in between. */
  readonly insertedUntil: number;
  /** The line that ends there, by which a rewrite since is noticed; its length is 0 when there is none. */
  readonly lastInserted: Marker;
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
  readonly project: string;
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly firstSeenMs: number;
}

/** A file before anything of it was imported. */
export function emptyCheckpoint(place: {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly firstSeenMs: number;
}): Checkpoint {
  const nothing = { length: 0, hash: 0n };
  return {
    ...place,
    sizeBytes: 0,
    modifiedMs: 0,
    device: '',
    inode: '',
    importedBytes: 0,
    insertedUntil: 0,
    lastInserted: nothing,
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
    project: '',
    sessionId: '',
  };
}

/** Checkpoints by root and file. */
export class CheckpointMap {
  readonly #byPlace = new Map<string, Checkpoint>();

  get(root: string, file: string): Checkpoint | undefined {
    return this.#byPlace.get(`${root}\0${file}`);
  }

  set(checkpoint: Checkpoint): void {
    this.#byPlace.set(`${checkpoint.root}\0${checkpoint.file}`, checkpoint);
  }

  get size(): number {
    return this.#byPlace.size;
  }

  values(): IterableIterator<Checkpoint> {
    return this.#byPlace.values();
  }
}

/**
 * Memory for the rows of the tasks that are on their way.
 *
 * Workers write into it and the importer sends from it, so rows change threads without a copy and without work for the
 * garbage collector; a piece is used again when its task is done. Memory that was never written to costs nothing.
 */
export class RowMemory {
  readonly #pieceBytes: number;
  readonly #free: SharedArrayBuffer[] = [];
  #unmade: number;

  constructor(pieces: number, pieceBytes: number) {
    this.#unmade = pieces;
    this.#pieceBytes = pieceBytes;
  }

  /** All pieces are in use. */
  get isTaken(): boolean {
    return this.#free.length === 0 && this.#unmade === 0;
  }

  take(): SharedArrayBuffer {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#unmade === 0) throw new Error('All memory for rows is in use.');
    this.#unmade--;
    return new SharedArrayBuffer(this.#pieceBytes);
  }

  give(piece: SharedArrayBuffer): void {
    this.#free.push(piece);
  }
}

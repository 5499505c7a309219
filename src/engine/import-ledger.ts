import { emptyAccount } from '../shared/empty-run.ts';
import type { Account, Receipt } from '../shared/run.ts';
import { advance } from './checkpoints/advance.ts';
import { placeOf, type Checkpoint, type CheckpointMap } from './checkpoints/checkpoint.ts';
import type { Batch, FailedSegment } from './extract/task.ts';
import type { Plan, PlannedFile } from './plan.ts';
import type { ProgressMeter } from './progress.ts';
import { accountOf, addAccounts, difference } from './receipt.ts';

type Place = Pick<PlannedFile['found'], 'root' | 'file'>;

/** A file that is being imported. */
interface Entry {
  readonly planned: PlannedFile;
  checkpoint: Checkpoint;
  isFailed: boolean;
}

/**
 * Accounts for every byte of every file of a run, batch by batch, as the database acknowledges them.
 *
 * A run takes up one plan, and while it watches another one for every change.
 */
export class ImportLedger {
  readonly #checkpoints: CheckpointMap;
  readonly #progress: ProgressMeter;
  /** Files of the run, with what is known of them; null for one that can't be read. */
  readonly #scope = new Map<string, Checkpoint | null>();
  readonly #touched = new Set<string>();
  /** By the place where the file was when it could not be read. */
  readonly #failed = new Map<string, Place>();
  #entries: Entry[] = [];
  #imported: Account = emptyAccount;
  #vanished = 0;
  #hasWritten = false;

  constructor(checkpoints: CheckpointMap, progress: ProgressMeter) {
    this.#checkpoints = checkpoints;
    this.#progress = progress;
  }

  /** Takes over what a plan found. */
  take(plan: Plan): void {
    this.#entries = plan.work.map((planned) => ({
      planned,
      checkpoint: planned.checkpoint,
      isFailed: false,
    }));
    // A file that moved may have failed where it was, or where it is.
    for (const { checkpoint, found } of [...plan.unchanged, ...plan.work]) {
      this.#failed.delete(placeOf(checkpoint));
      this.#failed.delete(placeOf(found));
    }
    for (const { checkpoint } of plan.unchanged) this.#see(checkpoint);
    for (const { checkpoint } of plan.work) {
      if (!this.#scope.has(placeOf(checkpoint))) this.#scope.set(placeOf(checkpoint), null);
    }
    for (const { found, reason } of plan.unreadable) {
      this.#scope.set(placeOf(found), null);
      this.#addFailure(found, 'unreadable', reason);
    }
    this.#progress.filesTotal = this.#scope.size;
    this.#progress.filesFailed = this.#failed.size;
    this.#progress.filesDone = this.#scope.size - plan.work.length;
    this.#progress.filesUnchanged = this.#scope.size - plan.work.length - this.#failed.size;
    this.#progress.bytesTotal += plan.bytes;
  }

  /** Counts files that are gone; what the database has of them stays. */
  vanish(count: number): void {
    this.#vanished += count;
  }

  /** Whether what follows of a file can't be used because a part before it is missing. */
  isFailed(index: number): boolean {
    return this.#entries[index]?.isFailed ?? true;
  }

  /** A file could not be read: what is in the database of it stays, the rest waits for the next run. */
  fail({ index, code, message }: FailedSegment): void {
    const entry = this.#entry(index);
    if (entry.isFailed) return;
    entry.isFailed = true;
    this.#progress.filesDone++;
    this.#addFailure(entry.planned.found, code, message);
    this.#progress.filesFailed = this.#failed.size;
  }

  /** Files that could not be read, and have not been since. */
  get failures(): readonly Place[] {
    return [...this.#failed.values()];
  }

  /** What is known of the files that could be read. */
  accounted(): Checkpoint[] {
    return [...this.#scope.values()].filter((checkpoint) => checkpoint !== null);
  }

  /** A file that failed is not there any more, or is known by another name: nothing of it is missing. */
  forgive(failed: Place): void {
    const place = placeOf(failed);
    if (!this.#failed.delete(place)) return;
    if (this.#scope.get(place) === null) {
      this.#scope.delete(place);
      this.#progress.filesTotal--;
      this.#progress.filesDone--;
    }
    this.#progress.filesFailed = this.#failed.size;
    this.#progress.changed();
  }

  /**
   * Fails the files of a batch whose bytes do not follow those that are in the database: they were changed while they were
   * read. Answers whether the batch can be used.
   */
  accepts(batch: Batch): boolean {
    for (const { index, start, lead } of batch.parts) {
      const { checkpoint } = this.#entry(index);
      const gap = start - checkpoint.importedBytes;
      const { tail } = checkpoint;
      const isComparable = gap === 0 && tail.length > 0 && tail.length === lead.length;
      const isSameTail = !isComparable || tail.hash === lead.hash;
      // One byte at most: the newline that a line imported before had still been waiting for.
      if ((gap === 0 || gap === 1) && isSameTail) continue;
      this.fail({
        index,
        code: 'changed',
        message:
          'The file was changed while it was read. What is in the database of it stays; the next run reads it.',
      });
    }
    return batch.parts.every(({ index }) => !this.isFailed(index));
  }

  /** Accounts for a batch that is in the database; answers the checkpoints to write. */
  acknowledge(batch: Batch): Checkpoint[] {
    const changed = new Map<number, Checkpoint>();
    for (const part of batch.parts) {
      const entry = this.#entry(part.index);
      const before = entry.checkpoint;
      entry.checkpoint = advance(before, part, entry.planned.found);
      this.#touch(before, entry.checkpoint);
      changed.set(part.index, entry.checkpoint);
      if (isComplete(entry)) this.#progress.filesDone++;
      this.#progress.currentFile = entry.planned.found.file;
    }
    this.#progress.addBatch(batch);
    this.#progress.changed();
    return [...changed.values()];
  }

  /** Whether this run may have written something: true from before the first insert on, whatever becomes of it. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** To be called before anything of a batch is sent to the database. */
  willWrite(): void {
    this.#hasWritten = true;
  }

  /** Lines that this run has imported. */
  get importedLines(): number {
    return this.#imported.lines;
  }

  /** Files that the run looks after. */
  get files(): number {
    return this.#scope.size;
  }

  receipt(): Receipt {
    const accounts = this.accounted().map(accountOf);
    return {
      ...addAccounts(accounts),
      // A half-written end that was cut away takes with it bytes that an earlier run has counted.
      imported: {
        ...this.#imported,
        files: this.#touched.size,
        bytes: Math.max(0, this.#imported.bytes),
      },
      filesUnchanged: accounts.length - this.#touched.size,
      filesFailed: this.#failed.size,
      filesVanished: this.#vanished,
    };
  }

  #see(checkpoint: Checkpoint): void {
    this.#scope.set(placeOf(checkpoint), checkpoint);
    if (this.#checkpoints.get(checkpoint.root, checkpoint.file) !== checkpoint) {
      this.#checkpoints.set(checkpoint);
    }
  }

  #touch(before: Checkpoint, after: Checkpoint): void {
    this.#touched.add(placeOf(after));
    this.#imported = addAccounts([this.#imported, difference(accountOf(after), accountOf(before))]);
    this.#see(after);
  }

  #addFailure({ root, file }: Place, reason: string, message: string): void {
    const place = placeOf({ root, file });
    // While watching, a file that can't be read is met again and again.
    if (this.#failed.has(place)) return;
    this.#failed.set(place, { root, file });
    this.#progress.addProblem({ root, file, offset: null, reason, message });
  }

  #entry(index: number): Entry {
    const entry = this.#entries[index];
    if (!entry) throw new Error(`No file ${index} in the plan`);
    return entry;
  }
}

function isComplete({ checkpoint, planned }: Entry): boolean {
  return checkpoint.importedBytes + checkpoint.pendingBytes >= planned.found.sizeBytes;
}

import type { Account, Receipt } from '../shared/run.ts';
import type { Checkpoint } from './checkpoints/checkpoint.ts';
import { advance } from './checkpoints/advance.ts';
import type { Batch, FailedSegment } from './extract/task.ts';
import type { Plan, PlannedFile } from './plan.ts';
import type { ProgressMeter } from './progress.ts';
import { accountOf, addAccounts, difference } from './receipt.ts';

interface Entry {
  readonly planned: PlannedFile;
  checkpoint: Checkpoint;
  isFailed: boolean;
}

/** Accounts for every byte of every file of a run, batch by batch, as the database acknowledges them. */
export class ImportLedger {
  #entries: Entry[] = [];
  #unchanged: readonly PlannedFile[] = [];
  #unreadable = 0;
  #progress: ProgressMeter | null = null;

  /** Takes over what the plan found. */
  open(plan: Plan, progress: ProgressMeter): void {
    this.#progress = progress;
    this.#unchanged = plan.unchanged;
    this.#unreadable = plan.unreadable.length;
    this.#entries = plan.work.map((planned) => ({
      planned,
      checkpoint: planned.checkpoint,
      isFailed: false,
    }));
    progress.filesTotal = plan.work.length + plan.unchanged.length + plan.unreadable.length;
    progress.filesUnchanged = plan.unchanged.length;
    progress.filesDone = plan.unchanged.length + plan.unreadable.length;
    progress.filesFailed = plan.unreadable.length;
    progress.bytesTotal = plan.bytes;
    for (const { found, reason } of plan.unreadable) {
      progress.addProblem({
        root: found.root,
        file: found.file,
        offset: null,
        reason: 'unreadable',
        message: reason,
      });
    }
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
    const { root, file } = entry.planned.found;
    const progress = this.#meter();
    progress.filesFailed++;
    progress.filesDone++;
    progress.addProblem({ root, file, offset: null, reason: code, message });
  }

  /** Accounts for a batch that is in the database; answers the checkpoints to write. */
  acknowledge(batch: Batch): Checkpoint[] {
    const progress = this.#meter();
    const changed = new Map<number, Checkpoint>();
    for (const part of batch.parts) {
      const entry = this.#entry(part.index);
      const gap = part.start - entry.checkpoint.importedBytes;
      // One byte at most: the newline that a line imported before had still been waiting for.
      if (gap < 0 || gap > 1)
        throw new Error(`A part of ${entry.planned.found.file} starts at ${part.start}, ${gap} bytes off`);
      entry.checkpoint = advance(entry.checkpoint, part, entry.planned.found);
      changed.set(part.index, entry.checkpoint);
      if (isComplete(entry)) progress.filesDone++;
      progress.currentFile = entry.planned.found.file;
    }
    progress.addBatch(batch);
    progress.changed();
    return [...changed.values()];
  }

  receipt(): Receipt {
    const touched = this.#entries.filter((entry) => entry.checkpoint !== entry.planned.checkpoint);
    const scope = [
      ...this.#unchanged.map(({ checkpoint }) => checkpoint),
      ...touched.map(({ checkpoint }) => checkpoint),
    ];
    const imported = touched.map(({ checkpoint, planned }) =>
      difference(accountOf(checkpoint), accountOf(planned.checkpoint)),
    );
    const account: Account = addAccounts(scope.map(accountOf));
    return {
      ...account,
      imported: addAccounts(imported),
      filesUnchanged: this.#unchanged.length,
      filesFailed: this.#unreadable + this.#entries.filter(({ isFailed }) => isFailed).length,
    };
  }

  #entry(index: number): Entry {
    const entry = this.#entries[index];
    if (!entry) throw new Error(`No file ${index} in the plan`);
    return entry;
  }

  #meter(): ProgressMeter {
    if (!this.#progress) throw new Error('The ledger is not open');
    return this.#progress;
  }
}

function isComplete({ checkpoint, planned }: Entry): boolean {
  return checkpoint.importedBytes + checkpoint.pendingBytes >= planned.found.sizeBytes;
}

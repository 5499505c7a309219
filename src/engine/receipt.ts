import { emptyAccount } from '../shared/empty-run.ts';
import type { Account } from '../shared/run.ts';
import type { Checkpoint } from './checkpoints/checkpoint.ts';

/** The account of one file: every byte is in a record, a reject, a blank or the pending end. */
export function accountOf(checkpoint: Checkpoint): Account {
  const isPending = checkpoint.pendingBytes > 0;
  const blanks = checkpoint.blanks + Number(isPending && checkpoint.isPendingBlank);
  const pending = Number(isPending && !checkpoint.isPendingBlank);
  return {
    files: 1,
    bytes: checkpoint.importedBytes + checkpoint.pendingBytes,
    lines: checkpoint.records + checkpoint.rejects + blanks + pending,
    records: checkpoint.records,
    rejects: checkpoint.rejects,
    blanks,
    pending,
  };
}

export function addAccounts(accounts: Iterable<Account>): Account {
  const sum = { ...emptyAccount };
  for (const { files, bytes, lines, records, rejects, blanks, pending } of accounts) {
    sum.files += files;
    sum.bytes += bytes;
    sum.lines += lines;
    sum.records += records;
    sum.rejects += rejects;
    sum.blanks += blanks;
    sum.pending += pending;
  }
  return sum;
}

/** What came in between two states of the same file and generation. */
export function difference(after: Account, before: Account): Account {
  return {
    files: 1,
    bytes: after.bytes - before.bytes,
    lines: after.lines - before.lines,
    records: after.records - before.records,
    rejects: after.rejects - before.rejects,
    blanks: after.blanks - before.blanks,
    pending: after.pending - before.pending,
  };
}

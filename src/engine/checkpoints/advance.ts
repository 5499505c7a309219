import type { FoundFile } from '../discover/found-file.ts';
import { mask64 } from '../extract/markers.ts';
import type { SegmentPart } from '../extract/task.ts';
import type { Checkpoint } from './checkpoint.ts';

/** The checkpoint of a file as it was just found on the disk. */
export function seen(checkpoint: Checkpoint, found: FoundFile): Checkpoint {
  const { sizeBytes, modifiedMs, changedMs, device, inode } = found;
  const isAtHome = found.root === checkpoint.root && found.file === checkpoint.file;
  const foundAt = isAtHome ? '' : found.path;
  return { ...checkpoint, sizeBytes, modifiedMs, changedMs, device, inode, foundAt, vanishedMs: null };
}

/** The checkpoint of a file after one more part of it is in the database. */
export function advance(checkpoint: Checkpoint, part: SegmentPart, found: FoundFile): Checkpoint {
  return {
    ...seen(checkpoint, found),
    importedBytes: part.end,
    isUnterminated: part.isUnterminated,
    head: part.head ?? checkpoint.head,
    tail: part.tail.length > 0 ? part.tail : checkpoint.tail,
    lines: checkpoint.lines + part.lines,
    records: checkpoint.records + part.records,
    rejects: checkpoint.rejects + part.rejects,
    blanks: checkpoint.blanks + part.blanks,
    pendingBytes: part.pendingBytes,
    isPendingBlank: part.isPendingBlank,
    checksum: (checkpoint.checksum + part.checksum) & mask64,
    orderedChecksum: (checkpoint.orderedChecksum + part.orderedChecksum) & mask64,
    project: part.project === '' ? checkpoint.project : part.project,
    sessionId: part.sessionId === '' ? checkpoint.sessionId : part.sessionId,
  };
}

import type { FoundFile } from '../discover/found-file.ts';
import type { SegmentPart } from '../extract/task.ts';
import type { Checkpoint } from './checkpoint.ts';

const mask64 = (1n << 64n) - 1n;

/** The checkpoint of a file after one more part of it is in the database. */
export function advance(checkpoint: Checkpoint, part: SegmentPart, found: FoundFile): Checkpoint {
  return {
    ...checkpoint,
    sizeBytes: found.sizeBytes,
    modifiedMs: found.modifiedMs,
    device: found.device,
    inode: found.inode,
    importedBytes: part.end,
    insertedUntil: Math.max(checkpoint.insertedUntil, part.end),
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
    project: part.project === '' ? checkpoint.project : part.project,
    sessionId: part.sessionId === '' ? checkpoint.sessionId : part.sessionId,
  };
}

import { open, type FileHandle } from 'node:fs/promises';
import xxhash from 'xxhash-wasm';
import type { FileState } from '../../shared/discovery.ts';
import type { FoundFile } from '../discover/found-file.ts';
import { mask64 } from '../extract/markers.ts';
import type { Recount, RecountTask } from '../extract/recount.ts';
import type { Marker } from '../extract/task.ts';
import { seen } from './advance.ts';
import { emptyCheckpoint, type Checkpoint, type Unproven } from './checkpoint.ts';

/** Counts lines of a file again, in a worker. */
export type RecountFile = (task: RecountTask) => Promise<Recount>;

/** How a file on disk stands to what the database has of it. */
export interface Comparison {
  readonly state: Extract<FileState, 'new' | 'grown' | 'unchanged' | 'rewritten' | 'unreadable'>;
  /** Why it is unreadable; empty otherwise. */
  readonly reason: string;
  /** Where the import goes on: what is known of the generation to write, as far as the disk has proved it. */
  readonly checkpoint: Checkpoint;
}

const hasher = xxhash();

/**
 * Compares a file with its checkpoint.
 *
 * Size, times and inode alone tell that nothing happened. Otherwise identity is content: the first bytes and the bytes
 * before the checkpoint must be the same, else the file was rewritten. Heads alone don't do: a forked session starts with
 * the same lines. A file of the same size with other times is read again as a whole, as are lines that the database has
 * and no checkpoint accounts for.
 */
export async function compareWithCheckpoint(
  found: FoundFile,
  checkpoint: Checkpoint | undefined,
  recount: RecountFile,
): Promise<Comparison> {
  const { root, file } = found;
  const known = checkpoint ?? emptyCheckpoint({ root, file, generation: 0, firstSeenMs: Date.now() });
  if (found.problem !== null) return { state: 'unreadable', reason: found.problem, checkpoint: known };
  if (!checkpoint) return { state: 'new', reason: '', checkpoint: known };
  if (isUntouched(found, known)) {
    return { state: 'unchanged', reason: '', checkpoint: known };
  }
  try {
    const proven = (await holdsMarkers(found, known)) ? await prove(found, known, recount) : null;
    return proven === null ? rewritten(known) : standing(found, proven);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { state: 'unreadable', reason: error.message, checkpoint: known };
  }
}

/** Whether nothing happened to a file since its checkpoint was written: told without opening it. */
export function isUntouched(found: FoundFile, known: Checkpoint): boolean {
  return found.problem === null && known.unproven === null && isAccounted(known) && isSameStat(found, known);
}

/** Whether everything that was on the disk when the checkpoint was written is in the database or pending. */
function isAccounted({ importedBytes, pendingBytes, sizeBytes }: Checkpoint): boolean {
  return importedBytes + pendingBytes === sizeBytes;
}

/** Device numbers may differ after a restart of the system, so they do not count. */
export function isSameStat(found: FoundFile, known: Checkpoint): boolean {
  return (
    found.sizeBytes === known.sizeBytes &&
    found.modifiedMs === known.modifiedMs &&
    found.changedMs === known.changedMs &&
    found.inode === known.inode
  );
}

/** Whether a watching run has nothing to do for a file, judged without opening it. */
export function isUpToDate(found: FoundFile, known: Checkpoint | undefined): boolean {
  return known !== undefined && known.vanishedMs === null && isUntouched(found, known);
}

/** The file is no longer what is known: all of it becomes the next generation. */
export function rewritten({ root, file, generation, firstSeenMs }: Checkpoint): Comparison {
  const checkpoint = emptyCheckpoint({ root, file, generation: generation + 1, firstSeenMs });
  return { state: 'rewritten', reason: '', checkpoint };
}

function standing(found: FoundFile, proven: Checkpoint): Comparison {
  if (proven.importedBytes === found.sizeBytes) {
    // What was pending may have been cut away.
    const checkpoint = { ...seen(proven, found), pendingBytes: 0, isPendingBlank: false };
    return { state: 'unchanged', reason: '', checkpoint };
  }
  return { state: proven.lines === 0 ? 'new' : 'grown', reason: '', checkpoint: proven };
}

async function holdsMarkers(found: FoundFile, known: Checkpoint): Promise<boolean> {
  const { head, tail, importedBytes } = known;
  if (found.sizeBytes < importedBytes) return false;
  if (importedBytes === 0) return true;
  const handle = await open(found.path, 'r');
  try {
    if (!(await holds(handle, 0, head))) return false;
    if (!(await holds(handle, importedBytes - tail.length, tail))) return false;
    if (!known.isUnterminated || found.sizeBytes === importedBytes) return true;
    // The last line had no newline. When something else than a newline follows, the line itself has changed.
    const next = await handle.read(Buffer.alloc(1), 0, 1, importedBytes);
    return next.buffer[0] === 0x0a;
  } finally {
    await handle.close();
  }
}

async function holds(handle: FileHandle, position: number, marker: Marker): Promise<boolean> {
  if (marker.length === 0) return true;
  const bytes = Buffer.alloc(marker.length);
  const { bytesRead } = await handle.read(bytes, 0, marker.length, position);
  return bytesRead === marker.length && (await hasher).h64Raw(bytes) === marker.hash;
}

/** What the disk proves beyond the markers; null when it holds something else. */
async function prove(found: FoundFile, known: Checkpoint, recount: RecountFile): Promise<Checkpoint | null> {
  const { path } = found;
  const { unproven, file } = known;
  if (unproven !== null) {
    const counted = await recount({ path, file, from: unproven.from, until: unproven.until });
    return isEqual(counted, unproven) ? withProven(known, unproven, counted, found) : null;
  }
  // A file that grew was written to at its end. One of the same size with other times may be another in its middle.
  if (found.sizeBytes !== known.sizeBytes || isSameStat(found, known)) return known;
  return (await holdsAccount(found, known, recount)) ? known : null;
}

/** Whether the file starts with exactly the lines that the database has of it, accounted for or not: reads all of them. */
export async function holdsAccount(
  { path }: FoundFile,
  known: Checkpoint,
  recount: RecountFile,
): Promise<boolean> {
  const { file, records, rejects, unproven, importedBytes } = known;
  const counted = await recount({ path, file, from: 0, until: unproven?.until ?? importedBytes });
  return isEqual(counted, {
    lines: records + rejects + (unproven?.lines ?? 0),
    orderedChecksum: (known.orderedChecksum + (unproven?.orderedChecksum ?? 0n)) & mask64,
  });
}

function isEqual(counted: Recount, expected: Pick<Unproven, 'lines' | 'orderedChecksum'>): boolean {
  return counted.lines === expected.lines && counted.orderedChecksum === expected.orderedChecksum;
}

function withProven(known: Checkpoint, unproven: Unproven, counted: Recount, found: FoundFile): Checkpoint {
  const { lines, rejects } = unproven;
  return {
    ...known,
    unproven: null,
    // What is behind the last line waits for extraction, as if the file had ended here.
    sizeBytes: Math.min(counted.end, found.sizeBytes),
    importedBytes: counted.end,
    isUnterminated: counted.isUnterminated,
    head: known.head.length > 0 ? known.head : counted.head,
    tail: counted.tail,
    lines: known.lines + lines + counted.blanks,
    records: known.records + lines - rejects,
    rejects: known.rejects + rejects,
    blanks: known.blanks + counted.blanks,
    pendingBytes: 0,
    isPendingBlank: false,
    checksum: (known.checksum + unproven.checksum) & mask64,
    orderedChecksum: (known.orderedChecksum + unproven.orderedChecksum) & mask64,
    project: known.project === '' ? counted.context.project : known.project,
    sessionId: known.sessionId === '' ? counted.context.sessionId : known.sessionId,
  };
}

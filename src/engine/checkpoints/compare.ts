import { open, type FileHandle } from 'node:fs/promises';
import xxhash from 'xxhash-wasm';
import type { FileState } from '../../shared/discovery.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { Marker } from '../extract/task.ts';
import type { Checkpoint } from './checkpoint.ts';

/** How a file on disk stands to what the database has of it. */
export interface Comparison {
  readonly state: Extract<FileState, 'new' | 'grown' | 'unchanged' | 'rewritten' | 'unreadable'>;
  /** Why it is unreadable; empty otherwise. */
  readonly reason: string;
}

const hasher = xxhash();

/**
 * Compares a file with its checkpoint.
 *
 * Size, time and inode alone tell that nothing happened. Otherwise identity is content: the first bytes and the bytes
 * before the checkpoint must be the same, else the file was rewritten. Heads alone don't do: a forked session starts
 * with the same lines.
 */
export async function compareWithCheckpoint(
  found: FoundFile,
  checkpoint: Checkpoint | undefined,
): Promise<Comparison> {
  if (found.problem !== null) return { state: 'unreadable', reason: found.problem };
  if (!checkpoint) return { state: 'new', reason: '' };
  const isAccounted = checkpoint.importedBytes + checkpoint.pendingBytes === checkpoint.sizeBytes;
  if (
    isAccounted &&
    found.sizeBytes === checkpoint.sizeBytes &&
    found.modifiedMs === checkpoint.modifiedMs &&
    found.inode === checkpoint.inode &&
    found.device === checkpoint.device
  ) {
    return { state: 'unchanged', reason: '' };
  }
  try {
    if (!(await isContinued(found, checkpoint))) return { state: 'rewritten', reason: '' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { state: 'unreadable', reason: error.message };
  }
  if (isAccounted && found.sizeBytes === checkpoint.sizeBytes) return { state: 'unchanged', reason: '' };
  return { state: checkpoint.lines === 0 && checkpoint.insertedUntil === 0 ? 'new' : 'grown', reason: '' };
}

async function isContinued(found: FoundFile, checkpoint: Checkpoint): Promise<boolean> {
  const { head, tail, importedBytes, insertedUntil, lastInserted } = checkpoint;
  if (found.sizeBytes < importedBytes) return false;
  const handle = await open(found.path, 'r');
  try {
    if (!(await holds(handle, 0, head))) return false;
    if (!(await holds(handle, importedBytes - tail.length, tail))) return false;
    if (insertedUntil > importedBytes && !(await holds(handle, insertedUntil - 1, lastInserted)))
      return false;
    if (!checkpoint.isUnterminated || found.sizeBytes === importedBytes) return true;
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

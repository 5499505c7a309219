import { open } from 'node:fs/promises';
import xxhash from 'xxhash-wasm';
import type { FileEstimate, FileKind } from '../../shared/discovery.ts';
import { contextOf, readFileContext } from '../extract/file-context.ts';
import { countSample, estimateFile, type SampleCounts } from './count-sample.ts';
import { describeFsError } from './describe-fs-error.ts';
import type { FoundFile } from './found-file.ts';
import { readSample, type Sample } from './read-sample.ts';

/** What a look into a file tells. Plain data: it crosses worker threads. */
export interface Inspection {
  /** xxHash64 (16 hex digits) of the first `min(4096, size)` bytes; null when the file can't be read. */
  readonly fingerprint: string | null;
  readonly project: string;
  readonly sessionId: string;
  readonly kind: FileKind;
  /** Why the file is no sound transcript, in words; null when the sample shows nothing of the kind. */
  readonly corrupt: string | null;
  /** Why the file can't be read, in words; null when it can. */
  readonly unreadable: string | null;
  readonly estimate: FileEstimate;
}

const fingerprintBytes = 4096;
const hasher = xxhash();
const nothing: FileEstimate = { lines: 0, responses: 0, tokens: 0, isExact: false };

/**
 * Looks into a sample of a file: identity, project, session, kind, damage, and what to expect of it.
 *
 * Reads at most 416 KiB, and the first MiB of a larger file whose head names no project. Project and session are those
 * that an import gives to the file (`file-context.ts`), except that a file directly in its root belongs to
 * the root's folder when it names no `cwd`.
 */
export async function inspectFile(found: FoundFile): Promise<Inspection> {
  if (found.problem !== null) return unreadableInspection(found, found.problem);
  try {
    const sample = await sampleOf(found.path);
    const [head] = sample.parts;
    const bytes = head?.bytes ?? Buffer.alloc(0);
    const counts = countSample(sample.parts);
    const { project, sessionId } = contextOfSample(found, sample, bytes);
    const corrupt = describeDamage(bytes, counts);
    return {
      fingerprint: await fingerprintOf(bytes),
      project: project === '' ? projectFolder(found) : project,
      sessionId,
      kind: kindOf(found.file, counts, corrupt !== null),
      corrupt,
      unreadable: null,
      estimate: estimateFile(sample),
    };
  } catch (error) {
    return unreadableInspection(found, `The file can't be read: ${describeFsError(error)}.`);
  }
}

async function sampleOf(path: string): Promise<Sample> {
  const handle = await open(path, 'r');
  try {
    return await readSample(handle);
  } finally {
    await handle.close();
  }
}

async function fingerprintOf(head: Buffer): Promise<string> {
  return (await hasher).h64Raw(head.subarray(0, fingerprintBytes)).toString(16).padStart(16, '0');
}

function contextOfSample(
  found: FoundFile,
  sample: Sample,
  head: Buffer,
): { readonly project: string; readonly sessionId: string } {
  const context = contextOf(head, found.file);
  const isNamed = context.project !== '' && context.project !== found.file.split('/')[0];
  return sample.isWhole || isNamed ? context : readFileContext(found.path, found.file);
}

/** Name of the project folder, which is the root itself when the file lies directly in it. */
function projectFolder({ root, file }: FoundFile): string {
  const folders = file.split('/').slice(0, -1);
  return folders[0] ?? root.split(/[/\\]/).findLast((part) => part !== '') ?? root;
}

/**
 * Kind by path, then by content. A file without any user or assistant line is a stub, unless it is a workflow's journal,
 * which never has one, or too damaged to tell.
 */
function kindOf(file: string, counts: SampleCounts, isCorrupt: boolean): FileKind {
  const byPath = kindByPath(file);
  if (byPath === 'workflow' || isCorrupt) return byPath;
  if (counts.messages === 0) return 'stub';
  return counts.agentMessages === counts.messages ? 'subagent' : byPath;
}

/** Kind as far as the path tells (format.md 1). */
export function kindByPath(file: string): Exclude<FileKind, 'stub'> {
  const folders = file.split('/');
  const name = folders.pop() ?? '';
  const below = folders.indexOf('subagents');
  if (name === 'journal.jsonl' || (below >= 0 && folders[below + 1] === 'workflows')) return 'workflow';
  return below >= 0 || name.startsWith('agent-') ? 'subagent' : 'session';
}

/** Damage that shows in the sample. A half-written last line is none, nor is a line too long for the sample. */
function describeDamage(head: Buffer, { lines, blanks, records, rejects }: SampleCounts): string | null {
  const start = head.subarray(0, fingerprintBytes);
  if (start.length > 0 && start.every((byte) => byte === 0)) {
    return `The file starts with ${start.length} NUL bytes: its writer crashed or the disk lost power.`;
  }
  const written = lines - blanks;
  if (rejects > 0 && rejects === written) return `None of the ${rejects} lines looked at is a JSON record.`;
  if (rejects > written / 2) return `${rejects} of ${written} lines looked at are not JSON records.`;
  const text = start.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  const first = text.trimStart().at(0) ?? '{';
  return records + rejects === 0 && first !== '{' ? 'The file does not start like JSON.' : null;
}

function unreadableInspection(found: FoundFile, reason: string): Inspection {
  const { project, sessionId } = contextOf(Buffer.alloc(0), found.file);
  return {
    fingerprint: null,
    project: project === '' ? projectFolder(found) : project,
    sessionId,
    kind: kindByPath(found.file),
    corrupt: null,
    unreadable: reason,
    estimate: nothing,
  };
}

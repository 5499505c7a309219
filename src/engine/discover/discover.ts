import type { DiscoveredFile, DiscoveryFilters, FileState, Root } from '../../shared/discovery.ts';
import { findFiles, type FolderProblem } from './find-files.ts';
import type { FoundFile } from './found-file.ts';
import { inOrder } from './in-order.ts';
import type { Inspection } from './inspect-file.ts';
import { orderFiles } from './order-files.ts';

/** How a file stands to what the database knows of it. */
export interface KnownState {
  readonly state: FileState;
  /** Why the state is `unreadable`; empty otherwise. */
  readonly reason: string;
}

export interface DiscoverOptions {
  readonly roots: readonly Root[];
  readonly filters: DiscoveryFilters;
  /** Compares with the database. Called after `inspect`, and not for a file that can't be read. */
  readonly stateOf: (found: FoundFile, inspection: Inspection) => Promise<KnownState>;
  /** `inspectFile`, directly or in a worker. */
  readonly inspect: (found: FoundFile) => Promise<Inspection>;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each file of the walk as it is found, before ordering and `maxFiles`. */
  readonly onFound?: ((found: FoundFile) => void) | undefined;
  readonly onProblem?: ((problem: FolderProblem) => void) | undefined;
  /** Files looked into at a time. */
  readonly concurrency?: number | undefined;
  /** Milliseconds since 1970 from which ages count; now when left out. */
  readonly nowMs?: number | undefined;
}

/**
 * Finds transcripts, looks into each and says how it stands to the database; in processing order, each as soon as it
 * is known.
 *
 * The walk is over before the first answer, because an order and `maxFiles` need all sizes and times; it takes a small
 * part of the time that looking into the files takes. Files that can't be read come last, as `unreadable`.
 *
 * @throws the signal's reason when aborted, and whatever `inspect` or `stateOf` throw.
 */
export async function* discover(options: DiscoverOptions): AsyncGenerator<DiscoveredFile> {
  const { filters, signal, nowMs } = options;
  const found: FoundFile[] = [];
  for await (const file of findFiles(options.roots, filters, options)) {
    found.push(file);
    options.onFound?.(file);
  }
  const ordered = orderFiles(found, filters.order, { maxFiles: filters.maxFiles, nowMs });
  const look = async (file: FoundFile): Promise<DiscoveredFile> => {
    signal?.throwIfAborted();
    const inspection = await options.inspect(file);
    return describe(file, inspection, await judge(file, inspection, options.stateOf));
  };
  for await (const file of inOrder(ordered, options.concurrency ?? 8, look)) {
    signal?.throwIfAborted();
    yield file;
  }
}

/** A damaged file that is in the database as it is stays `unchanged`: its rejects are in the database too. */
async function judge(
  found: FoundFile,
  inspection: Inspection,
  stateOf: DiscoverOptions['stateOf'],
): Promise<KnownState> {
  if (inspection.unreadable !== null) return { state: 'unreadable', reason: inspection.unreadable };
  const known = await stateOf(found, inspection);
  const isPending = known.state === 'new' || known.state === 'grown' || known.state === 'rewritten';
  return isPending && inspection.corrupt !== null ? { state: 'corrupt', reason: inspection.corrupt } : known;
}

function describe(found: FoundFile, inspection: Inspection, known: KnownState): DiscoveredFile {
  const { fingerprint, project, sessionId, kind, estimate } = inspection;
  return {
    root: found.root,
    file: found.file,
    sizeBytes: found.sizeBytes,
    modifiedMs: found.modifiedMs,
    identity: fingerprint === null ? null : { device: found.device, inode: found.inode, fingerprint },
    project,
    sessionId,
    kind,
    state: known.state,
    reason: known.reason,
    estimate,
  };
}

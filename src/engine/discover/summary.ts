import {
  fileStates,
  type DiscoveredFile,
  type DiscoverySummary,
  type FileState,
  type Root,
} from '../../shared/discovery.ts';

/** The summary of a scan that has just begun. */
export function startSummary(roots: readonly Root[]): DiscoverySummary {
  const none = Object.fromEntries(fileStates.map((state) => [state, 0])) as Record<FileState, number>;
  return {
    status: 'scanning',
    roots,
    files: 0,
    sizeBytes: 0,
    estimatedLines: 0,
    estimatedResponses: 0,
    estimatedTokens: 0,
    pendingFiles: 0,
    pendingBytes: 0,
    byState: none,
    message: null,
  };
}

/**
 * The summary with one more file in it.
 *
 * A grown file counts with all its bytes as pending, more than a migration will read: how far it is in the database is not
 * part of a `DiscoveredFile`. Responses are summed per file, so copies in several files count more than once here.
 */
export function addToSummary(summary: DiscoverySummary, file: DiscoveredFile): DiscoverySummary {
  const { state, estimate, sizeBytes } = file;
  const isPending = isPendingState(state);
  return {
    ...summary,
    files: summary.files + 1,
    sizeBytes: summary.sizeBytes + sizeBytes,
    estimatedLines: summary.estimatedLines + estimate.lines,
    estimatedResponses: summary.estimatedResponses + estimate.responses,
    estimatedTokens: summary.estimatedTokens + estimate.tokens,
    pendingFiles: summary.pendingFiles + (isPending ? 1 : 0),
    pendingBytes: summary.pendingBytes + (isPending ? sizeBytes : 0),
    byState: { ...summary.byState, [state]: summary.byState[state] + 1 },
  };
}

/** Whether a migration would read the file. Damaged files are read too: their lines become rejects. */
export function isPendingState(state: FileState): boolean {
  return state === 'new' || state === 'grown' || state === 'rewritten' || state === 'corrupt';
}

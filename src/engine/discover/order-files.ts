import type { DiscoveryFilters } from '../../shared/discovery.ts';
import type { FoundFile } from './found-file.ts';

const dayMs = 86_400_000;
/** Claude Code deletes a transcript this long after its last change, unless `cleanupPeriodDays` says otherwise. */
export const retentionMs = 30 * dayMs;

type Comparison = (a: FoundFile, b: FoundFile) => number;

/**
 * Sorts files for processing and keeps the first `maxFiles`.
 *
 * - `newest` last changed first, `largest`, `smallest` by bytes;
 * - `priority` by distance from the 30-day deletion, on either side of it: what is about to be deleted and what is just
 *   overdue (it goes at the next start of Claude Code) come first; what is far overdue has evidently been spared, and
 *   what changed today has time.
 *
 * Equal ones by root, then file, so the order is the same every time. Files with a problem come last and are
 * kept beyond `maxFiles`: nothing is read from them, but they have to be seen.
 */
export function orderFiles(
  files: Iterable<FoundFile>,
  order: DiscoveryFilters['order'],
  options: { readonly maxFiles?: number | undefined; readonly nowMs?: number | undefined } = {},
): FoundFile[] {
  const compare = comparisons(options.nowMs ?? Date.now())[order];
  const all = [...files].toSorted((a, b) => compare(a, b) || byName(a, b));
  const readable = all.filter((file) => file.problem === null);
  const problems = all.filter((file) => file.problem !== null);
  return [...readable.slice(0, options.maxFiles ?? readable.length), ...problems];
}

function comparisons(nowMs: number): Readonly<Record<DiscoveryFilters['order'], Comparison>> {
  const distance = (file: FoundFile): number => Math.abs(file.modifiedMs + retentionMs - nowMs);
  return {
    newest: (a, b) => b.modifiedMs - a.modifiedMs,
    largest: (a, b) => b.sizeBytes - a.sizeBytes,
    smallest: (a, b) => a.sizeBytes - b.sizeBytes,
    priority: (a, b) => distance(a) - distance(b),
  };
}

function byName(a: FoundFile, b: FoundFile): number {
  if (a.root !== b.root) return a.root < b.root ? -1 : 1;
  if (a.file === b.file) return 0;
  return a.file < b.file ? -1 : 1;
}

import type { Root } from '../../shared/discovery.ts';
import { optionRoots } from '../discover/roots.ts';
import { findFiles, type FileFilters, type FolderProblem } from '../discover/find-files.ts';
import type { FoundFile } from '../discover/found-file.ts';
import { compileGlob } from '../discover/glob.ts';

/** All files under the roots as one walk found them. */
export interface Sweep {
  /** Those that can be measured and those that can't, whatever the filters say. */
  readonly found: readonly FoundFile[];
  readonly problems: readonly FolderProblem[];
}

/**
 * Walks through all roots.
 *
 * @throws the signal's reason when aborted
 */
export async function sweep(roots: readonly Root[], signal: AbortSignal): Promise<Sweep> {
  const problems: FolderProblem[] = [];
  const found: FoundFile[] = [];
  const onProblem = (problem: FolderProblem): void => void problems.push(problem);
  for await (const file of findFiles(roots, {}, { signal, onProblem })) found.push(file);
  return { found, problems };
}

/**
 * Starts to measure what is done from now on; the function answers in milliseconds of a core.
 *
 * The time on the clock counts a busy machine, the processor's counts our other threads. Both are too much at times; the
 * smaller is nearer.
 */
export function startCost(): () => number {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(startCpu);
    return Math.min(performance.now() - startMs, (user + system) / 1000);
  };
}

/** The same roots with the state they are in now. Those that are one folder by their real paths come once. */
export async function lookAtRoots(roots: readonly Root[]): Promise<Root[]> {
  return optionRoots(roots.map((root) => root.path));
}

/** The filters of `findFiles` for files that were measured one by one. The age counts from the moment of asking. */
export function compileFilters(filters: FileFilters): (found: FoundFile) => boolean {
  const { pattern, minBytes = 0, maxBytes = Infinity, maxAgeDays = Infinity } = filters;
  const matches = pattern === undefined ? () => true : compileGlob(pattern);
  return ({ file, sizeBytes, modifiedMs }) =>
    sizeBytes >= minBytes &&
    sizeBytes <= maxBytes &&
    Date.now() - modifiedMs <= maxAgeDays * 86_400_000 &&
    matches(file);
}

import { homedir } from 'node:os';
import { AppError } from '../../shared/failure.ts';
import type { DiscoveryFilters, Root } from '../../shared/discovery.ts';
import type { RunOptions } from '../../shared/run.ts';
import { findFiles, measureFile } from './find-files.ts';
import type { FoundFile } from './found-file.ts';
import { filesOfManifest, readManifest } from './manifest.ts';
import { orderFiles } from './order-files.ts';
import { defaultRoots, optionRoots, requireReadable } from './roots.ts';

/** The files of a run and the roots they were found under; no roots for a manifest. */
export interface CollectedFiles {
  readonly files: readonly FoundFile[];
  readonly roots: readonly Root[];
}

/**
 * The files of a run in the order to read them: those of the manifest, else those found under the roots.
 *
 * A folder that can't be looked into comes as a file with a problem, so that the run reports it.
 * @throws AppError `source-missing` or `source-unreadable` when there is nowhere to look, `manifest-invalid`
 */
export async function collectFiles(
  options: RunOptions,
  onFound: (count: number) => void,
  signal: AbortSignal,
): Promise<CollectedFiles> {
  const found: FoundFile[] = [];
  const add = (file: FoundFile): void => {
    found.push(file);
    onFound(found.length);
  };
  try {
    if (options.anew.length > 0) {
      for (const { root, file } of options.anew) add(await measureFile(root, file));
      return { files: found, roots: [] };
    }
    if (options.manifest !== undefined) {
      // The manifest says which files and in which order; filters do not apply a second time.
      for await (const file of filesOfManifest(await readManifest(options.manifest))) add(file);
      return { files: found, roots: [] };
    }
    return await collectUnder(await rootsOf(options), options.filters, { onFound, signal });
  } catch (error) {
    if (signal.aborted) return { files: [], roots: [] };
    throw error;
  }
}

/** The files below these roots, in the order to read them. A folder that can't be looked into comes as a file with a problem. */
export async function collectUnder(
  roots: readonly Root[],
  filters: DiscoveryFilters,
  { onFound, signal }: { readonly onFound?: (count: number) => void; readonly signal: AbortSignal },
): Promise<CollectedFiles> {
  const found: FoundFile[] = [];
  const add = (file: FoundFile): void => {
    found.push(file);
    onFound?.(found.length);
  };
  const onProblem = ({ path, message }: { path: string; message: string }): void =>
    add({ ...unreadableFolder, root: path, path, problem: message });
  try {
    for await (const file of findFiles(roots, filters, { signal, onProblem })) add(file);
  } catch (error) {
    if (signal.aborted) return { files: [], roots: [] };
    throw error;
  }
  const { order, maxFiles } = filters;
  return { files: orderFiles(found, order, { maxFiles }), roots };
}

const unreadableFolder = {
  file: '',
  sizeBytes: 0,
  modifiedMs: 0,
  changedMs: 0,
  device: '0',
  inode: '0',
};

/** The roots of a run: those named, else those of this machine. */
export async function rootsOf(options: Pick<RunOptions, 'sources'>): Promise<Root[]> {
  if (options.sources.length > 0) {
    const roots = await optionRoots(options.sources);
    requireReadable(roots);
    return roots;
  }
  const roots = await defaultRoots(process.env, homedir(), process.platform);
  if (roots.length > 0) return roots;
  throw new AppError(
    'source-missing',
    'No Claude Code history was found: neither ~/.claude/projects nor ~/.config/claude/projects exists. Name the folder with --source DIR, or set CLAUDE_CONFIG_DIR. The command demo makes up a history to try it on.',
  );
}

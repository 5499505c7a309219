import { stat as statWithCallback, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DiscoveryFilters, Root } from '../../shared/discovery.ts';
import { describeFsError } from './describe-fs-error.ts';
import type { FoundFile } from './found-file.ts';
import { compileGlob } from './glob.ts';
import { isQuickFolder } from './quick-folder.ts';

/** Costs a third less than the one of `node:fs/promises`; a sweep asks it for every file. */
const stat = promisify(statWithCallback);

const dayMs = 86_400_000;
/**
 * So many files are measured together: one after the other without a pause where the disk is quick, which costs a third of
 * waiting for each; else at once in the background, where libuv has four threads and a network gains from more in the queue.
 */
const burstFiles = 32;
/** A burst that takes longer says that the disk is not quick now; and nothing else of the process waits longer for its turn. */
const longestTurnMs = 5;

/** The filters that judge one file alone; `order` and `maxFiles` are `orderFiles`'s. */
export type FileFilters = Partial<Pick<DiscoveryFilters, 'pattern' | 'minBytes' | 'maxBytes' | 'maxAgeDays'>>;

/** A folder or entry that could not be looked into. */
export interface FolderProblem {
  readonly path: string;
  readonly message: string;
}

export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears of every folder that could not be listed and every link that leads nowhere. */
  readonly onProblem?: ((problem: FolderProblem) => void) | undefined;
  /** Milliseconds since 1970 from which ages count; now when left out. */
  readonly nowMs?: number | undefined;
}

/**
 * Every regular `*.jsonl` below the roots, also in folders whose name begins with a dot.
 *
 * Order: the roots as given, then each folder by name (by code unit), depth first. Linked folders are followed; within a
 * root a folder is listed once, by its real path. A file that several names reach - links, hard links, nested roots - comes
 * once, by the first name in that order that passes the pattern. A file that can't be
 * measured comes with its `problem`, whatever the size and age filters say.
 *
 * @throws the signal's reason when aborted: an unfinished list must not pass for a complete one.
 */
export async function* findFiles(
  roots: readonly Root[],
  filters: FileFilters,
  options: FindOptions = {},
): AsyncGenerator<FoundFile> {
  const isWanted = compileFilters(filters, options.nowMs ?? Date.now());
  const matches = filters.pattern === undefined ? () => true : compileGlob(filters.pattern);
  const seenFiles = new Set<string>();
  for (const root of roots) {
    if (root.state !== 'present') {
      options.onProblem?.({ path: root.path, message: `The folder is ${root.state}.` });
      continue;
    }
    for await (const burst of walkRoot(root.path, options)) {
      for (const found of burst) {
        options.signal?.throwIfAborted();
        if (!matches(found.file)) continue;
        const key = found.inode === '0' ? found.path : `${found.device}:${found.inode}`;
        if (seenFiles.has(key)) continue;
        seenFiles.add(key);
        if (isWanted(found)) yield found;
      }
    }
  }
}

function compileFilters(filters: FileFilters, nowMs: number): (found: FoundFile) => boolean {
  const minBytes = filters.minBytes ?? 0;
  const maxBytes = filters.maxBytes ?? Infinity;
  const oldestMs = filters.maxAgeDays === undefined ? -Infinity : nowMs - filters.maxAgeDays * dayMs;
  return ({ problem, sizeBytes, modifiedMs }) =>
    problem !== null || (sizeBytes >= minBytes && sizeBytes <= maxBytes && modifiedMs >= oldestMs);
}

interface Folder {
  readonly path: string;
  /** Real path: tells the same folder reached by several links. */
  readonly real: string;
  /** Path relative to the root with a `/` at its end; empty for the root. */
  readonly prefix: string;
}

type Entry =
  | { readonly is: 'file'; readonly found: FoundFile }
  | { readonly is: 'folder'; readonly folder: Folder }
  | { readonly is: 'problem'; readonly problem: FolderProblem }
  | { readonly is: 'nothing' };

/** Files as they come: those of one burst together. */
async function* walkRoot(root: string, options: FindOptions): AsyncGenerator<readonly FoundFile[]> {
  const seenFolders = new Set<string>();
  const open: OpenFolder[] = [];
  const enter = (folder: Folder): void => {
    if (seenFolders.has(folder.real)) return;
    seenFolders.add(folder.real);
    open.push({ bursts: entriesOf(root, folder), left: [] });
  };
  const top = await lookAtFolder(root, '');
  if (top.is === 'folder') enter(top.folder);
  if (top.is === 'problem') options.onProblem?.(top.problem);
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    options.signal?.throwIfAborted();
    if (current.left.length === 0) {
      const next = await current.bursts.next();
      if (next.done === true) {
        open.pop();
        continue;
      }
      current.left = next.value;
    }
    const files: FoundFile[] = [];
    // Up to the first folder, which comes before what is behind it.
    let looked = 0;
    let folder: Folder | null = null;
    while (folder === null && looked < current.left.length) {
      const entry = current.left[looked++];
      if (entry?.is === 'file') files.push(entry.found);
      else if (entry?.is === 'folder') ({ folder } = entry);
      else if (entry?.is === 'problem') options.onProblem?.(entry.problem);
    }
    current.left = current.left.slice(looked);
    if (files.length > 0) yield files;
    if (folder !== null) enter(folder);
  }
}

interface OpenFolder {
  readonly bursts: AsyncGenerator<readonly Entry[]>;
  /** Entries of the last burst that were not looked at yet. */
  left: readonly Entry[];
}

async function* entriesOf(root: string, folder: Folder): AsyncGenerator<readonly Entry[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder.path, { withFileTypes: true });
  } catch (error) {
    const message = `The folder can't be listed: ${describeFsError(error)}.`;
    yield [{ is: 'problem', problem: { path: folder.path, message } }];
    return;
  }
  const wanted = entries
    .filter((entry) => entry.name.endsWith('.jsonl') || !entry.isFile())
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let turnMs = performance.now();
  const isQuick = wanted.length > 1 && (await isQuickFolder(folder.path));
  // After a burst that took long, so many are measured in the background; each time it happens, twice as many.
  let slowBursts = isQuick ? 0 : Infinity;
  let nextSlow = 1;
  for (let done = 0; done < wanted.length; done += burstFiles) {
    const burst = wanted.slice(done, done + burstFiles);
    if (slowBursts > 0) {
      slowBursts--;
      yield await Promise.all(burst.map((entry) => lookAt(root, folder, entry)));
      turnMs = performance.now();
      continue;
    }
    if (performance.now() - turnMs > longestTurnMs) {
      await setImmediate();
      turnMs = performance.now();
    }
    const startMs = performance.now();
    const looked: Entry[] = [];
    for (const entry of burst) {
      // What may lead elsewhere, to a drive that does not answer, is looked at in the background.
      looked.push(entry.isFile() ? lookAtFile(root, folder, entry) : await lookAt(root, folder, entry));
    }
    if (performance.now() - startMs > longestTurnMs) {
      slowBursts = nextSlow;
      nextSlow *= 2;
    }
    yield looked;
  }
}

/** Waits for the disk, and everything else with it. */
function lookAtFile(root: string, folder: Folder, entry: Dirent): Entry {
  const full = path.join(folder.path, entry.name);
  const file = folder.prefix + entry.name;
  try {
    return fileEntry(root, file, full, statSync(full, { bigint: true }));
  } catch (error) {
    return unreadable(root, file, full, error);
  }
}

async function lookAt(root: string, folder: Folder, entry: Dirent): Promise<Entry> {
  const full = path.join(folder.path, entry.name);
  const file = folder.prefix + entry.name;
  if (entry.isDirectory()) {
    return {
      is: 'folder',
      folder: { path: full, real: path.join(folder.real, entry.name), prefix: `${file}/` },
    };
  }
  let stats: BigIntStats;
  try {
    stats = await stat(full, { bigint: true });
  } catch (error) {
    return unreadable(root, file, full, error);
  }
  return stats.isDirectory() ? lookAtFolder(full, `${file}/`) : fileEntry(root, file, full, stats);
}

function fileEntry(root: string, file: string, full: string, stats: BigIntStats): Entry {
  if (!file.endsWith('.jsonl')) return { is: 'nothing' };
  if (stats.isFile()) return { is: 'file', found: foundFile(root, file, full, stats) };
  return { is: 'problem', problem: { path: full, message: 'It is a pipe, socket or device, not a file.' } };
}

function unreadable(root: string, file: string, full: string, error: unknown): Entry {
  const problem = `The file can't be read: ${describeFsError(error)}.`;
  return file.endsWith('.jsonl')
    ? { is: 'file', found: unreadableFile(root, file, problem) }
    : { is: 'problem', problem: { path: full, message: problem } };
}

async function lookAtFolder(full: string, prefix: string): Promise<Entry> {
  try {
    return { is: 'folder', folder: { path: full, real: await realpath(full), prefix } };
  } catch (error) {
    const message = `The folder can't be listed: ${describeFsError(error)}.`;
    return { is: 'problem', problem: { path: full, message } };
  }
}

function foundFile(root: string, file: string, full: string, stats: BigIntStats): FoundFile {
  return {
    root,
    file,
    path: full,
    sizeBytes: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs) / 1e6,
    changedMs: Number(stats.ctimeNs) / 1e6,
    device: String(stats.dev),
    inode: String(stats.ino),
    problem: null,
  };
}

/** A file that is named but could not be measured. Its inode is `0`, so that it is one of a kind. */
function unreadableFile(root: string, file: string, problem: string): FoundFile {
  const full = path.join(root, ...file.split('/'));
  const nothing = { sizeBytes: 0, modifiedMs: 0, changedMs: 0, device: '0', inode: '0' };
  return { root, file, path: full, ...nothing, problem };
}

/**
 * Measures one file that is already known by name. A file that is gone or no regular file comes with its `problem`.
 *
 * @param file path relative to the root, with `/` between the parts
 */
export async function measureFile(root: string, file: string): Promise<FoundFile> {
  const full = path.join(root, ...file.split('/'));
  try {
    const stats = await stat(full, { bigint: true });
    if (stats.isFile()) return foundFile(root, file, full, stats);
    return unreadableFile(root, file, "The file can't be read: it is not a regular file.");
  } catch (error) {
    return unreadableFile(root, file, `The file can't be read: ${describeFsError(error)}.`);
  }
}

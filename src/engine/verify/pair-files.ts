import { join, sep } from 'node:path';
import { placeOf } from '../checkpoints/checkpoint.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { DatabaseFile } from './database/file-sums.ts';

/** A file that both sides may know. */
export interface FilePair {
  readonly found: FoundFile | null;
  readonly database: DatabaseFile | null;
}

/**
 * Pairs the files on disk with those of the database that lie below the same roots; moved files by where they are now.
 *
 * @param folders that could not be looked into: a file below one is not gone, it can't be read
 */
export function pairFiles(
  found: readonly FoundFile[],
  database: readonly DatabaseFile[],
  { roots, folders }: { readonly roots: ReadonlySet<string>; readonly folders: readonly FoundFile[] },
): FilePair[] {
  const byPlace = new Map(database.map((file) => [placeOf(file), file]));
  const byPath = new Map(
    database.flatMap((file) => (file.foundAt === '' ? [] : [[file.foundAt, file] as const])),
  );
  const paired = new Set<DatabaseFile>();
  const pairs: FilePair[] = [];
  for (const file of found) {
    const known = byPlace.get(placeOf(file)) ?? byPath.get(file.path) ?? null;
    if (known) paired.add(known);
    pairs.push({ found: file, database: known });
  }
  for (const file of database) {
    if (paired.has(file) || !roots.has(file.root)) continue;
    pairs.push({ found: file.isVanished ? null : below(folders, file), database: file });
  }
  return pairs;
}

/** A file as one that can't be read, when it lies below one of these folders. */
function below(folders: readonly FoundFile[], { root, file, foundAt }: DatabaseFile): FoundFile | null {
  const path = foundAt === '' ? join(root, file) : foundAt;
  const folder = folders.find((candidate) => path.startsWith(candidate.path + sep));
  return folder === undefined ? null : { ...folder, root, file, path };
}

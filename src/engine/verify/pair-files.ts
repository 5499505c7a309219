import { placeOf } from '../checkpoints/checkpoint.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { DatabaseFile } from './database/file-sums.ts';

/** A file that both sides may know. */
export interface FilePair {
  readonly found: FoundFile | null;
  readonly database: DatabaseFile | null;
}

/** Pairs the files on disk with those of the database that lie below the same roots; moved files by where they are now. */
export function pairFiles(
  found: readonly FoundFile[],
  database: readonly DatabaseFile[],
  roots: ReadonlySet<string>,
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
    if (!paired.has(file) && roots.has(file.root)) pairs.push({ found: null, database: file });
  }
  return pairs;
}

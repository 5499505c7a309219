import { findFiles, measureFile } from '../discover/find-files.ts';
import type { FoundFile } from '../discover/found-file.ts';
import { inOrder } from '../discover/in-order.ts';
import type { TakenPaths } from './dirty-paths.ts';
import { nameOf, type FileName } from './file-name.ts';
import type { FileClaims } from './file-claims.ts';
import { isInside, type Mounts } from './mounts.ts';

/** Files measured at once. */
const measuresAtOnce = 32;

/**
 * Measures the files that hints spoke of, each once, by the name it goes by. Files that are gone are left out.
 *
 * @throws the signal's reason when aborted
 */
export async function lookAtHints(
  taken: TakenPaths,
  mounts: Mounts,
  claims: FileClaims,
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const names = new Map<string, FileName>();
  const add = (real: string): void => {
    const name = mounts.nameOf(real);
    if (name !== null) names.set(nameOf(name), name);
  };
  for (const file of taken.files) add(file);
  for (const folder of outermost(taken.folders)) {
    const root = { path: folder, origin: 'option', state: 'present' } as const;
    for await (const { path } of findFiles([root], {}, { signal })) add(path);
  }
  const measured = measureFiles(names.values());
  const found = new Map<string, FoundFile>();
  for await (const file of measured) {
    if (file.problem !== null) continue;
    const resolved = await claims.resolve(file);
    found.set(nameOf(resolved), resolved);
  }
  return [...found.values()];
}

export function measureFiles(names: Iterable<FileName>): AsyncIterable<FoundFile> {
  return inOrder(names, measuresAtOnce, ({ root, file }) => measureFile(root, file));
}

/** A tree that appears is announced folder by folder; its topmost folder will do. */
function outermost(folders: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (const folder of [...folders].toSorted()) {
    if (!kept.some((other) => isInside(other, folder))) kept.push(folder);
  }
  return kept;
}

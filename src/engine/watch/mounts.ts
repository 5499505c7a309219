import path from 'node:path';
import type { FileName } from './file-name.ts';

/** A folder that is watched, and by which names the files in it go. */
export interface Mount {
  /** Real path; events speak of it. */
  readonly real: string;
  readonly root: string;
  /** Path of the folder relative to the root with a `/` at its end; empty for the root itself. */
  readonly prefix: string;
}

/** The folders that are watched: the roots, and folders that links in them lead to. */
export class Mounts {
  #mounts: readonly Mount[] = [];

  get all(): readonly Mount[] {
    return this.#mounts;
  }

  /** In the order in which they claim a path that several of them contain. */
  replace(mounts: readonly Mount[]): void {
    this.#mounts = mounts;
  }

  /** Whether a watch on one of the folders, and on all below it, covers the path. */
  covers(real: string): boolean {
    return this.#mounts.some((mount) => isInside(mount.real, real));
  }

  nameOf(real: string): FileName | null {
    const mount = this.#mounts.find((mount) => isInside(mount.real, real));
    if (mount === undefined) return null;
    const relative = path.relative(mount.real, real).split(path.sep).join('/');
    return { root: mount.root, file: mount.prefix + relative };
  }

  /** Real path of a file; null when its root is not watched. */
  realOf({ root, file }: FileName): string | null {
    const [mount] = this.#mounts
      .filter((mount) => mount.root === root && file.startsWith(mount.prefix))
      .toSorted((one, other) => other.prefix.length - one.prefix.length);
    if (mount === undefined) return null;
    return path.join(mount.real, ...file.slice(mount.prefix.length).split('/'));
  }

  /** The folder of a file and those above it, up to the one that is mounted. */
  foldersOf(name: FileName): string[] {
    const real = this.realOf(name);
    if (real === null) return [];
    const folders: string[] = [];
    for (let folder = path.dirname(real); this.covers(folder); folder = path.dirname(folder)) {
      folders.push(folder);
      if (folder === path.dirname(folder)) break;
    }
    return folders;
  }
}

export function isInside(folder: string, real: string): boolean {
  return real === folder || real.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

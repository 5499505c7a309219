import type { FoundFile } from './found-file.ts';

type Place = Pick<FoundFile, 'root' | 'file'>;

/** Files by root and path; in two steps, as a name made of both would be made and hashed at every look. */
export class FilePlaces implements Iterable<Place> {
  readonly #byRoot = new Map<string, Set<string>>();

  constructor(files: Iterable<Place>) {
    for (const { root, file } of files) {
      let inRoot = this.#byRoot.get(root);
      if (inRoot === undefined) this.#byRoot.set(root, (inRoot = new Set()));
      inRoot.add(file);
    }
  }

  *[Symbol.iterator](): Iterator<Place> {
    for (const [root, files] of this.#byRoot) for (const file of files) yield { root, file };
  }

  has({ root, file }: Place): boolean {
    return this.#byRoot.get(root)?.has(file) ?? false;
  }
}

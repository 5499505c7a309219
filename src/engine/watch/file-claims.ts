import { measureFile } from '../discover/find-files.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { FileName } from './file-name.ts';

/**
 * Which name a file goes by that several names reach: links, hard links, nested roots.
 *
 * The sweep decides, with the rule of `findFiles`; an event may speak of any of the names. Rebuilt by every sweep, so it
 * holds no more than there are files.
 */
export class FileClaims {
  #names = new Map<string, FileName>();

  replace(found: Iterable<FoundFile>): void {
    this.#names = new Map();
    for (const file of found) this.#claim(file);
  }

  /** The file as it goes by its name: the one given unless another name, which still leads to it, has the claim. */
  async resolve(found: FoundFile): Promise<FoundFile> {
    const claimed = this.#names.get(identityOf(found));
    if (claimed !== undefined && (claimed.root !== found.root || claimed.file !== found.file)) {
      const other = await measureFile(claimed.root, claimed.file);
      // A renamed file, and an inode that was used again, have an old name that leads elsewhere.
      if (other.problem === null && identityOf(other) === identityOf(found)) return other;
    }
    this.#claim(found);
    return found;
  }

  /** Whether the file goes by the name it was measured by: a link may have taken the place of a file. */
  async isItsName(found: FoundFile): Promise<boolean> {
    const { root, file } = await this.resolve(found);
    return root === found.root && file === found.file;
  }

  #claim(found: FoundFile): void {
    this.#names.set(identityOf(found), { root: found.root, file: found.file });
  }
}

function identityOf({ device, inode, path }: FoundFile): string {
  return inode === '0' ? path : `${device}:${inode}`;
}

import { statfs } from 'node:fs/promises';

/** `f_type` of file systems that answer from this machine's own memory and disks (Linux: statfs(2); macOS: APFS). */
const localTypes: ReadonlySet<bigint> = new Set(
  process.platform === 'darwin'
    ? [0x1an]
    : [0xef53n, 0x9123683en, 0x58465342n, 0x01021994n, 0x794c7630n, 0x2fc12fc1n, 0xf2f52010n],
);

/** Whether files of a folder can be measured while everything else waits: not on a network drive, or one that is not known. */
export async function isQuickFolder(folder: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  try {
    return localTypes.has((await statfs(folder, { bigint: true })).type & 0xffffffffn);
  } catch {
    // Whoever lists the folder tells what is wrong with it.
    return false;
  }
}

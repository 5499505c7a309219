import { stat } from 'node:fs/promises';

/** What tells a file from every other one that is there now: both numbers, as each disk counts its inodes anew. */
export interface FileAt {
  readonly device: string;
  readonly inode: string;
}

/** Null when there is no file at the path: nothing, or a folder or a pipe that took its name. Throws other file errors. */
export async function fileAt(path: string): Promise<FileAt | null> {
  try {
    const stats = await stat(path, { bigint: true });
    return stats.isFile() ? { device: String(stats.dev), inode: String(stats.ino) } : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw error;
  }
}

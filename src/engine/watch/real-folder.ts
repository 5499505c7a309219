import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fsErrorCode } from '../discover/describe-fs-error.ts';

/** Real path of a folder; null when there is none. */
export async function realOrNull(folder: string): Promise<string | null> {
  try {
    const real = await realpath(folder);
    return (await stat(real)).isDirectory() ? path.normalize(real) : null;
  } catch (error) {
    if (fsErrorCode(error) === '') throw error;
    return null;
  }
}

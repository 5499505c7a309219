import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unwritable } from './embedded/start-failure.ts';

/**
 * Makes the data directory, readable by its owner only, and checks that it can be written.
 *
 * @throws AppError `data-dir-unwritable` or `disk-full`
 */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw unwritable(dataDir, error);
  }
}

/**
 * Makes a folder, readable by its owner only, and those above. Not with `recursive`: that tries for ever where a folder
 * can't be made at all, as in `/proc` (Node 20 and 22).
 */
export function makeFolder(path: string): void {
  const options = { mode: 0o700 };
  try {
    mkdirSync(path, options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path, options);
  }
}

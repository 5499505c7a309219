import { accessSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unwritable } from './embedded/start-failure.ts';

/** The application's own user-data folder, the same that Electron uses (app.getPath('userData')). */
export function defaultDataDir(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string {
  const name = 'Tokenhouse';
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), name);
  return join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), name);
}

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
 * Writes a file into the data directory and takes it away again: permission alone does not say that there is room.
 *
 * @throws AppError `data-dir-unwritable` or `disk-full`
 */
export function tryDataDir(dataDir: string): void {
  const attempt = join(dataDir, `.attempt-${process.pid}`);
  try {
    writeFileSync(attempt, 'This file may be deleted.');
  } catch (error) {
    throw unwritable(dataDir, error);
  } finally {
    rmSync(attempt, { force: true });
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

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { makeDataDir, tryDataDir } from '../engine/data-dir.ts';

/**
 * Makes the profile and takes it for this process. False when another one has it, which then shows its window.
 *
 * @throws AppError `data-dir-unwritable` or `disk-full`
 */
export function claimProfile(userData: string): boolean {
  makeDataDir(userData);
  if (app.requestSingleInstanceLock()) return true;
  // Electron also refuses when it could not write the lock: then there is none.
  if (lstatSync(join(userData, 'SingletonLock'), { throwIfNoEntry: false }) === undefined)
    tryDataDir(userData);
  return false;
}

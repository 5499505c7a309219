import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, SetupError } from './project.mjs';

const patienceMs = 15 * 60_000;

/**
 * Runs `work` while no other process holds the lock `file`.
 *
 * The file holds its owner's process id, so the lock of a process that was killed is taken over instead of waited for.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  const giveUpAt = Date.now() + patienceMs;
  while (!acquire(file)) {
    if (Date.now() > giveUpAt)
      throw new SetupError(`Another process holds ${file}. If there is none, delete that file.`);
    await sleep(100);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} file */
function acquire(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    // A link appears with its content, an exclusively created file appears empty: nobody may read an empty lock.
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (isAbandoned(file)) takeAway(file, mine);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes an abandoned lock, or puts it back when it turns out to be a new owner's. @param {string} file @param {string} mine */
function takeAway(file, mine) {
  const taken = `${mine}.taken`;
  try {
    renameSync(file, taken);
    if (!isAbandoned(taken)) linkSync(taken, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(taken, { force: true });
  }
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return false;
  } catch (error) {
    // ENOENT: just released, so simply try again. EPERM: it lives, as another user.
    return codeOf(error) === 'ESRCH';
  }
}

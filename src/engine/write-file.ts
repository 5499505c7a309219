import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../shared/failure.ts';
import { describeFsError, fsErrorCode } from './discover/describe-fs-error.ts';

/**
 * Writes a file so that a reader finds the old one or the new one, never a part. `what` names it for people, as in
 * `The manifest`.
 *
 * @throws AppError `disk-full`, or `invalid-input` when the file can't be written there; the old one is then untouched.
 */
export async function writeWhole(file: string, text: string, what: string): Promise<void> {
  const target = resolve(file);
  const temporary = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(error, target, what);
  }
}

/**
 * Finds out whether {@link writeWhole} could write there, before the work whose result it is to hold.
 *
 * @throws AppError as {@link writeWhole} does
 */
export async function checkWritable(file: string, what: string): Promise<void> {
  const target = resolve(file);
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
  try {
    await (await open(temporary, 'wx')).close();
    await rm(temporary);
  } catch (error) {
    throw unwritable(error, target, what);
  }
}

function unwritable(error: unknown, target: string, what: string): AppError {
  const reason =
    fsErrorCode(error) === 'ENOENT' ? `the folder ${dirname(target)} does not exist` : describeFsError(error);
  const isFull = ['ENOSPC', 'EDQUOT'].includes(fsErrorCode(error));
  return new AppError(
    isFull ? 'disk-full' : 'invalid-input',
    `${what} could not be written to ${target}: ${reason}. Choose another place with --output.`,
    { cause: error, path: target },
  );
}

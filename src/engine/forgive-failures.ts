import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isUpToDate } from './checkpoints/compare.ts';
import { OtherNames } from './checkpoints/other-names.ts';
import { fsErrorCode, isMisread } from './discover/describe-fs-error.ts';
import { measureFile } from './discover/find-files.ts';
import type { FoundFile } from './discover/found-file.ts';
import type { Run } from './runs.ts';

/**
 * Forgives the failures of files that are no longer where they failed, or are in the database all the same.
 *
 * For a run that watches: a file that was renamed or replaced while it was read is found again where it is, and nothing of
 * it is missing at the end. What still can't be read counts. The problems stay listed.
 */
export async function forgiveFailures({
  ledger,
  checkpoints,
}: Pick<Run, 'ledger' | 'checkpoints'>): Promise<void> {
  if (ledger.failures.length === 0) return;
  const others = new OtherNames(ledger.accounted());
  for (const failed of ledger.failures) {
    const found = await measureFile(failed.root, failed.file);
    const known = checkpoints.of(found);
    const isOver =
      found.problem === null
        ? isUpToDate(found, known) || (await others.have(found.path, known ?? found))
        : await isGone(found);
    if (isOver) ledger.forgive(failed);
  }
}

/** Whether the file is not there any more, though its root is: a drive that was unplugged has lost nothing. */
async function isGone({ root, file, path }: FoundFile): Promise<boolean> {
  // A folder that could not be listed.
  if (file === '') return false;
  try {
    const there = await entryAt(path);
    // A link that leads nowhere is still a file that can't be read.
    if (there !== null) return !there.isFile() && !there.isSymbolicLink();
    return (await entryAt(root)) !== null;
  } catch (error) {
    // What can't be looked at is not known to be gone.
    if (fsErrorCode(error) !== '') return false;
    throw error;
  }
}

/** Null when there is nothing at the path. */
async function entryAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const isMissing = fsErrorCode(error) === 'ENOENT' || fsErrorCode(error) === 'ENOTDIR';
    if (isMissing && !isMisread(error)) return null;
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operating system does not permit it',
  ENOENT: 'it does not exist (a link to nothing, or deleted meanwhile)',
  ENOTDIR: 'it is not a folder',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'its path is longer than the operating system allows',
  EIO: 'the disk reported an error',
  EBUSY: 'another program holds it',
  EMFILE: 'too many files are open',
};

/** The code of a file system error, for example `ENOENT`; empty for any other error. */
export function fsErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Why a file or folder could not be read, in words and with the system's code; rethrows what is no file system error. */
export function describeFsError(error: unknown): string {
  const code = fsErrorCode(error);
  if (code === '' || !(error instanceof Error)) throw error;
  return `${isMisread(error) ? misread : (reasons[code] ?? error.message)} (${code})`;
}

const misread =
  'its name is not valid UTF-8, so no program can ask for it by the name it is shown with: rename it';

/** Node.js puts U+FFFD for the bytes of a name that are no UTF-8, and does not find the file by what it makes of them. */
export function isMisread(error: unknown): boolean {
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  return fsErrorCode(error) === 'ENOENT' && path.includes('\uFFFD');
}

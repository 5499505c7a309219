import { ClickHouseError } from '@clickhouse/client';
import { AppError, type FailureCode } from '../../shared/failure.ts';

/** Server error codes that mean something a person can mend (ClickHouse src/Common/ErrorCodes.cpp). */
const byCode: Readonly<Record<string, readonly [FailureCode, string]>> = {
  '164': [
    'database-denied',
    'The database user may only read. Give it the right to write, or name another user.',
  ],
  '192': ['database-denied', 'The database does not know this user. Check the user name.'],
  '193': ['database-denied', 'The password is wrong. Check the password.'],
  '194': ['database-denied', 'The database asks for a password. Give it with --password-env.'],
  '497': [
    'database-denied',
    'The database user lacks a right. Grant SELECT, INSERT, ALTER, CREATE and DROP on the database.',
  ],
  '516': ['database-denied', 'User name or password is wrong. Check both.'],
  '243': [
    'disk-full',
    'The disk of the database is full. Free some space: nothing that was confirmed is lost.',
  ],
  '241': [
    'database-failed',
    'The database ran out of memory. Close other programs or raise the memory limit.',
  ],
  '242': ['database-failed', 'The tables are read-only for a moment: the server lost its Keeper.'],
  '252': ['database-failed', 'The database has too many unmerged parts and needs a minute to merge them.'],
};

/** A certificate does not become right by itself (Node's `ERR_TLS_*` and OpenSSL's X509 codes). */
export function isUntrusted(error: Error): boolean {
  return (
    'code' in error &&
    /^(?:ERR_TLS|CERT_|CRL_|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH|SELF_SIGNED|UNABLE_TO_)/.test(
      String(error.code),
    )
  );
}

const diskFull = '243';

/** Also without inodes: that the engine passes on as the system says it (code 1001, `std::exception`). */
export function isDiskFull({ code, message }: ClickHouseError): boolean {
  return code === diskFull || (code === '1001' && /No space left on device|ENOSPC/.test(message));
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
]);

/** Turns what the client throws into words; other errors pass unchanged. `place` names the database. */
export function describeDatabaseError(error: unknown, place: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (error instanceof ClickHouseError) {
    const known = byCode[isDiskFull(error) ? diskFull : error.code];
    const detail = `Code: ${error.code}. ${error.message} (${error.type ?? 'unknown'})`;
    if (known) return new AppError(known[0], known[1], { cause: error, path: place, detail });
    return new AppError('database-failed', `The database refused: ${firstSentence(error.message)}`, {
      cause: error,
      path: place,
      detail,
    });
  }
  if (isUntrusted(error)) {
    return new AppError(
      'database-unreachable',
      `The certificate of ${place} is not trusted: ${error.message}. Nothing was sent. Name the file of its authority in NODE_EXTRA_CA_CERTS, or check the address.`,
      { cause: error, path: place },
    );
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isFileError = 'path' in error && 'syscall' in error && error.syscall !== 'connect';
  if (isFileError) return error;
  if (connectionCodes.has(code) || /timeout|socket hang up|aborted/i.test(error.message)) {
    return new AppError(
      'database-unreachable',
      `The database at ${place} does not answer (${code === '' ? error.message : code}). What was confirmed is safe.`,
      { cause: error, path: place },
    );
  }
  return error;
}

/** As {@link describeDatabaseError} for an error that ends a run: a missing table is one of ours then. */
export function describeRunError(error: unknown, place: string): unknown {
  if (!(error instanceof ClickHouseError) || (error.code !== '60' && error.code !== '81')) {
    return describeDatabaseError(error, place);
  }
  return new AppError(
    'database-failed',
    `A table of ours is missing in the database at ${place}: somebody dropped or renamed it. Start again: what is missing is made anew, and what the files still hold is imported.`,
    { cause: error, path: place, detail: error.message },
  );
}

/** What somebody who is no ClickHouse has answered, in one line without the markup of a page. */
export function plainAnswer(text: string): string {
  return text
    .replaceAll(/<(style|script)\b.*?<\/\1>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}

function firstSentence(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

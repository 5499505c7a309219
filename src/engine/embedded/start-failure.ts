import { existsSync, statfsSync } from 'node:fs';
import { AppError } from '../../shared/failure.ts';
import type { ServerReport } from './server-report.ts';
import type { ServerCommand } from './spawn-server.ts';

type FailedReport = Extract<ServerReport, { state: 'failed' }>;

/** A server that did not come up, in plain words. */
export function startFailure(command: ServerCommand, report: FailedReport): AppError {
  const { dataDir } = command;
  const options = { path: dataDir, detail: report.text.trim() };
  if (report.reason === 'busy') {
    return new AppError(
      'data-dir-busy',
      `Another program holds the database in ${dataDir} and is not Tokenhouse. Close it, or choose another data folder.`,
      options,
    );
  }
  const absent = [command.node, command.serverScript].find((file) => !existsSync(file));
  if (report.reason === 'missing' || absent !== undefined) {
    const what = absent === undefined ? 'its library is not installed' : `${absent} does not exist`;
    return new AppError(
      'embedded-missing',
      `The embedded database cannot start: ${what}. Reinstall Tokenhouse.`,
      options,
    );
  }
  if (/No space left on device|NOT_ENOUGH_SPACE|ENOSPC/.test(report.text) || isFull(dataDir))
    return diskFull(dataDir, options);
  if (/Permission denied|Read-only file system|EACCES|EROFS|EPERM/.test(report.text)) {
    return new AppError(
      'data-dir-unwritable',
      `The database in ${dataDir} cannot be written: the system denies it. Correct the permissions of the folder, or choose another data folder.`,
      options,
    );
  }
  if (/MEMORY_LIMIT_EXCEEDED|memory limit exceeded/.test(report.text)) {
    return new AppError(
      'embedded-failed',
      `The database in ${dataDir} needs more memory to open than the ${command.memoryLimitMb} MiB it may take. Nothing was changed. Raise the memory limit and try again.`,
      options,
    );
  }
  if (report.reason === 'refused') {
    return new AppError(
      'embedded-damaged',
      `The database in ${dataDir} cannot be opened; it may be damaged. Nothing was changed. Move the folder "clickhouse" in it aside and import again, or restore it from a backup.`,
      options,
    );
  }
  return new AppError(
    'embedded-failed',
    `The embedded database for ${dataDir} ended while it was starting. The log is in ${dataDir}/logs/clickhouse.log.`,
    options,
  );
}

/** An error of the file system while preparing a data directory. */
export function unwritable(dataDir: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const options = { cause: error, path: dataDir };
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dataDir, options);
  if (!/^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT|ELOOP|ENAMETOOLONG|EINVAL)$/.test(code)) return error;
  return new AppError(
    'data-dir-unwritable',
    `The data folder ${dataDir} cannot be made or written (${code}). Correct its permissions, or choose another data folder.`,
    options,
  );
}

/** The reason itself is written to that disk, and may be missing for that. */
function isFull(dataDir: string): boolean {
  const disk = statfsSync(dataDir);
  return disk.bavail * disk.bsize < 1024 * 1024;
}

function diskFull(dataDir: string, options: { cause?: unknown; detail?: string }): AppError {
  return new AppError(
    'disk-full',
    `The disk that holds ${dataDir} is full. What is in the database is kept. Free some space and try again.`,
    { ...options, path: dataDir },
  );
}

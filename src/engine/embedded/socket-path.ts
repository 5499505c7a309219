import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../process-alive.ts';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, the closing NUL included. */
const maximumBytes = 100;

/**
 * The path to listen on, and to connect to, for the server of a data directory.
 *
 * A path too long for a socket goes through a short symbolic link in a private folder of the system's temporary
 * directory; the socket itself is in the data directory all the same.
 */
export function socketPathOf(dataDir: string): string {
  const direct = join(dataDir, 'clickhouse.sock');
  if (Buffer.byteLength(direct) <= maximumBytes) return direct;
  return join(shortcutTo(dataDir), 'clickhouse.sock');
}

function shortcutTo(dataDir: string): string {
  const link = join(privateDirectory(), shortNameOf(dataDir));
  if (targetOf(link) === dataDir) return link;
  rmSync(link, { force: true });
  try {
    symlinkSync(dataDir, link, 'dir');
  } catch (error) {
    // Another process made the same link meanwhile.
    if (targetOf(link) !== dataDir) throw error;
  }
  return link;
}

/**
 * An empty folder for the named pipes of this process; what servers of the same data directory left that died is removed.
 *
 * Of a process, not of the directory: when somebody deletes the directory and starts anew, the old server still has its own.
 */
export function makePipeDirectory(dataDir: string): string {
  const parent = privateDirectory();
  const prefix = `pipes-${shortNameOf(dataDir)}-`;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  const directory = join(parent, `${prefix}${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

function shortNameOf(dataDir: string): string {
  return createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A folder in the temporary directory that only this user can change. */
function privateDirectory(): string {
  const { uid, username } = userInfo();
  const directory = join(tmpdir(), `tokenhouse-${uid >= 0 ? uid : username}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  if (!found.isDirectory() || (uid >= 0 && found.uid !== uid) || (found.mode & 0o077) !== 0) {
    throw new Error(`${directory} is not a private folder of this user`);
  }
  return directory;
}

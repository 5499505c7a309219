import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../shared/failure.ts';
import type { Progress } from '../shared/run.ts';
import { makeDataDir } from './data-dir.ts';

/** What a run tells about itself to another process. */
export interface RunStatus {
  readonly runId: string;
  readonly pid: number;
  readonly progress: Progress | null;
}

/** The right to be the one run of a data directory. */
export interface RunLock {
  /** Shows the state of the run to whoever asks. */
  publish(progress: Progress): void;
  release(): Promise<void>;
}

/** The system cuts a longer one off in silence (unix(7): 108 bytes, macOS 104). */
const longestSocketPath = 100;

/** A pipe on Windows, a socket file elsewhere: the system takes either away from a process that dies. */
function lockPath(dataDir: string): string {
  const path = join(dataDir, 'run.sock');
  if (process.platform !== 'win32') {
    if (Buffer.byteLength(path) <= longestSocketPath) return path;
    const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 24);
    return join(tmpdir(), `tokenhouse-run-${name}.sock`);
  }
  return `\\\\.\\pipe\\tokenhouse-${Buffer.from(dataDir).toString('hex').slice(-100)}`;
}

/**
 * Takes the lock of a data directory: one run at a time, from the window or the command line.
 *
 * The lock is a listening socket: it can't be left stuck by a crash, and it answers the status of the run.
 * @throws AppError `run-in-progress` when another process holds it, `data-dir-unwritable`
 */
export async function holdRunLock(dataDir: string, runId: string): Promise<RunLock> {
  makeDataDir(dataDir);
  const path = lockPath(dataDir);
  const holder = await readRunStatus(dataDir);
  if (holder) throw inProgress(dataDir, holder);
  let status: RunStatus = { runId, pid: process.pid, progress: null };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(status));
  });
  if (process.platform !== 'win32') await unlinkStale(path);
  await listen(server, path, dataDir);
  return {
    publish: (progress) => {
      status = { ...status, progress };
    },
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function inProgress(dataDir: string, holder: RunStatus): AppError {
  return new AppError(
    'run-in-progress',
    `Another migration is running on this data (process ${holder.pid}). Nothing was started. Wait for it, or cancel it there.`,
    { path: dataDir },
  );
}

async function unlinkStale(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function listen(server: Server, path: string, dataDir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      // Another process was faster between our look and our listen.
      reject(inProgress(dataDir, { runId: '', pid: 0, progress: null }));
    });
    server.listen(path, () => resolve());
  });
}

/** The run of a data directory that is going on now in any process; null when there is none. */
export function readRunStatus(dataDir: string): Promise<RunStatus | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(lockPath(dataDir));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('end', () => {
      resolve(text === '' ? null : (JSON.parse(text) as RunStatus));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET')
        resolve(null);
      else reject(error);
    });
  });
}

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
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

/**
 * Takes the lock of a data directory: one run at a time, from the window or the command line.
 *
 * The lock is a listening socket: it can't be left stuck by a crash, and it answers the status of the run. A run into a
 * server takes a second one, named after the server, so that two data directories of one machine do not import the same
 * files into it at once.
 * @throws AppError `run-in-progress` when another process holds it, `data-dir-unwritable`
 */
export async function holdRunLock(dataDir: string, runId: string, destination?: string): Promise<RunLock> {
  makeDataDir(dataDir);
  let status: RunStatus = { runId, pid: process.pid, progress: null };
  const read = (): RunStatus => status;
  const held: Server[] = [];
  const release = async (): Promise<void> => {
    for (const server of held.toReversed())
      await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  try {
    held.push(...(await hold(lockPath(dataDir), `run-${realPathOf(dataDir)}`, read)));
    if (destination !== undefined) {
      const name = `run-into-${destination}`;
      held.push(...(await hold(socketInTmp(name), name, read)));
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    publish: (progress) => {
      status = { ...status, progress };
    },
    release,
  };
}

/** The run of a data directory that is going on now in any process; null when there is none. */
export function readRunStatus(dataDir: string): Promise<RunStatus | null> {
  return readStatus(lockPath(dataDir));
}

/** The system cuts a longer one off in silence (unix(7): 108 bytes, macOS 104). */
const longestSocketPath = 100;

/** A pipe on Windows, a socket file elsewhere. */
function lockPath(dataDir: string): string {
  const path = join(realPathOf(dataDir), 'run.sock');
  const isShort = process.platform !== 'win32' && Buffer.byteLength(path) <= longestSocketPath;
  return isShort ? path : socketInTmp(`run-${realPathOf(dataDir)}`);
}

function socketInTmp(name: string): string {
  const digest = digestOf(name);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tokenhouse-${digest}`;
  return join(tmpdir(), `tokenhouse-${digest}.sock`);
}

/** The same for one user however the folder for temporary files is named. */
function digestOf(name: string): string {
  const { uid, username } = userInfo();
  return createHash('sha256').update(`${uid}-${username}-${name}`).digest('hex').slice(0, 24);
}

function realPathOf(dataDir: string): string {
  try {
    return realpathSync(dataDir);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return dataDir;
    throw error;
  }
}

/**
 * Listens at a path that nobody listens at; the servers that have to be closed to give it back, last one first.
 *
 * A socket file of a dead process has to be taken away first, and two who do that at once would take away each other's. So
 * on Linux the one who may is decided by a name that is no file: the system takes it from a dead process by itself.
 */
async function hold(path: string, name: string, read: () => RunStatus): Promise<Server[]> {
  const holder = await readStatus(path);
  if (holder) throw inProgress(path, holder);
  const held: Server[] = [];
  if (process.platform === 'linux') {
    // Anybody on the machine can connect to such a name: it says nothing.
    held.push(await listen(`\0tokenhouse-${digestOf(name)}`, () => null, path));
  }
  try {
    if (process.platform !== 'win32') await unlinkStale(path);
    held.push(await listen(path, read, path));
    return held;
  } catch (error) {
    for (const server of held) server.close();
    throw error;
  }
}

function inProgress(path: string, { pid, progress }: RunStatus): AppError {
  const who = pid === 0 ? 'another process' : `process ${pid}`;
  const message =
    progress?.phase === 'watching'
      ? `The database is being kept in step by ${who}: new lines come in by themselves. Nothing was started. Stop it there first.`
      : `Another migration is running on this data (${who}). Nothing was started. Wait for it, or cancel it there; \`status\` shows how far it is.`;
  return new AppError('run-in-progress', message, { path });
}

async function unlinkStale(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function listen(address: string, read: () => RunStatus | null, path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const status = read();
    socket.end(status === null ? '' : JSON.stringify(status));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // Another process was faster between our look and our listen.
      reject(error.code === 'EADDRINUSE' ? inProgress(path, { runId: '', pid: 0, progress: null }) : error);
    });
    server.listen(address, () => resolve(server));
  });
}

const patienceMs = 5000;

function readStatus(path: string): Promise<RunStatus | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    // A process that is stopped (Ctrl-Z) takes the connection and says nothing: it holds the lock all the same.
    socket.setTimeout(patienceMs, () => {
      resolve({ runId: '', pid: 0, progress: null });
      socket.destroy();
    });
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

import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/failure.ts';
import { makeDataDir } from '../data-dir.ts';
import { takeLease, type Lease } from './lease.ts';
import { socketPathOf } from './socket-path.ts';
import { spawnServer, type ServerCommand } from './spawn-server.ts';
import { startFailure, unwritable } from './start-failure.ts';

/** Which database to start or to join, and with what. */
export interface EmbeddedOptions {
  readonly dataDir: string;
  /** A plain Node binary, see node-binary.ts. */
  readonly node: string;
  /** The built server script (`out/main/embedded-server.js`). */
  readonly serverScript: string;
  /** What the engine may take, if this call is the one that starts it. Default 450: with the window and the workers about 1.5 GB in all. */
  readonly memoryLimitMb?: number;
  /** How long a server lives after its last user, if this call is the one that starts it. Default 2000. */
  readonly graceMs?: number;
  /** How long to wait for another process to finish opening or closing the same directory. Default 60 000. */
  readonly busyPatienceMs?: number;
  readonly signal?: AbortSignal;
  /** The server went away while it was in use; `ensure` brings it back. */
  readonly onLost?: (reason: string) => void;
}

/** A running embedded server that this process uses. */
export interface EmbeddedServer {
  /** For `new http.Agent({ socketPath, keepAlive: true })`. */
  readonly socketPath: string;
  /** Version of the ClickHouse inside. */
  readonly version: string;
  readonly pid: number;
  /** Restarts the server after a crash and takes a new lease; resolves when it answers. */
  ensure(): Promise<void>;
  /** Gives the lease back; the server ends when it was the last. */
  release(): Promise<void>;
}

/**
 * Joins the server of a data directory, or starts it: one process per directory, shared by everything that uses it.
 *
 * Two starters at once are safe: both may spawn, the engine's lock lets one server live, and both join that one.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  assertSupported();
  const dataDir = resolve(options.dataDir);
  makeDataDir(dataDir);
  const command: ServerCommand = {
    node: options.node,
    serverScript: options.serverScript,
    dataDir,
    memoryLimitMb: options.memoryLimitMb ?? 450,
    graceMs: options.graceMs ?? 2000,
  };
  const socketPath = findSocketPath(dataDir);
  let lease = await joinOrStart(command, socketPath, options);
  let isReleased = false;
  let ensuring: Promise<void> | undefined;

  const watch = async (held: Lease): Promise<void> => {
    await held.ended;
    if (!isReleased) options.onLost?.(`The embedded database (process ${held.pid}) went away.`);
  };
  const renew = async (): Promise<void> => {
    if (isReleased || (lease.isHeld() && (await isListening(socketPath)))) return;
    // Its socket is gone while it lives: nobody can reach it. It ends without its last user, and another one starts.
    lease.giveBack();
    await lease.ended;
    lease = await joinOrStart(command, socketPath, options);
    void watch(lease);
  };
  void watch(lease);
  return {
    socketPath,
    get version() {
      return lease.version;
    },
    get pid() {
      return lease.pid;
    },
    ensure: async () => {
      ensuring ??= renew().finally(() => {
        ensuring = undefined;
      });
      return ensuring;
    },
    release: async () => {
      isReleased = true;
      await ensuring?.catch(() => undefined);
      lease.giveBack();
      await lease.ended;
    },
  };
}

async function isListening(socketPath: string): Promise<boolean> {
  const probe = await takeLease(socketPath);
  probe?.giveBack();
  return probe !== undefined;
}

/** How often a server is started that is killed before it answers. */
const mostStarts = 3;

async function joinOrStart(
  command: ServerCommand,
  socketPath: string,
  { signal, busyPatienceMs = 60_000 }: EmbeddedOptions,
): Promise<Lease> {
  const patience = Date.now() + busyPatienceMs;
  let waitMs = 50;
  let killed = 0;
  for (;;) {
    signal?.throwIfAborted();
    const lease = await takeLease(socketPath);
    if (lease !== undefined) return lease;
    const report = await spawnServer(command).catch((error: unknown) => {
      throw unwritable(command.dataDir, error);
    });
    if (report.state === 'ready') continue;
    // As when it dies later: it is started again, but not for ever where the system ends it each time.
    if (report.reason === 'killed' && ++killed < mostStarts) continue;
    if (report.reason !== 'busy' || Date.now() > patience) throw startFailure(command, report);
    await waitForSocket(socketPath, waitMs, signal);
    waitMs = Math.min(waitMs * 2, 2000);
  }
}

/** Another process holds the lock: it is opening (then it will listen), closing (then it will be free), or not ours. */
async function waitForSocket(socketPath: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
  const until = Date.now() + milliseconds;
  while (Date.now() < until) {
    const probe = await takeLease(socketPath);
    if (probe !== undefined) {
      probe.giveBack();
      return;
    }
    await sleep(25, undefined, signal === undefined ? {} : { signal });
  }
}

function assertSupported(): void {
  const isGlibc = process.platform !== 'linux' || hasGlibc();
  if ((process.platform === 'linux' && isGlibc) || process.platform === 'darwin') return;
  const system = isGlibc ? process.platform : 'a Linux without glibc (such as Alpine)';
  throw new AppError(
    'embedded-unsupported',
    `The embedded database does not run on ${system}. Choose a ClickHouse server as the destination instead.`,
  );
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

function findSocketPath(dataDir: string): string {
  try {
    return socketPathOf(dataDir);
  } catch (error) {
    throw new AppError(
      'embedded-failed',
      `The path of ${dataDir} is too long for a socket, and a shorter way to it could not be made in the temporary folder. Choose a shorter data folder.`,
      { cause: error, path: dataDir },
    );
  }
}

import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type * as libchdb from 'chdb/libchdb';
import { assertRoomForNewDatabase } from './disk-reserve.ts';
import { Engine } from './engine.ts';
import { giveWay } from './give-way.ts';
import { createHttpInterface } from './http-interface.ts';
import { Leases } from './leases.ts';
import type { ServerReport, StartFailure } from './server-report.ts';
import { makePipeDirectory, socketPathOf } from './socket-path.ts';

/**
 * The process of the embedded database: opens one data directory and answers ClickHouse's HTTP interface on a socket in it.
 *
 * It runs in a plain Node, as chdb crashes inside Electron's binary. chdb's lock on the directory decides who serves
 * it: only its holder removes a stale socket and listens. Its standard error is the log file.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'data-dir': { type: 'string' },
      'log-file': { type: 'string' },
      'memory-limit-mb': { type: 'string', default: '450' },
      'first-lease-ms': { type: 'string', default: '15000' },
      'grace-ms': { type: 'string', default: '2000' },
    },
  });
  const dataDir = values['data-dir'];
  if (dataDir === undefined) throw new Error('--data-dir is missing');
  process.umask(0o077);
  giveWay();
  const libraryPath = findLibrary();
  const databasePath = join(dataDir, 'clickhouse');
  mkdirSync(databasePath, { recursive: true });
  refuseIfFull(databasePath);
  const logStart = logSize();
  const engine = await Engine.open({
    libraryPath,
    path: databasePath,
    memoryLimitMb: Number(values['memory-limit-mb']),
  });
  if (engine === undefined) return refuse(readLog(values['log-file'], logStart));
  const socketPath = socketPathOf(dataDir);
  const pipeDirectory = makePipeDirectory(dataDir);
  let stop: ((why: string) => void) | undefined;
  let inode = 0n;
  const leases = new Leases(
    { firstMs: Number(values['first-lease-ms']), graceMs: Number(values['grace-ms']) },
    () => {
      stop?.('nobody uses it');
    },
  );
  const server = createHttpInterface({ engine, pipeDirectory, databasePath }, leases, log);
  const stopOnce = onceOnly((why) => {
    log(`stopping: ${why}`);
    shutDown(server, engine, leases, () => removeSocket(socketPath, inode), pipeDirectory).then(
      () => process.exit(0),
      (error: unknown) => die('stopping failed', error),
    );
  });
  stop = stopOnce;
  inode = await listen(server, socketPath);
  process.on('SIGTERM', () => stopOnce('SIGTERM'));
  process.on('SIGINT', () => stopOnce('SIGINT'));
  log(`serving ${dataDir} with ClickHouse ${engine.serverVersion}, pid ${process.pid}`);
  report({ state: 'ready', pid: process.pid, version: engine.serverVersion });
}

function findLibrary(): string {
  const { resolveLibchdb } = createRequire(import.meta.url)('chdb/libchdb') as typeof libchdb;
  try {
    return resolveLibchdb().path;
  } catch (error) {
    return fail('missing', error instanceof Error ? error.message : String(error));
  }
}

function refuseIfFull(databasePath: string): void {
  try {
    assertRoomForNewDatabase(databasePath);
  } catch (error) {
    fail('refused', String(error));
  }
}

/** Answers the inode of the socket. */
async function listen(server: Server, socketPath: string): Promise<bigint> {
  // We hold the lock of the directory: whoever left this socket is gone.
  // Under a name of its own first: Node takes the name it was given away on closing, whoever listens there by then.
  const ownPath = join(dirname(socketPath), `c${process.pid}.sock`);
  rmSync(ownPath, { force: true });
  server.listen(ownPath);
  await once(server, 'listening');
  chmodSync(ownPath, 0o600);
  renameSync(ownPath, socketPath);
  return statSync(socketPath, { bigint: true }).ino;
}

/** Only our own: the data directory may have been deleted, and another server listens in the new one. */
function removeSocket(socketPath: string, inode: bigint): void {
  if (statSync(socketPath, { bigint: true, throwIfNoEntry: false })?.ino === inode) {
    rmSync(socketPath, { force: true });
  }
}

/** How long requests in progress may take to end by themselves. */
const patienceMs = 10_000;

async function shutDown(
  server: Server,
  engine: Engine,
  leases: Leases,
  removeOwnSocket: () => void,
  pipeDirectory: string,
): Promise<void> {
  removeOwnSocket();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  leases.end();
  server.closeIdleConnections();
  const impatience = setTimeout(() => {
    log('stopping what still runs');
    engine.stopAll().catch((error: unknown) => log(`cannot stop statements: ${String(error)}`));
    server.closeAllConnections();
  }, patienceMs);
  // The system frees the directory when the process ends, so a request that does not end must not keep it alive.
  const ended = await Promise.race([
    closed.then(async () => engine.drained()).then(() => true),
    sleep(2 * patienceMs, false),
  ]);
  clearTimeout(impatience);
  rmSync(pipeDirectory, { recursive: true, force: true });
  if (ended) await engine.close();
  log(ended ? 'stopped' : 'stopped without waiting for the last requests');
}

function onceOnly(act: (why: string) => void): (why: string) => void {
  let isDone = false;
  return (why) => {
    if (isDone) return;
    isDone = true;
    act(why);
  };
}

/** The engine tells only standard error why it does not open a directory. */
function refuse(text: string): never {
  return fail(/Code: 76\b[^\n]*Cannot lock file/.test(text) ? 'busy' : 'refused', text);
}

function fail(reason: StartFailure, text: string): never {
  log(`cannot start: ${reason}`);
  report({ state: 'failed', reason, text });
  process.exit(1);
}

function die(what: string, error: unknown): never {
  log(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  report({ state: 'failed', reason: 'failed', text: String(error) });
  process.exit(1);
}

/** The starter reads one line and goes: later writes find nobody. */
function report(line: ServerReport): void {
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** A full disk takes no log, and must not take the server with it. */
function log(line: string): void {
  try {
    writeSync(2, `${new Date().toISOString()} ${line}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

function logSize(): number {
  return fstatSync(2).isFile() ? fstatSync(2).size : 0;
}

function readLog(path: string | undefined, from: number): string {
  if (path === undefined) return '';
  const length = Math.min(statSync(path).size - from, 16_384);
  const text = Buffer.alloc(Math.max(0, length));
  const file = openSync(path, 'r');
  readSync(file, text, 0, text.length, from);
  closeSync(file);
  return text.toString();
}

process.on('uncaughtException', (error) => die('crashed', error));
main().catch((error: unknown) => die('cannot start', error));

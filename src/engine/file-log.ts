import { randomUUID } from 'node:crypto';
import { appendFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { snakeCase } from '../shared/snake-case.ts';
import { makeFolder } from './data-dir.ts';
import { fsErrorCode } from './discover/describe-fs-error.ts';
import type { Log } from './log.ts';
import { maskSecrets } from './mask-secrets.ts';

/** The log of a data directory, that of the window and that of the command line. */
export function logFileOf(dataDir: string): string {
  return join(dataDir, 'logs', 'tokenhouse.log');
}

export interface FileLogOptions {
  readonly path: string;
  /** The file is moved aside before it grows beyond this. */
  readonly maxBytes?: number;
  /** Files kept besides the current one: `.1` is the youngest. */
  readonly keep?: number;
  /** Debug lines are written only in development. */
  readonly debug?: boolean;
  readonly now?: () => Date;
}

export interface FileLog extends Log {
  /** Settles when everything said so far is written. */
  flush(): Promise<void>;
}

type Level = 'debug' | 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, unknown>>;

/** More lines than this wait only when the disk is full or gone: the older half is dropped. */
const maxWaiting = 10_000;

/**
 * A log file of one JSON document per line: `time`, `level`, `message` and the fields, in snake case, secrets masked.
 *
 * Lines are collected and appended without waiting. A log that can't be written never stops the application:
 * its lines wait and are tried again with the next one. Several processes may write the same file: each append is
 * whole lines, and the size is asked of the file every time.
 */
export function openFileLog(options: FileLogOptions): FileLog {
  const { path, maxBytes = 5 * 1024 * 1024, keep = 3, debug = false, now = () => new Date() } = options;
  let waiting: string[] = [];
  let writing: Promise<void> | null = null;
  /** A full disk may have taken half a line: the next one begins a new one. */
  let isTorn = false;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      try {
        await append(lines);
      } catch {
        // There is nowhere to say it: the lines wait for a better time.
        isTorn = (await sizeOf(path).catch(() => 0)) > 0;
        waiting = [...lines, ...waiting].slice(-maxWaiting / 2);
        return;
      }
    }
  }

  async function append(lines: readonly string[]): Promise<void> {
    const text = (isTorn ? '\n' : '') + lines.join('');
    const sizeBytes = await sizeOf(path);
    if (sizeBytes > 0 && sizeBytes + Buffer.byteLength(text) > maxBytes) await rotate(path, keep);
    await appendOrMake(path, text);
    isTorn = false;
  }

  function startWriting(): void {
    writing ??= Promise.resolve()
      .then(writeAll)
      .finally(() => {
        writing = null;
      });
  }

  function say(level: Level, message: string, fields: Fields = {}): void {
    waiting.push(`${format(now(), level, message, fields)}\n`);
    if (waiting.length > maxWaiting) waiting = waiting.slice(-maxWaiting / 2);
    startWriting();
  }

  return {
    debug: (message, fields) => (debug ? say('debug', message, fields) : undefined),
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields) => say('error', message, fields),
    flush: async () => {
      if (waiting.length > 0) startWriting();
      await writing;
    },
  };
}

function format(time: Date, level: Level, message: string, fields: Fields): string {
  const line = { time: time.toISOString(), level, message };
  try {
    return JSON.stringify(snakeCase(maskSecrets({ ...line, ...fields, ...line })));
  } catch (error) {
    return JSON.stringify(maskSecrets({ ...line, unwritable: String(error) }));
  }
}

async function appendOrMake(path: string, text: string): Promise<void> {
  const options = { mode: 0o600 };
  try {
    await appendFile(path, text, options);
  } catch (error) {
    if (fsErrorCode(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    await appendFile(path, text, options);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (fsErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** Of two processes that do this at once, one gets the file and the other finds none: nothing to do for it. */
async function rotate(path: string, keep: number): Promise<void> {
  const claimed = `${path}.${randomUUID()}`;
  if (!(await renameIfThere(path, claimed))) return;
  await rm(`${path}.${keep}`, { force: true });
  for (let age = keep - 1; age >= 1; age -= 1) await renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
  await rename(claimed, `${path}.1`);
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (fsErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

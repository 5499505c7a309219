import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../engine/log.ts';
import { maskSecrets } from './mask-secrets.ts';

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
 * A log file of one JSON document per line.
 *
 * Lines are collected and appended without waiting. A log that can't be written never stops the application:
 * its lines wait and are tried again with the next one.
 */
export function openFileLog(options: FileLogOptions): FileLog {
  const { path, maxBytes = 5 * 1024 * 1024, keep = 3, debug = false, now = () => new Date() } = options;
  let waiting: string[] = [];
  let writing: Promise<void> | null = null;
  let sizeBytes: number | null = null;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      try {
        await append(lines);
      } catch {
        // There is nowhere to say it: the lines wait for a better time.
        waiting = [...lines, ...waiting].slice(-maxWaiting / 2);
        return;
      }
    }
  }

  async function append(lines: readonly string[]): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const text = lines.join('');
    const textBytes = Buffer.byteLength(text);
    sizeBytes ??= await sizeOf(path);
    if (sizeBytes > 0 && sizeBytes + textBytes > maxBytes) {
      await rotate(path, keep);
      sizeBytes = 0;
    }
    await appendFile(path, text);
    sizeBytes += textBytes;
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
    return JSON.stringify(maskSecrets({ ...line, ...fields, ...line }));
  } catch (error) {
    return JSON.stringify(maskSecrets({ ...line, unwritable: String(error) }));
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function rotate(path: string, keep: number): Promise<void> {
  await rm(`${path}.${keep}`, { force: true });
  for (let age = keep; age >= 1; age -= 1) {
    const younger = age === 1 ? path : `${path}.${age - 1}`;
    try {
      await rename(younger, `${path}.${age}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

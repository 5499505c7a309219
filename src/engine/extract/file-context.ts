import { closeSync, openSync, readSync } from 'node:fs';
import { byteOrderMark, splitLines, startsWithByteOrderMark } from './split-lines.ts';
import { isObject } from './usage.ts';
import type { FileContext } from './push-record.ts';

/** A file says its working directory early; a head without one holds none (format.md 2). */
export const headBytes = 1 << 20;
const sessionName = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Project and session of a file from its path and the first megabyte of it.
 *
 * The project is the first `cwd` (format.md 1: the folder's name is lossy and collides), else the name of the project
 * folder. The session is the file's own name when that is a session id, the folder's for subagents, else the first
 * `sessionId` in the file.
 */
export function readFileContext(path: string, file: string): FileContext {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.allocUnsafe(headBytes);
    const length = readSync(descriptor, head, 0, headBytes, 0);
    return contextOf(head.subarray(0, length), file);
  } finally {
    closeSync(descriptor);
  }
}

/** As {@link readFileContext}, from bytes that start with the head of the file. */
export function contextOf(bytes: Buffer, file: string): FileContext {
  const end = Math.min(bytes.length, headBytes);
  let cwd = '';
  let firstSession = '';
  const start = startsWithByteOrderMark(bytes) ? byteOrderMark.length : 0;
  for (const line of splitLines(bytes, start, end)) {
    const record = parseHead(bytes.toString('utf8', line.start, line.end));
    if (cwd === '' && typeof record['cwd'] === 'string') cwd = record['cwd'];
    if (firstSession === '' && typeof record['sessionId'] === 'string') firstSession = record['sessionId'];
    if (cwd !== '' && firstSession !== '') break;
  }
  const folders = file.split('/');
  const name = (folders.at(-1) ?? '').replace(/\.jsonl$/, '');
  const parentSession = folders.findLast((folder) => sessionName.test(folder));
  return {
    project: cwd === '' && folders.length > 1 ? (folders[0] ?? '') : cwd,
    sessionId: sessionName.test(name) ? name : (parentSession ?? (firstSession === '' ? name : firstSession)),
  };
}

function parseHead(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

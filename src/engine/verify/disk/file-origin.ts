import { closeSync, openSync } from 'node:fs';
import { parseObject, text } from './json-line.ts';
import { markLength, readLines, type Hasher } from './read-lines.ts';

/** What lines that don't say it themselves may have from their file. */
export interface FileOrigin {
  readonly sessions: readonly string[];
  readonly projects: readonly string[];
}

const sessionId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Bytes at the start of a file in which its first working directory and session are looked for. */
const headBytes = 1 << 20;

/**
 * Session and project of a file: from its path, else from the first lines that name one.
 *
 * What the head of the file said when a line was imported is not known: it may have been shorter. So what holds without
 * those lines is allowed as well.
 */
export function readOrigin(path: string, file: string, hasher: Hasher): FileOrigin {
  const names = file.split('/');
  const name = (names.pop() ?? '').replace(/\.jsonl$/, '');
  const folder = names[0] ?? '';
  const known = [...names, name].findLast((part) => sessionId.test(part));
  const head = readHead(path, hasher);
  return {
    sessions: known === undefined ? [head.session || name, name] : [known],
    projects: [head.cwd || folder, folder],
  };
}

function readHead(path: string, hasher: Hasher): { readonly cwd: string; readonly session: string } {
  const descriptor = openSync(path, 'r');
  let cwd = '';
  let session = '';
  try {
    const from = markLength(descriptor, headBytes);
    const lines = readLines(descriptor, { from, limit: headBytes, hasher, chunkBytes: 1 << 16 });
    for (const { bytes } of lines) {
      const record = bytes && parseObject(bytes, 'utf8');
      if (!record) continue;
      cwd ||= text(record['cwd']);
      session ||= text(record['sessionId']);
      if (cwd !== '' && session !== '') break;
    }
    return { cwd, session };
  } finally {
    closeSync(descriptor);
  }
}

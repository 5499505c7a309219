import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/** A line that has to be in the database. Restates product.md 1 and 2 and shares no code with the engine. */
export interface TrueLine {
  readonly offset: number;
  readonly length: number;
  /** xxHash64 of the bytes without the newline. */
  readonly hash: bigint;
  readonly isRecord: boolean;
}

/** What a file has to come out as. */
export interface TrueFile {
  readonly path: string;
  /** Relative to the folder that was searched. */
  readonly file: string;
  readonly bytes: number;
  readonly lines: readonly TrueLine[];
  readonly blanks: number;
  /** 1 when the last line is not finished and no record yet. */
  readonly pending: number;
}

/** Every `*.jsonl` below a folder, each once however many names it has, in the order of their names. */
export function trueFiles(folder: string): TrueFile[] {
  const seen = new Set<string>();
  return pathsIn(folder).flatMap((path) => {
    const { dev, ino } = statSync(path);
    if (seen.has(`${dev}:${ino}`)) return [];
    seen.add(`${dev}:${ino}`);
    const file = relative(folder, path).split(sep).join('/');
    const bytes = readFileSync(path);
    return [{ path, file, bytes: bytes.length, ...linesOf(bytes) }];
  });
}

function pathsIn(folder: string, above: readonly string[] = []): string[] {
  const real = realpathSync(folder);
  if (above.includes(real)) return [];
  return readdirSync(folder)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory()) return pathsIn(path, [...above, real]);
      return stats?.isFile() && name.endsWith('.jsonl') ? [path] : [];
    });
}

/** Cuts a file at its newlines. A byte order mark in front belongs to no line. */
export function linesOf(bytes: Buffer): Pick<TrueFile, 'lines' | 'blanks' | 'pending'> {
  const lines: TrueLine[] = [];
  let blanks = 0;
  let pending = 0;
  let start = bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0;
  if (start === bytes.length && start > 0) return { lines, blanks: 1, pending };
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const isLast = newline < 0;
    const end = isLast ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    const isRecord = isObject(line);
    if (line.toString('utf8').trim() === '') blanks++;
    else if (isLast && !isRecord) pending = 1;
    else lines.push({ offset: start, length: line.length, hash: hasher.h64Raw(line), isRecord });
    start = end + 1;
  }
  return { lines, blanks, pending };
}

function isObject(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

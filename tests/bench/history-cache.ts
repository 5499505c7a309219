import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateHistory, type HistoryFacts, type HistoryShape } from './generate/history.ts';

/** A history on disk. */
export interface History extends HistoryFacts {
  /** Folder that holds the project folders. */
  readonly source: string;
}

/** Raise it when the generator writes something else than before: what is in caches is then made anew. */
const generatorVersion = 1;

/** Answers a history from the cache, where it is made when it is not there yet. */
export function cachedHistory(
  cache: string,
  shape: HistoryShape,
  seed: number,
  say: (line: string) => void,
): History {
  const name = `${Object.values(shape).join('-')}-seed-${seed}-v${generatorVersion}`;
  const folder = join(cache, name);
  const factsFile = join(folder, 'history.json');
  const bytes = shape.kind === 'small' ? shape.files * 4096 : shape.bytes;
  const isThere = existsSync(factsFile);
  // The database of a contestant, with parts that are being merged, is smaller than the history.
  requireRoom(cache, bytes * (isThere ? 1 : 2));
  if (!isThere) {
    say(`Making ${name} ...`);
    rmSync(folder, { recursive: true, force: true });
    const unfinished = `${folder}.${process.pid}`;
    const facts = generateHistory(unfinished, shape, seed);
    writeFileSync(join(unfinished, 'history.json'), JSON.stringify(facts));
    renameSync(unfinished, folder);
  }
  const facts = JSON.parse(readFileSync(factsFile, 'utf8')) as HistoryFacts;
  return { ...facts, source: join(folder, 'projects') };
}

const reserveBytes = 1e9;

function requireRoom(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize > bytes + reserveBytes) return;
  throw new Error(
    `${folder} has ${inGigabytes(bavail * bsize)} left, and ${inGigabytes(bytes + reserveBytes)} are needed. Choose another folder with --cache, or a smaller --size.`,
  );
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

import { access, constants, statfs } from 'node:fs/promises';
import type { Root } from '../../shared/discovery.ts';
import { foldersCheck } from '../../shared/verification-words.ts';
import type { Database } from '../clickhouse/connect.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { Inspection } from '../discover/inspect-file.ts';
import type { Check, Findings } from './findings.ts';

const before = (name: string, title: string): Check => ({
  name,
  tier: 'before',
  dimension: 'completeness',
  title,
});

export const beforeChecks = {
  roots: before('roots-readable', 'Every root is there and can be read'),
  folders: before(foldersCheck, 'Every folder below the roots can be listed'),
  structure: before('structure', 'A sample of every file looks like a transcript'),
  space: before('disk-space', 'The disk of the database has room for what is not imported yet'),
  writable: before('destination', 'The database answers, is new enough and can be written to'),
  schema: {
    ...before('schema', 'The tables have the columns and settings they were made with'),
    dimension: 'consistency',
  },
} as const satisfies Record<string, Check>;

/** Roots that are missing or can't be read are errors; what lies below them is not compared. */
export function checkRoots(roots: readonly Root[], findings: Findings): void {
  findings.begin(beforeChecks.roots);
  for (const root of roots) {
    findings.looked(beforeChecks.roots, 1);
    if (root.state === 'present') continue;
    findings.add(beforeChecks.roots, {
      root: root.path,
      message: `The folder is ${root.state}.`,
      advice:
        root.state === 'missing'
          ? 'Mount the drive or put the folder back, or take the root out. Its lines in the database are not touched.'
          : 'Give yourself the right to read it.',
      action: { kind: 'none' },
    });
  }
}

/** Folders and files that could not be looked at while the files were collected. */
export function checkFolders(files: readonly FoundFile[], roots: readonly Root[], findings: Findings): void {
  findings.begin(beforeChecks.folders);
  // What is wrong with a root is told as such.
  const told = new Set(roots.filter(({ state }) => state !== 'present').map(({ path }) => path));
  for (const { root, file, path, problem } of files) {
    findings.looked(beforeChecks.folders, 1);
    if (problem === null || file !== '' || told.has(path)) continue;
    findings.add(beforeChecks.folders, {
      severity: 'warning',
      root,
      message: `${path}: ${problem}`,
      advice: 'Give yourself the right to read it, or take away the link that leads nowhere.',
      action: { kind: 'none' },
    });
  }
}

/** Looks into a sample of each file: a foreign or damaged one is imported all the same, its lines as rejects. */
export async function checkStructure(
  files: readonly FoundFile[],
  inspect: (found: FoundFile) => Promise<Inspection>,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  findings.begin(beforeChecks.structure);
  const readable = files.filter(({ problem }) => problem === null);
  for (let start = 0; start < readable.length && !signal.aborted; start += 32) {
    const part = readable.slice(start, start + 32);
    for (const [index, inspection] of (await Promise.all(part.map(inspect))).entries()) {
      findings.looked(beforeChecks.structure, 1);
      const found = part[index];
      if (!found || inspection.corrupt === null) continue;
      findings.add(beforeChecks.structure, {
        severity: 'note',
        root: found.root,
        file: found.file,
        message: inspection.corrupt,
        advice: 'Nothing is lost: lines that are no records are kept as rejects.',
        action: { kind: 'none' },
      });
    }
  }
}

/** Bytes on disk per byte of transcript (engine/disk-space.ts), and what is to stay free. */
const storedShare = 0.45;
const reserveBytes = 64 * 1024 * 1024;

/** Room for the bytes that are on disk and not in the database. */
export async function checkSpace(database: Database, newBytes: number, findings: Findings): Promise<void> {
  if (database.kind !== 'embedded') {
    findings.skip(beforeChecks.space, 'The disks of a server are its own.');
    return;
  }
  findings.begin(beforeChecks.space);
  findings.looked(beforeChecks.space, 1);
  const { bavail, bsize } = await statfs(database.place);
  const free = bavail * bsize;
  const needed = Math.ceil(newBytes * storedShare) + reserveBytes;
  if (free >= needed) return;
  findings.add(beforeChecks.space, {
    severity: 'warning',
    message: `${megabytes(needed)} are needed on the disk of ${database.place}, ${megabytes(free)} are free.`,
    advice: 'Free some space before the next migration.',
    action: { kind: 'none' },
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString('en-US')} MB`;
}

/** The database was opened, so it answers and is new enough; whether it takes rows is tried with none. */
export async function checkWritable(database: Database, dataDir: string, findings: Findings): Promise<void> {
  findings.begin(beforeChecks.writable);
  findings.looked(beforeChecks.writable, 1);
  try {
    await database.client.command({ query: 'INSERT INTO gaps SELECT * FROM gaps WHERE 0' });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    findings.add(beforeChecks.writable, {
      message: `The database takes no rows: ${error instanceof Error ? error.message : String(error)}`,
      advice: 'Give the database user the right to insert, and yourself the right to write the data folder.',
      action: { kind: 'none' },
    });
  }
}

import type { VerifiedFile } from '../../shared/verification.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { DatabaseFile } from './database/file-sums.ts';
import { fileChecks } from './file-checks.ts';
import type { FileReading, LineSums } from './disk/read-file.ts';
import type { Check, Findings, Found } from './findings.ts';
import type { FilePair } from './pair-files.ts';
import { checkStored, reimport } from './stored-file.ts';

export interface Comparing {
  readonly findings: Findings;
  /** When the last run that looked at this root began, in milliseconds since 1970; 0 when none did. */
  readonly coveredMs: (root: string) => number;
}

/** Judges a file of which one side or both are known; `disk` is what was read of it, or why it could not be. */
export function compareFile(
  { found, database }: FilePair,
  disk: FileReading | Error | null,
  { findings, coveredMs }: Comparing,
): VerifiedFile {
  if (database) checkStored(database, found, findings);
  if (!found) {
    if (!database) throw new Error('A pair of nothing');
    return onlyInDatabase(database, findings);
  }
  findings.looked(fileChecks.readable, 1);
  const place = { root: database?.root ?? found.root, file: database?.file ?? found.file };
  const sides = {
    disk: null,
    database: database && sideOfDatabase(database),
    isHashOnly: (database?.hashOnly ?? 0) > 0,
  };
  if (disk === null || disk instanceof Error) {
    const reason = (disk?.message ?? found.problem ?? 'It can not be read.').replace(unreadablePrefix, '');
    findings.add(fileChecks.readable, {
      severity: 'warning',
      ...place,
      message: `The file can't be read: ${reason}`,
      advice: `${isMisnamed(found, reason) ? 'Rename it' : 'Check its permissions and the disk'}, then verify again. What the database has of it stays.`,
      action: { kind: 'none' },
    });
    return { ...place, verdict: 'unreadable', ...sides, reason };
  }
  if (!database) return onlyOnDisk(found, disk, { findings, coveredMs });
  checkMark(database, found, findings);
  return compareSides(found, database, disk, { findings, coveredMs });
}

/** What the directory walk begins its problems with. */
const unreadablePrefix = "The file can't be read: ";

/** A name with bytes that are no UTF-8 comes with U+FFFD for them, and by that name the file is not found. */
function isMisnamed({ path }: FoundFile, reason: string): boolean {
  return path.includes('\uFFFD') && reason.includes('(ENOENT)');
}

function onlyInDatabase(database: DatabaseFile, findings: Findings): VerifiedFile {
  const { root, file, isVanished } = database;
  findings.looked(fileChecks.vanished, 1);
  if (!isVanished) {
    findings.add(fileChecks.vanished, {
      severity: 'note',
      root,
      file,
      message: 'The file is gone since the last run. Its lines are kept.',
      advice: 'The next migration marks it.',
      action: { kind: 'migrate' },
    });
  }
  const isHashOnly = database.hashOnly > 0;
  return {
    root,
    file,
    verdict: 'only-in-database',
    disk: null,
    database: sideOfDatabase(database),
    isHashOnly,
    reason: '',
  };
}

function onlyOnDisk(found: FoundFile, disk: FileReading, { findings, coveredMs }: Comparing): VerifiedFile {
  const { root, file } = found;
  findings.looked(fileChecks.missing, 1);
  const lines = disk.all.lines;
  const wasThere = found.changedMs < coveredMs(root);
  if (lines > 0 && wasThere) {
    findings.add(fileChecks.missing, {
      root,
      file,
      message: `The database has nothing of this file, though it was there before the last run: ${lines} lines are missing.`,
      advice: 'Import it again.',
      action: reimport(found),
    });
  } else if (lines > 0) {
    findings.add(fileChecks.missing, {
      severity: 'note',
      root,
      file,
      message: `Written since the last run: ${lines} lines are not imported yet.`,
      advice: 'Run a migration.',
      action: { kind: 'migrate' },
    });
  }
  return {
    root,
    file,
    verdict: 'only-on-disk',
    disk: sideOf(disk.all),
    database: null,
    isHashOnly: false,
    reason: '',
  };
}

/** A file that is there must not be marked as gone, nor as moved. */
function checkMark(
  { root, file, isVanished, foundAt }: DatabaseFile,
  found: FoundFile,
  findings: Findings,
): void {
  findings.looked(fileChecks.vanished, 1);
  const isElsewhere = foundAt !== '' && foundAt !== found.path;
  if (!isVanished && !isElsewhere) return;
  findings.add(fileChecks.vanished, {
    severity: 'warning',
    root,
    file,
    message: `The file is marked as ${isVanished ? 'gone' : `moved to ${foundAt}`}, and it is there.`,
    advice: 'The next migration takes the mark away.',
    action: { kind: 'migrate' },
  });
}

function compareSides(
  found: FoundFile,
  database: DatabaseFile,
  disk: FileReading,
  { findings, coveredMs }: Comparing,
): VerifiedFile {
  const { root, file } = database;
  const counted = Math.max(1, disk.imported.lines);
  findings.looked(fileChecks.missing, 1);
  for (const check of [fileChecks.lines, fileChecks.bytes, fileChecks.kinds]) findings.looked(check, counted);
  findings.looked(fileChecks.gaps, disk.imported.blanks);
  const report = (check: Check, difference: Difference): VerifiedFile => {
    findings.add(check, { root, file, ...difference, action: reimport(found) });
    return verdict('differs', difference.message);
  };
  const verdict = (name: VerifiedFile['verdict'], reason = ''): VerifiedFile => ({
    root,
    file,
    verdict: name,
    disk: sideOf(name === 'differs' ? disk.all : disk.imported),
    database: sideOfDatabase(database),
    isHashOnly: database.hashOnly > 0,
    reason,
  });
  const difference = differenceOf(found, database, disk);
  if (difference) return report(difference.check, difference);
  const more = disk.all.lines - disk.imported.lines;
  if (more === 0) return verdict('equal');
  if (found.changedMs < coveredMs(root)) {
    return report(fileChecks.lines, {
      message: `The last ${more} lines of the file are not in the database, though they were there before the last run.`,
      advice: 'Import the file again.',
      count: more,
    });
  }
  return verdict('grown', `${more} lines were written since the last run.`);
}

type Difference = Pick<Found, 'message' | 'advice' | 'count'> & { offset?: number };

function differenceOf(
  found: FoundFile,
  database: DatabaseFile,
  disk: FileReading,
): (Difference & { check: Check }) | null {
  const { imported: known } = disk;
  const advice =
    'Import the file again: what it holds now becomes a new generation, and the older lines stay in the archive.';
  if (found.sizeBytes < database.until) {
    const missing = database.until - found.sizeBytes;
    const message = `The file is ${missing} bytes shorter than what the database has of it: it was cut off or rewritten since.`;
    return { check: fileChecks.lines, message, advice, count: Math.max(1, database.lines - known.lines) };
  }
  if (known.lines !== database.lines) {
    const message = `The file has ${known.lines} lines up to byte ${database.until}, the database ${database.lines}.`;
    return { check: fileChecks.lines, message, advice, count: Math.abs(known.lines - database.lines) };
  }
  if (known.checksum !== database.checksum || known.bytes !== database.bytes) {
    const message = `The bytes of at least one of ${known.lines} lines differ between the file and the database.`;
    return { check: fileChecks.bytes, message, advice, count: 1 };
  }
  if (known.orderedChecksum !== database.orderedChecksum) {
    const message = 'The same lines stand at other places in the file than in the database.';
    return { check: fileChecks.bytes, message, advice, count: 2 };
  }
  if (known.records !== database.records) {
    const message = `The file has ${known.records} records and ${known.rejects} rejects, the database ${database.records} and ${database.rejects}.`;
    return { check: fileChecks.kinds, message, advice, count: Math.abs(known.records - database.records) };
  }
  if (disk.gapChecksum !== database.gapChecksum) {
    const message = 'Blank lines of the file are other ones than in the database.';
    return { check: fileChecks.gaps, message, advice, count: 1 };
  }
  return null;
}

function sideOf({
  lines,
  bytes,
  checksum,
}: Pick<LineSums, 'lines' | 'bytes' | 'checksum'>): VerifiedFile['disk'] {
  return { lines, bytes, checksum: checksum.toString(16).padStart(16, '0') };
}

function sideOfDatabase(database: DatabaseFile): VerifiedFile['database'] {
  return sideOf(database);
}

import type { FileSums, VerificationReport, VerifiedFile } from './verification.ts';

/** What a report says in numbers, the same whether its equal files are listed with it or not. */

export function countFiles({ files }: Pick<VerificationReport, 'files'>): number {
  return countCompared({ files }) + files.onlyOnDisk + files.onlyInDatabase + files.unreadable;
}

/** Files that were read from disk and are in the database. */
export function countCompared({ files }: Pick<VerificationReport, 'files'>): number {
  return files.equal + files.grown + files.differs;
}

/** Equal files that are counted and not listed: the database does not store them with a report. */
export function countLeftOut({ files, perFile }: Pick<VerificationReport, 'files' | 'perFile'>): number {
  const listed = perFile.filter(({ verdict }) => verdict === 'equal').length;
  return Math.max(0, files.equal - listed);
}

/** Whether it proves anything: it passed, and some file was compared, if only within the database. */
export function isProof(report: Pick<VerificationReport, 'result' | 'files'>): boolean {
  return report.result === 'passed' && countCompared(report) + report.files.onlyInDatabase > 0;
}

export function sumFiles(files: readonly VerifiedFile[]): FileSums {
  const disk = { lines: 0, bytes: 0 };
  const database = { lines: 0, bytes: 0 };
  let comparedLines = 0;
  for (const file of files) {
    disk.lines += file.disk?.lines ?? 0;
    disk.bytes += file.disk?.bytes ?? 0;
    database.lines += file.database?.lines ?? 0;
    database.bytes += file.database?.bytes ?? 0;
    if (file.disk !== null) comparedLines += file.database?.lines ?? 0;
  }
  return { disk, database, comparedLines, hashOnly: files.filter(({ isHashOnly }) => isHashOnly).length };
}

/** The sums of all files of a report; null when it was stored before they were kept. */
export function fileSumsOf(report: VerificationReport): FileSums | null {
  return report.fileSums ?? (countLeftOut(report) === 0 ? sumFiles(report.perFile) : null);
}

/** A report as the database stores it: the equal files, mostly nearly all, are counted and added up only. */
export function withoutEqualFiles(report: VerificationReport): VerificationReport {
  return {
    ...report,
    fileSums: report.fileSums ?? sumFiles(report.perFile),
    perFile: report.perFile.filter(({ verdict }) => verdict !== 'equal'),
  };
}

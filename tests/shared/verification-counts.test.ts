import { describe, expect, it } from 'vitest';
import {
  countFiles,
  countLeftOut,
  fileSumsOf,
  isProof,
  sumFiles,
  withoutEqualFiles,
} from '../../src/shared/verification-counts.ts';
import { describeVerdict } from '../../src/shared/verification-words.ts';
import { verificationReport, type VerificationReport } from '../../src/shared/verification.ts';
import { passedReport, wantingReport } from '../fixtures/verification-reports.ts';

/** A pass of 24 equal files and one that could not be read. */
function withUnreadable(): VerificationReport {
  const report = passedReport();
  const perFile = report.perFile.slice(0, 25);
  perFile[3] = { ...perFile[3]!, verdict: 'unreadable', disk: null, reason: 'permission denied (EACCES)' };
  return { ...report, perFile, files: { ...report.files, equal: 24, grown: 0, unreadable: 1 } };
}

const allEqual = (): VerificationReport => {
  const report = passedReport();
  return {
    ...report,
    perFile: report.perFile.slice(0, 25),
    files: { ...report.files, equal: 25, grown: 0 },
  };
};

/** As it comes back from the database. */
const stored = (report: VerificationReport): VerificationReport =>
  verificationReport.parse(JSON.parse(JSON.stringify(withoutEqualFiles(report))));

/** As earlier versions have stored it. */
const storedWithoutSums = (report: VerificationReport): VerificationReport => {
  const { fileSums: _, ...older } = stored(report);
  return verificationReport.parse(older);
};

describe('a report read back from the database', () => {
  it.each([
    ['passed', passedReport()],
    ['passed with equal files only', allEqual()],
    ['passed with an unreadable file', withUnreadable()],
    ['found wanting', wantingReport()],
  ])('that %s says word for word what it said before', (_, report) => {
    expect(stored(report).perFile.length).toBeLessThan(report.perFile.length);
    expect(describeVerdict(stored(report))).toEqual(describeVerdict(report));
    expect(countFiles(stored(report))).toBe(report.perFile.length);
    expect(fileSumsOf(stored(report))).toEqual(sumFiles(report.perFile));
    expect(isProof(stored(report))).toBe(report.result === 'passed');
  });

  it('knows how many files it does not list', () => {
    expect(countLeftOut(passedReport())).toBe(0);
    expect(countLeftOut(stored(passedReport()))).toBe(399);
  });

  it('that an earlier version stored claims no number that it does not know, and nothing else changes', () => {
    const older = storedWithoutSums(allEqual());
    const { title, sentences } = describeVerdict(older);
    expect(title).toBe('Passed');
    expect(sentences[0]).toMatch(/^25 files were read again from disk \(/);
    expect(sentences.join(' ')).not.toMatch(/Nothing|no file|No file|0 /);
    expect(fileSumsOf(older)).toBeNull();
    expect(describeVerdict(storedWithoutSums(withUnreadable())).sentences.join(' ')).toContain(
      '1 file could not be read',
    );
    expect(describeVerdict(storedWithoutSums(wantingReport())).sentences[1]).toBe(
      describeVerdict(wantingReport()).sentences[1],
    );
  });

  it('that was stored twice keeps its sums', () => {
    expect(withoutEqualFiles(stored(passedReport()))).toEqual(stored(passedReport()));
  });
});

describe('the sums', () => {
  it('are those of each side, and of the files that were compared', () => {
    const [equal, second] = passedReport().perFile;
    const onDisk = { ...second!, verdict: 'only-on-disk', database: null } as const;
    const gone = { ...second!, verdict: 'only-in-database', disk: null } as const;
    expect(sumFiles([equal!, onDisk, gone])).toEqual({
      disk: {
        lines: equal!.disk!.lines + second!.disk!.lines,
        bytes: equal!.disk!.bytes + second!.disk!.bytes,
      },
      database: {
        lines: equal!.disk!.lines + second!.disk!.lines,
        bytes: equal!.disk!.bytes + second!.disk!.bytes,
      },
      comparedLines: equal!.database!.lines,
      hashOnly: 0,
    });
  });
});

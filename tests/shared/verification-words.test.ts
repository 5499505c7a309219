import { describe, expect, it } from 'vitest';
import { camelCase, snakeCase } from '../../src/shared/snake-case.ts';
import {
  describeAction,
  describeVerdict,
  elsewhereCheckName,
  foldersCheck,
  formatScore,
  formatShare,
} from '../../src/shared/verification-words.ts';
import type { VerificationReport } from '../../src/shared/verification.ts';
import { visible } from '../../src/shared/visible.ts';
import { passedReport, wantingReport } from '../fixtures/verification-reports.ts';

describe('formatScore', () => {
  it.each([
    [10, 0, 1, '100 %'],
    [0, 0, 1, '–'],
    [400, 1, 0.9975, '99.75 %'],
    [1e9, 1, 1 - 1e-9, '99.99 %'],
    [1e9, 1, 1, '99.99 %'],
    [3, 2, 1 / 3, '33.33 %'],
    [3, 3, 0, '0 %'],
  ])('of %d checked and %d wrong, %d, is %s', (checked, wrong, value, text) => {
    expect(formatScore({ dimension: 'integrity', checked, wrong, value })).toBe(text);
  });
});

describe('formatShare', () => {
  it.each([
    [0, '0 %'],
    [1e-12, 'less than 0.0001 %'],
    [0.000042, '0.0042 %'],
    [0.5, '50 %'],
    [1, '100 %'],
  ])('%d is %s', (share, text) => expect(formatShare(share)).toBe(text));
});

describe('describeVerdict of nothing', () => {
  const nothing = {
    equal: 0,
    grown: 0,
    differs: 0,
    onlyOnDisk: 0,
    onlyInDatabase: 0,
    unreadable: 0,
    bytesRead: 0,
  };
  const empty = { ...passedReport(), files: nothing, perFile: [], findings: [], totals: [] };
  const wordsOf = (change: Partial<VerificationReport>) => {
    const { title, sentences } = describeVerdict({ ...empty, ...change });
    return [title, ...sentences];
  };

  it('says that the database is empty only after a look', () => {
    expect(wordsOf({ elsewhere: { roots: [], files: 0, lines: 0 } })).toEqual([
      'Nothing to compare',
      'There are no transcripts in the folders that were looked at, and the database holds none of this machine, so nothing was proved.',
    ]);
    expect(wordsOf({})[1]).toBe(
      'There are no transcripts in the folders that were looked at, so nothing was proved.',
    );
  });

  it('names what the database holds of other folders', () => {
    const environment = { ...empty.environment, roots: [] };
    const elsewhere = { roots: ['/mnt/old/projects'], files: 25, lines: 19_998 };
    const error = { ...wantingReport().findings[0]!, check: elsewhereCheckName };
    expect(wordsOf({ environment, elsewhere, findings: [error], result: 'wanting' })).toEqual([
      'Nothing to compare',
      'No folder with transcripts was found. The database holds 19,998 lines of 25 files below /mnt/old/projects: none of them was compared, so nothing was proved.',
    ]);
  });

  it('is found wanting as ever when something else is wrong', () => {
    const [error] = wantingReport().findings;
    const elsewhere = { roots: ['/r'], files: 1, lines: 1 };
    expect(wordsOf({ elsewhere, findings: [error!], result: 'wanting' })[0]).toBe('Found wanting');
  });

  it('proves nothing with files of which none could be read or is imported', () => {
    expect(wordsOf({ files: { ...nothing, unreadable: 2 } })).toEqual([
      'Nothing to compare',
      'No file could be compared, so nothing was proved.',
      '2 files could not be read and so not compared.',
    ]);
    expect(wordsOf({ files: { ...nothing, onlyOnDisk: 1 } })[0]).toBe('Nothing to compare');
    expect(wordsOf({ files: { ...nothing, onlyInDatabase: 1 } })[0]).toBe('Passed');
  });
});

describe('describeVerdict', () => {
  it('says what was not compared: lines of other folders, folders that could not be read', () => {
    const report = passedReport();
    const folder = {
      ...report.findings[0]!,
      check: foldersCheck,
      severity: 'warning',
      place: null,
      count: 1,
    } as const;
    const elsewhere = { roots: ['/a', '/b'], files: 3, lines: 1200 };
    const passed = describeVerdict({ ...report, findings: [folder], elsewhere }).sentences.join(' ');
    expect(passed).toContain(
      '1 folder or link could not be looked into: what lies below it was not compared.',
    );
    expect(passed).toContain(
      'The database also holds 1,200 lines of 3 files below 2 other folders, which were not compared.',
    );
    const wanting = wantingReport();
    const two = { ...folder, count: 2 };
    expect(
      describeVerdict({ ...wanting, findings: [...wanting.findings, two] }).sentences.join(' '),
    ).toContain('2 folders or links could not be looked into: what lies below them was not compared.');
  });

  it('does not say that totals are the same when they are only within the tolerance', () => {
    const report = passedReport();
    const { sentences } = describeVerdict({
      ...report,
      variance: 0.0002,
      options: { ...report.options, tolerance: 0.001 },
    });
    expect(sentences.join(' ')).toContain('Totals differ by up to 0.02 %, within the tolerance of 0.1 %.');
    expect(sentences.join(' ')).not.toContain('every total is the same');
  });

  it('says so when no totals were compared', () => {
    expect(describeVerdict({ ...passedReport(), totals: [] }).sentences.join(' ')).toContain(
      'no responses whose totals could be compared',
    );
  });

  it('is right about one and about many', () => {
    const report = wantingReport();
    const files = { ...report.files, equal: 395, differs: 1, onlyOnDisk: 2, unreadable: 0 };
    const findings = report.findings.slice(0, 1);
    const { sentences } = describeVerdict({ ...report, files, findings });
    expect(sentences[0]).toBe('The database is not what the files say: 1 error was found.');
    expect(sentences[1]).toBe('Of 400 files, 1 differs from what was imported, 2 are not in it at all.');
  });

  it('blames the totals when nothing else is wrong', () => {
    const { sentences } = describeVerdict({ ...wantingReport(), findings: [] });
    expect(sentences[0]).toBe('The totals in the database are not those of the files.');
  });
});

describe('describeAction', () => {
  it('counts the files', () => {
    const files = [1, 2, 3].map((n) => ({ root: '/r', file: `${n}.jsonl` }));
    expect(describeAction({ kind: 'reimport', files })?.label).toBe('Import 3 files again');
  });

  it('has none for what only a person can do', () => {
    expect(describeAction({ kind: 'none' })).toBeNull();
  });
});

describe('visible', () => {
  it.each([
    ['Zoë 日本 👍', 'Zoë 日本 👍'],
    ['a\u001b[31mred', 'a␛[31mred'],
    ['\u202etxt.exe', '⟨U+202E⟩txt.exe'],
    ['\u009b31m', '⟨U+009B⟩31m'],
  ])('%j', (text, shown) => expect(visible(text)).toBe(shown));
});

describe('snakeCase and camelCase', () => {
  it('are each other’s way back for every word of a report', () => {
    for (const report of [passedReport(), wantingReport()])
      expect(camelCase(snakeCase(report))).toEqual(report);
  });
});

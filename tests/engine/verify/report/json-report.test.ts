import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonReport, readReport } from '../../../../src/engine/verify/report/json-report.ts';
import { writeReport } from '../../../../src/engine/verify/report/write-report.ts';
import type { VerificationReport } from '../../../../src/shared/verification.ts';
import { tempFolder } from '../../../fixtures/temp-folder.ts';
import { passedReport, wantingReport } from '../../../fixtures/verification-reports.ts';

async function written(change: (document: Record<string, unknown>) => void): Promise<string> {
  const file = join(await tempFolder(), 'report.json');
  const document = JSON.parse(jsonReport(wantingReport())) as Record<string, unknown>;
  change(document);
  await writeFile(file, JSON.stringify(document));
  return file;
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

describe('the report as JSON', () => {
  it.each([
    ['passed', passedReport()],
    ['wanting', wantingReport()],
    ['of all lines', { ...passedReport(), options: { sources: ['/a'], sampleSize: 'all', tolerance: 0.5 } }],
  ] as const)('that is %s comes back as it was', async (_, report) => {
    const file = join(await tempFolder(), 'report.json');
    await writeReport(file, report as VerificationReport);
    expect(await readReport(file)).toEqual(report);
  });

  it('has the names of the database', async () => {
    const file = join(await tempFolder(), 'report.json');
    await writeReport(file, wantingReport());
    const document: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(keysOf(document).filter((key) => !/^[a-z][a-z\d]*(_[a-z\d]+)*$/.test(key))).toEqual([]);
    expect(document).toMatchObject({ version: 1, verification_id: wantingReport().verificationId });
    expect(keysOf(document)).toContain('cache_write_5m_tokens');
  });

  it('changes no text, whatever it looks like', async () => {
    const report = passedReport();
    const file = { ...report.perFile[0]!, root: '/A_b/camelCase', file: 'snake_case/__proto__.jsonl' };
    const place = join(await tempFolder(), 'report.json');
    await writeReport(place, { ...report, perFile: [file] });
    expect((await readReport(place)).perFile).toEqual([file]);
  });

  it('is not written when it is not what the schema says', () => {
    expect(() => jsonReport({ ...passedReport(), variance: Number.NaN })).toThrow('variance');
  });
});

describe('readReport', () => {
  it('refuses a newer version in words', async () => {
    const file = await written((document) => (document['version'] = 2));
    await expect(readReport(file)).rejects.toMatchObject({
      name: 'AppError',
      code: 'invalid-input',
      message: `The report ${file} can't be used: it has version 2, this Tokenhouse reads version 1. Update Tokenhouse to read it.`,
    });
  });

  it('names the place that is wrong, as it stands in the file', async () => {
    const file = await written((document) => {
      (document['per_file'] as { is_hash_only: unknown }[])[3]!.is_hash_only = 'yes';
    });
    await expect(readReport(file)).rejects.toThrow('per_file[3].is_hash_only');
  });

  it('refuses what it does not know', async () => {
    const file = await written((document) => (document['surprise'] = 1));
    await expect(readReport(file)).rejects.toThrow(/can't be used: .*surprise/);
  });

  it.each([
    ['an empty file', '', 'it is not JSON'],
    ['half a document', '{"version": 1', 'it is not JSON'],
    ['a list', '[]', 'expected object'],
    ['null', 'null', 'expected object'],
  ])('refuses %s', async (_, text, said) => {
    const file = join(await tempFolder(), 'report.json');
    await writeFile(file, text);
    await expect(readReport(file)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(said) as string,
    });
  });

  it('says that a file is missing', async () => {
    await expect(readReport('/nowhere/report.json')).rejects.toThrow('does not exist');
  });
});

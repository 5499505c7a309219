import { extname } from 'node:path';
import { AppError } from '../../../shared/failure.ts';
import type { VerificationReport } from '../../../shared/verification.ts';
import { checkWritable, writeWhole } from '../../write-file.ts';
import { htmlReport } from './html-report.ts';
import { jsonReport } from './json-report.ts';

const formats: Readonly<Record<string, (report: VerificationReport) => string>> = {
  '.json': jsonReport,
  '.html': htmlReport,
  '.htm': htmlReport,
};

/**
 * Writes a report as JSON or as a page, by the ending of the file's name. A reader finds the old file or the new one.
 *
 * @throws AppError `invalid-input` for another ending or a place that can't be written, `disk-full`
 */
export async function writeReport(file: string, report: VerificationReport): Promise<void> {
  await writeWhole(file, formatOf(file)(report), 'The report');
}

/**
 * Finds out whether a report could be written there, before a verification that may take long.
 *
 * @throws AppError as {@link writeReport} does
 */
export async function checkReportFile(file: string): Promise<void> {
  formatOf(file);
  await checkWritable(file, 'The report');
}

function formatOf(file: string): (report: VerificationReport) => string {
  const format = formats[extname(file).toLowerCase()];
  if (format) return format;
  throw new AppError(
    'invalid-input',
    `The report ${file} would be neither: give a name that ends in .json or .html.`,
    { path: file },
  );
}

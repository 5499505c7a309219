import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../shared/failure.ts';
import { camelCase, snakeCase } from '../../../shared/snake-case.ts';
import {
  verificationReport,
  verificationVersion,
  type VerificationReport,
} from '../../../shared/verification.ts';
import { describeFsError } from '../../discover/describe-fs-error.ts';

/**
 * The report as a JSON document, with the names of the database.
 *
 * A report that its own schema refuses is a bug and is not written: whoever reads it later relies on the schema.
 */
export function jsonReport(report: VerificationReport): string {
  return `${JSON.stringify(snakeCase(verificationReport.parse(report)), null, 1)}\n`;
}

/**
 * Reads a report back and checks all of it.
 *
 * @throws AppError `invalid-input`, naming the file, the place in it and what to do.
 */
export async function readReport(file: string): Promise<VerificationReport> {
  const target = resolve(file);
  const document = parseJson(target, await readText(target));
  const version =
    typeof document === 'object' && document !== null && 'version' in document && document.version;
  if (typeof version === 'number' && version > verificationVersion) {
    throw invalid(
      target,
      `it has version ${version}, this Tokenhouse reads version ${verificationVersion}`,
      'Update Tokenhouse to read it.',
    );
  }
  const result = verificationReport.safeParse(camelCase(document));
  if (result.success) return result.data;
  const [issue, ...more] = result.error.issues;
  const place = formatPlace(issue?.path ?? []);
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw invalid(target, `${place}: ${issue?.message ?? 'not valid'}${others}`);
}

async function readText(target: string): Promise<string> {
  try {
    return await readFile(target, 'utf8');
  } catch (error) {
    throw invalid(target, `it can't be read: ${describeFsError(error)}`, 'Name another file.');
  }
}

function parseJson(target: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(target, `it is not JSON: ${error.message}`);
  }
}

function invalid(target: string, what: string, advice = 'Make it again with verify --output.'): AppError {
  return new AppError('invalid-input', `The report ${target} can't be used: ${what}. ${advice}`, {
    path: target,
  });
}

/** `["perFile", 3, "disk"]` as `per_file[3].disk`, as it stands in the file. */
function formatPlace(place: readonly PropertyKey[]): string {
  const text = place
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${Object.keys(Object(snakeCase({ [String(part)]: 0 })))[0]}`,
    )
    .join('');
  return text === '' ? 'the document' : text.replace(/^\./, '');
}

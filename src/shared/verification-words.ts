import { assertNever } from './failure.ts';
import { formatBytes, formatCount } from './format.ts';
import type {
  CheckResult,
  Dimension,
  FileVerdict,
  Score,
  Severity,
  VerificationAction,
  VerificationReport,
} from './verification.ts';

/** The words for what verification says, the same in the report, on the command line and in the window. */

export const severityWords: Readonly<Record<Severity, { readonly one: string; readonly many: string }>> = {
  error: { one: 'error', many: 'errors' },
  warning: { one: 'warning', many: 'warnings' },
  note: { one: 'note', many: 'notes' },
};

export const dimensionWords: Readonly<
  Record<Dimension, { readonly word: string; readonly meaning: string }>
> = {
  completeness: { word: 'Completeness', meaning: 'Whether anything is missing' },
  integrity: { word: 'Integrity', meaning: 'Whether the stored bytes are those of the files' },
  accuracy: { word: 'Accuracy', meaning: 'Whether counts and parsed columns are right' },
  consistency: { word: 'Consistency', meaning: 'Whether the tables agree with each other' },
};

export const fileVerdictWords: Readonly<
  Record<FileVerdict, { readonly word: string; readonly meaning: string }>
> = {
  equal: { word: 'Equal', meaning: 'Lines, bytes and checksum are the same on both sides.' },
  grown: { word: 'Grown', meaning: 'What was imported is right; more was written since.' },
  differs: { word: 'Differs', meaning: 'The database has other lines than the file.' },
  'only-on-disk': { word: 'Only on disk', meaning: 'Nothing of it is in the database.' },
  'only-in-database': { word: 'Gone from disk', meaning: 'The file is gone; its lines are kept.' },
  unreadable: { word: 'Unreadable', meaning: 'The file could not be read, so nothing was compared.' },
};

export const tierWords: Readonly<
  Record<CheckResult['tier'], { readonly word: string; readonly meaning: string }>
> = {
  before: { word: 'Before', meaning: 'Can be read, can be reached, fits together' },
  after: { word: 'After', meaning: 'Every file and every total, source against database' },
  cross: { word: 'Cross', meaning: 'Single lines re-read, and the database against itself' },
};

export const statusWords: Readonly<Record<CheckResult['status'], string>> = {
  passed: 'Passed',
  failed: 'Failed',
  warned: 'Warned',
  skipped: 'Skipped',
};

/** What mends a finding, as the label of a button and as a command; null when only a person can. */
export function describeAction(
  action: VerificationAction,
): { readonly label: string; readonly command: string } | null {
  switch (action.kind) {
    case 'reimport':
      return { label: `Import ${counted(action.files.length, 'file')} again`, command: 'verify --repair' };
    case 'migrate':
      return { label: 'Migrate', command: 'migrate' };
    case 'reparse':
      return { label: 'Parse the stored lines again', command: 'reparse --all' };
    case 'rebuild-checkpoints':
      return { label: 'Rebuild the checkpoints', command: 'checkpoints rebuild' };
    case 'prices':
      return { label: 'Load the prices again', command: 'prices' };
    case 'none':
      return null;
    default:
      return assertNever(action);
  }
}

/** `99.99 %`, rounded down: what is wrong by however little is never shown as 100 %. A dash when nothing was looked at. */
export function formatScore({ checked, wrong, value }: Score): string {
  if (checked === 0 && wrong === 0) return '–';
  const percent = Math.floor(value * 10_000) / 100;
  return wrong > 0 ? `${Math.min(percent, 99.99)} %` : `${percent} %`;
}

/** `0 %` only for nothing at all. */
export function formatShare(share: number): string {
  if (share === 0) return '0 %';
  const percent = share * 100;
  return percent < 0.0001 ? 'less than 0.0001 %' : `${Number(percent.toPrecision(3))} %`;
}

/** `1 file`, `1,204 files` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** How many findings of each severity there are, without those there are none of; empty when there is none at all. */
export function countFindings({ findings }: Pick<VerificationReport, 'findings'>): string {
  return (['error', 'warning', 'note'] as const)
    .map((severity) => ({ severity, count: findings.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => counted(count, severityWords[severity].one, severityWords[severity].many))
    .join(', ');
}

export interface Verdict {
  readonly title: string;
  /** Whole sentences for somebody who does not know the product. */
  readonly sentences: readonly string[];
}

/** What came of a verification. Claims nothing that was not looked at. */
export function describeVerdict(report: VerificationReport): Verdict {
  if (report.result === 'cancelled') return describeCancelled(report);
  if (report.result === 'wanting') return describeWanting(report);
  return describePassed(report);
}

function describePassed(report: VerificationReport): Verdict {
  const { perFile, files, variance, options } = report;
  if (perFile.length === 0) {
    return {
      title: 'Nothing to compare',
      sentences: ['There are no transcripts on disk and none in the database, so nothing was proved.'],
    };
  }
  const compared = perFile.filter(({ disk, database }) => disk !== null && database !== null);
  const lines = compared.reduce((sum, { database }) => sum + (database?.lines ?? 0), 0);
  const totals =
    report.totals.length === 0
      ? 'Every one of these lines is in the database. There were no responses whose totals could be compared.'
      : variance === 0
        ? 'Every one of these lines is in the database, and every total is the same.'
        : `The lines are the same. Totals differ by up to ${formatShare(variance)}, within the tolerance of ${formatShare(options.tolerance)}.`;
  const sentences =
    compared.length === 0
      ? ['No file is both on disk and in the database, so no file could be compared.']
      : [
          `${counted(compared.length, 'file')} with ${counted(lines, 'imported line')} ${were(compared.length)} read again from disk (${formatBytes(files.bytesRead)}) and compared with the database.`,
          totals,
        ];
  return { title: 'Passed', sentences: [...sentences, ...remarks(report)] };
}

function describeWanting(report: VerificationReport): Verdict {
  const { files, findings, variance, options } = report;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const parts = [
    files.differs > 0
      ? `${formatCount(files.differs)} ${files.differs === 1 ? 'differs' : 'differ'} from what was imported`
      : '',
    files.onlyOnDisk > 0 ? `${formatCount(files.onlyOnDisk)} ${are(files.onlyOnDisk)} not in it at all` : '',
    files.unreadable > 0 ? `${formatCount(files.unreadable)} could not be read` : '',
  ].filter((part) => part !== '');
  return {
    title: 'Found wanting',
    sentences: [
      errors === 0
        ? 'The totals in the database are not those of the files.'
        : `The database is not what the files say: ${counted(errors, 'error')} ${errors === 1 ? 'was' : 'were'} found.`,
      ...(parts.length === 0 ? [] : [`Of ${counted(report.perFile.length, 'file')}, ${parts.join(', ')}.`]),
      ...(variance === 0
        ? []
        : [
            `Totals are off by up to ${formatShare(variance)}; the tolerance is ${formatShare(options.tolerance)}.`,
          ]),
      ...privacyRemark(report),
      'What was found, and what mends it, is listed below. The files on disk were not changed.',
    ],
  };
}

function describeCancelled(report: VerificationReport): Verdict {
  const found = countFindings(report);
  return {
    title: 'Stopped before its end',
    sentences: [
      `This verification was stopped after ${counted(report.perFile.length, 'file')}: it proves nothing about what it had not looked at.`,
      found === '' ? 'Until then it had found nothing.' : `Until then it had found ${found}.`,
    ],
  };
}

/** What a person should know about a verification that passed. */
function remarks(report: VerificationReport): string[] {
  const { grown, onlyOnDisk, onlyInDatabase, unreadable } = report.files;
  return [
    grown > 0
      ? `${counted(grown, 'file')} ${have(grown)} grown since; what was imported of ${grown === 1 ? 'it' : 'them'} is right, the rest is not imported yet.`
      : '',
    onlyOnDisk > 0 ? `${counted(onlyOnDisk, 'file')} ${are(onlyOnDisk)} not imported yet.` : '',
    onlyInDatabase > 0
      ? `${counted(onlyInDatabase, 'file')} ${are(onlyInDatabase)} gone from disk; the lines are kept and could only be checked within the database.`
      : '',
    unreadable > 0 ? `${counted(unreadable, 'file')} could not be read and so not compared.` : '',
    ...privacyRemark(report),
  ].filter((remark) => remark !== '');
}

function privacyRemark({ perFile }: VerificationReport): string[] {
  const hashed = perFile.filter(({ isHashOnly }) => isHashOnly).length;
  if (hashed === 0) return [];
  return [
    `Of ${counted(hashed, 'file')} the bytes themselves are not in the database (privacy): the stored hashes of the originals were compared.`,
  ];
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function have(count: number): string {
  return count === 1 ? 'has' : 'have';
}

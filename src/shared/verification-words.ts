import { assertNever } from './failure.ts';
import { counted, formatBytes, formatCount } from './format.ts';
import { countCompared, countFiles, fileSumsOf, isProof } from './verification-counts.ts';
import type {
  CheckResult,
  Dimension,
  Elsewhere,
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

/** The check whose findings are folders and links that can't be looked into. */
export const foldersCheck = 'folders-readable';
/** The check that finds out that nothing was compared though there is something. */
export const elsewhereCheckName = 'anything-compared';

/** What came of a verification. Claims nothing that was not looked at. */
export function describeVerdict(report: VerificationReport): Verdict {
  if (report.result === 'cancelled') return describeCancelled(report);
  if (report.result === 'passed' ? !isProof(report) : isAllElsewhere(report)) return describeNothing(report);
  if (report.result === 'wanting') return describeWanting(report);
  return describePassed(report);
}

/** Nothing of the folders is on both sides: there is nothing that could be wrong, and nothing that was shown to be right. */
function describeNothing(report: VerificationReport): Verdict {
  const { environment, elsewhere } = report;
  const files = countFiles(report);
  const looked =
    files > 0
      ? 'No file could be compared'
      : environment.roots.length === 0
        ? 'No folder with transcripts was found'
        : 'There are no transcripts in the folders that were looked at';
  const held =
    elsewhere !== undefined && elsewhere.lines > 0
      ? `. The database holds ${describeElsewhere(elsewhere)}: none of them was compared`
      : elsewhere !== undefined && files === 0
        ? ', and the database holds none of this machine'
        : '';
  return {
    title: 'Nothing to compare',
    sentences: [`${looked}${held}, so nothing was proved.`, ...remarks({ ...report, elsewhere: undefined })],
  };
}

function describePassed(report: VerificationReport): Verdict {
  const { files, variance, options } = report;
  const compared = countCompared(report);
  if (compared === 0) {
    const why = 'No file is both on disk and in the database, so no file could be compared.';
    return { title: 'Passed', sentences: [why, ...remarks(report)] };
  }
  const lines = fileSumsOf(report)?.comparedLines;
  const what = lines === undefined ? '' : ` with ${counted(lines, 'imported line')}`;
  const totals =
    report.totals.length === 0
      ? 'Every one of these lines is in the database. There were no responses whose totals could be compared.'
      : variance === 0
        ? 'Every one of these lines is in the database, and every total is the same.'
        : `The lines are the same. Totals differ by up to ${formatShare(variance)}, within the tolerance of ${formatShare(options.tolerance)}.`;
  return {
    title: 'Passed',
    sentences: [
      `${counted(compared, 'file')}${what} ${were(compared)} read again from disk (${formatBytes(files.bytesRead)}) and compared with the database.`,
      lines === undefined
        ? totals.replace('Every one of these lines', 'Every line that was imported of them')
        : totals,
      ...remarks(report),
    ],
  };
}

function describeWanting(report: VerificationReport): Verdict {
  const { files, variance, options } = report;
  const errors = countErrors(report);
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
      ...(parts.length === 0 ? [] : [`Of ${counted(countFiles(report), 'file')}, ${parts.join(', ')}.`]),
      ...(variance === 0
        ? []
        : [
            `Totals are off by up to ${formatShare(variance)}; the tolerance is ${formatShare(options.tolerance)}.`,
          ]),
      ...folderRemark(report),
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
      `This verification was stopped after ${counted(countFiles(report), 'file')}: it proves nothing about what it had not looked at.`,
      found === '' ? 'Until then it had found nothing.' : `Until then it had found ${found}.`,
    ],
  };
}

/** What a person should know about a verification that passed. */
function remarks(report: VerificationReport): string[] {
  const { elsewhere } = report;
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
    ...folderRemark(report),
    elsewhere === undefined || elsewhere.lines === 0
      ? ''
      : `The database also holds ${describeElsewhere(elsewhere)}, which were not compared.`,
    ...privacyRemark(report),
  ].filter((remark) => remark !== '');
}

/** Folders and links that are no files, and so in no count of files. */
function folderRemark({ findings }: VerificationReport): string[] {
  const folders = findings
    .filter(({ check }) => check === foldersCheck)
    .reduce((sum, { count }) => sum + count, 0);
  if (folders === 0) return [];
  return [
    `${counted(folders, 'folder or link', 'folders or links')} could not be looked into: what lies below ${folders === 1 ? 'it' : 'them'} was not compared.`,
  ];
}

/** `19,998 lines of 25 files below /mnt/old/projects` */
export function describeElsewhere({ roots, files, lines }: Elsewhere): string {
  const [first = ''] = roots;
  const where = roots.length === 1 ? `below ${first}` : `below ${counted(roots.length, 'other folder')}`;
  return `${counted(lines, 'line')} of ${counted(files, 'file')} ${where}`;
}

/** All that is wrong is that the folders hold nothing of what the database holds. */
function isAllElsewhere({ findings }: VerificationReport): boolean {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return errors.length > 0 && errors.every(({ check }) => check === elsewhereCheckName);
}

function countErrors({ findings }: VerificationReport): number {
  return findings.filter(({ severity }) => severity === 'error').length;
}

function privacyRemark(report: VerificationReport): string[] {
  const hashed = fileSumsOf(report)?.hashOnly ?? 0;
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

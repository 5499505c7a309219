import type { VerificationSummary } from '../../shared/contract.ts';
import type { Root } from '../../shared/discovery.ts';
import { AppError } from '../../shared/failure.ts';
import type { Finding, VerificationReport } from '../../shared/verification.ts';
import type { Answers } from './answer.ts';
import type { Parts } from './handlers.ts';

type VerificationRequest =
  | 'startVerification'
  | 'cancelVerification'
  | 'getVerification'
  | 'listVerifications'
  | 'getVerificationReport'
  | 'exportReport'
  | 'repairFindings';

const mostVerifications = 50;

/** Answers what is asked of verifications. */
export function createVerificationAnswers(
  parts: Pick<Parts, 'verification' | 'roots' | 'database' | 'dialogs' | 'writeReport'>,
): Pick<Answers, VerificationRequest> {
  const { verification, roots, database, dialogs, writeReport } = parts;

  /** The last one is whole; those of the database lack the files that were equal. */
  async function reportOf(verificationId: string): Promise<VerificationReport> {
    const state = verification.state();
    if ('report' in state && state.report?.verificationId === verificationId) return state.report;
    const earlier = await (await database.opened()).verifications(mostVerifications);
    const found = earlier.find((report) => report.verificationId === verificationId);
    if (found !== undefined) return found;
    throw new AppError('invalid-input', `The database knows no verification ${verificationId}.`);
  }

  return {
    startVerification: async (choice) => {
      const sources = sourcesOf(await roots.all());
      return verification.start({ ...choice, sources });
    },
    cancelVerification: () => verification.cancel(),
    getVerification: () => verification.state(),
    listVerifications: async () =>
      (await (await database.opened()).verifications(mostVerifications)).map(summaryOf),
    getVerificationReport: reportOf,
    exportReport: async ({ verificationId, format }) => {
      const report = await reportOf(verificationId);
      const day = report.startedAt.slice(0, 10);
      const path = await dialogs.pickReport(`tokenhouse-verification-${day}.${format}`, format);
      if (path === null) return null;
      const file = withEnding(path, format);
      await writeReport(file, report);
      return file;
    },
    repairFindings: async ({ verificationId, findings }) => {
      const report = await reportOf(verificationId);
      return verification.repair(findingsOf(report, findings), report.options);
    },
  };
}

/** A usual folder that is not there is none; one that a person added and that is gone is a finding. */
function sourcesOf(shown: readonly Root[]): string[] {
  const sources = shown.filter(({ state, origin }) => state !== 'missing' || origin === 'added');
  if (sources.length > 0) return sources.map(({ path }) => path);
  throw new AppError(
    'source-missing',
    'There is no folder to compare the database with. Add the one that holds your transcripts.',
  );
}

/** A system's dialog may leave the ending to the person. */
function withEnding(path: string, format: 'html' | 'json'): string {
  return path.toLowerCase().endsWith(`.${format}`) ? path : `${path}.${format}`;
}

function findingsOf(report: VerificationReport, indexes: readonly number[]): Finding[] {
  return [...new Set(indexes)].map((index) => {
    const finding = report.findings[index];
    if (finding !== undefined && finding.action.kind !== 'none') return finding;
    throw new AppError(
      'invalid-input',
      `Verification ${report.verificationId} has no finding ${index} that could be mended from here.`,
    );
  });
}

function summaryOf(report: VerificationReport): VerificationSummary {
  const { verificationId, result, startedAt, durationMs, files, options } = report;
  const findings = { error: 0, warning: 0, note: 0 };
  for (const { severity } of report.findings) findings[severity] += 1;
  return { verificationId, result, startedAt, durationMs, files, findings, options };
}

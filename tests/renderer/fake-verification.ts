import type { Requests, VerificationView } from '../../src/shared/contract.ts';
import { AppError } from '../../src/shared/failure.ts';
import { withoutEqualFiles } from '../../src/shared/verification-counts.ts';
import type { VerificationProgress, VerificationReport } from '../../src/shared/verification.ts';

type Names =
  | 'startVerification'
  | 'cancelVerification'
  | 'getVerification'
  | 'listVerifications'
  | 'getVerificationReport'
  | 'exportReport'
  | 'repairFindings'
  | 'copyDiagnostics';

export const verifying: VerificationProgress = {
  phase: 'files',
  elapsedMs: 21_400,
  filesTotal: 400,
  filesDone: 163,
  bytesTotal: 2_310_882_004,
  bytesDone: 1_155_441_002,
  findings: 3,
};

export const running = {
  status: 'running',
  task: 'verify',
  progress: verifying,
  repair: null,
} as const satisfies VerificationView;

interface Verifying {
  verification: VerificationView;
  readonly verifications: readonly VerificationReport[];
  setVerification(view: VerificationView): void;
}

/** The answers about verifications; a verification is not played, tests say what becomes of it. */
export function verificationRequests(fake: Verifying, isRefused: boolean): Pick<Requests, Names> {
  const start = (task: 'verify' | 'repair'): VerificationView => {
    if (isRefused)
      throw new AppError('run-in-progress', 'Another process (4182) is verifying the same data.');
    fake.setVerification({ ...running, task });
    return fake.verification;
  };
  return {
    startVerification: () => start('verify'),
    cancelVerification: () => {
      if (fake.verification.status === 'running')
        fake.setVerification({ ...fake.verification, status: 'cancelling' });
    },
    getVerification: () => fake.verification,
    listVerifications: () =>
      fake.verifications.map((report) => {
        const { verificationId, result, startedAt, durationMs, files, options } = report;
        const count = (severity: string) => report.findings.filter((one) => one.severity === severity).length;
        const findings = { error: count('error'), warning: count('warning'), note: count('note') };
        return { verificationId, result, startedAt, durationMs, files, options, findings };
      }),
    getVerificationReport: (verificationId) => {
      const report = fake.verifications.find((one) => one.verificationId === verificationId);
      if (report === undefined)
        throw new AppError('invalid-input', 'The database knows no such verification.');
      return withoutEqualFiles(report);
    },
    exportReport: ({ format }) => `/home/ines/report.${format}`,
    repairFindings: () => start('repair'),
    copyDiagnostics: () => undefined,
  };
}

import type { VerificationView } from '../../../shared/contract.ts';
import type { VerificationProgress, VerificationReport } from '../../../shared/verification.ts';

export const phaseWords: Readonly<Record<VerificationProgress['phase'], string>> = {
  before: 'Check access and folders',
  database: 'Ask the database',
  files: 'Read the files again',
  cross: 'Compare lines and tables',
  finishing: 'Write the report',
};

export const resultWords: Readonly<Record<VerificationReport['result'], string>> = {
  passed: 'Passed',
  wanting: 'Found wanting',
  cancelled: 'Stopped',
};

/** What a verification does at the moment: the title of its screen. */
export function titleOf(view: VerificationView): string {
  if (view.status === 'cancelling') return 'Cancelling';
  if (view.status !== 'running') return 'Verify';
  return view.task === 'repair' ? 'Mending' : 'Verifying';
}

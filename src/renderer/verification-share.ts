import type { VerificationView } from '../shared/contract.ts';
import type { VerificationProgress } from '../shared/verification.ts';

export const verificationPhases = ['before', 'database', 'files', 'cross', 'finishing'] as const;

/** Parts of the bar: reading the files takes nearly all of the time, and is all that can be counted. */
const beginsAt: Readonly<Record<VerificationProgress['phase'], number>> = {
  before: 0,
  database: 0.01,
  files: 0.02,
  cross: 0.9,
  finishing: 0.98,
};

/** How far a verification is, 0 to 1: by the bytes that were read again. Of a mending, how far its import is. */
export function shareOf(view: Extract<VerificationView, { progress: unknown }>): number {
  if (view.task === 'repair') {
    if (view.repair === null) return 0;
    const { bytesDone, bytesTotal } = view.repair;
    return bytesTotal === 0 ? 0 : Math.min(bytesDone / bytesTotal, 0.99);
  }
  const { phase, bytesDone, bytesTotal } = view.progress;
  const read = bytesTotal === 0 ? 0 : Math.min(1, bytesDone / bytesTotal);
  if (phase !== 'files') return beginsAt[phase];
  return beginsAt.files + read * (beginsAt.cross - beginsAt.files);
}

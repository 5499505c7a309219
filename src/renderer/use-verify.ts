import { useMutation, useMutationState } from '@tanstack/react-query';
import type { DatabaseState, VerificationView } from '../shared/contract.ts';
import type { Failure } from '../shared/failure.ts';
import type { RunState } from '../shared/run.ts';
import { useSnapshot } from './announced.ts';
import { ask, failureOf } from './api.ts';
import { useChoices } from './choices.tsx';
import { currentRun, database, verification } from './stores.ts';
import { isActive } from './use-migrate.ts';

/** Compares what the Sources screen shows with the database. */
export function useVerify() {
  const { verification: choice } = useChoices();
  return useMutation({
    mutationKey: ['verify'],
    mutationFn: () => verification.through(ask.startVerification(choice)),
  });
}

/** Does what mends findings of a report, and verifies again. */
export function useRepair(verificationId: string) {
  return useMutation({
    mutationKey: ['verify'],
    mutationFn: (findings: readonly number[]) =>
      verification.through(ask.repairFindings({ verificationId, findings })),
  });
}

/** Why the last attempt to start was refused; null when it was not. */
export function useVerifyFailure(): Failure | null {
  const attempts = useMutationState({ filters: { mutationKey: ['verify'] }, select: ({ state }) => state });
  const last = attempts.at(-1);
  return last?.status === 'error' ? failureOf(last.error) : null;
}

/** Why nothing can be verified now, in words; null when it can. */
export function useWhyNotVerify(): string | null {
  const base = useSnapshot<DatabaseState, DatabaseState>(database, { status: 'starting' });
  const run = useSnapshot<RunState, RunState>(currentRun, { status: 'idle' });
  const view = useSnapshot<VerificationView, VerificationView>(verification, { status: 'idle' });
  if (view.status === 'running' || view.status === 'cancelling') return 'A verification is running.';
  if (isActive(run) && !('progress' in run && run.progress?.phase === 'watching'))
    return 'A migration is running. Verify when it has ended.';
  if (run.status === 'elsewhere') return 'Another process is using the same data.';
  if (base.status === 'starting') return 'The database is starting.';
  if (base.status === 'failed') return 'The database is not available.';
  return null;
}

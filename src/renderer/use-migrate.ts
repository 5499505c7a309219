import { useMutation, useMutationState } from '@tanstack/react-query';
import type { DatabaseState } from '../shared/contract.ts';
import type { RunState } from '../shared/run.ts';
import type { Failure } from '../shared/failure.ts';
import { ask, failureOf } from './api.ts';
import { useChoices } from './choices.tsx';
import { usePart, useSnapshot } from './announced.ts';
import { currentRun, database, verification } from './stores.ts';

/** Starts a run over what the Sources screen shows. */
export function useMigrate() {
  const { filters, options } = useChoices();
  return useMutation({
    mutationKey: ['migrate'],
    mutationFn: () => currentRun.through(ask.startRun({ ...options, filters })),
  });
}

/** Starts a run with the options of an earlier one. */
export function useResume() {
  return useMutation({
    mutationKey: ['migrate'],
    mutationFn: (runId: string) => currentRun.through(ask.resumeRun(runId)),
  });
}

/** A run of this window is on its way, paused or not. */
export function isActive({ status }: Pick<RunState, 'status'>): boolean {
  return status === 'running' || status === 'paused' || status === 'cancelling';
}

/** Why the last attempt to start was refused, on whichever screen it was made; null when it was not. */
export function useStartFailure(): Failure | null {
  const attempts = useMutationState({ filters: { mutationKey: ['migrate'] }, select: ({ state }) => state });
  const last = attempts.at(-1);
  return last?.status === 'error' ? failureOf(last.error) : null;
}

/** When a run was last started in this window, in milliseconds since 1970; 0 when none was. */
export function useLastStartMs(): number {
  const attempts = useMutationState({ filters: { mutationKey: ['migrate'] }, select: ({ state }) => state });
  return attempts.at(-1)?.submittedAt ?? 0;
}

/** Why nothing can be started now, in words; null when it can. */
export function useWhyNotMigrate(): string | null {
  const base = useSnapshot<DatabaseState, DatabaseState>(database, { status: 'starting' });
  const run = usePart(currentRun, ({ status }) => status) ?? 'idle';
  const view = usePart(verification, ({ status }) => status) ?? 'idle';
  if (isActive({ status: run })) return 'A migration is running.';
  if (run === 'elsewhere') return 'Another process is migrating into the same data.';
  if (view === 'running' || view === 'cancelling') return 'A verification is running.';
  if (base.status === 'starting') return 'The database is starting.';
  if (base.status === 'failed') return 'The database is not available.';
  return null;
}

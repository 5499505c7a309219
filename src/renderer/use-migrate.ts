import { useMutation, useMutationState } from '@tanstack/react-query';
import type { Failure } from '../shared/failure.ts';
import { ask, failureOf } from './api.ts';
import { useChoices } from './choices.tsx';
import { currentRun } from './stores.ts';

/** Starts a run over what the Sources screen shows. */
export function useMigrate() {
  const { filters, options } = useChoices();
  return useMutation({
    mutationKey: ['migrate'],
    mutationFn: () => currentRun.through(ask.startRun({ ...options, filters })),
  });
}

/** Why the last attempt to start was refused, on whichever screen it was made; null when it was not. */
export function useStartFailure(): Failure | null {
  const attempts = useMutationState({ filters: { mutationKey: ['migrate'] }, select: ({ state }) => state });
  const last = attempts.at(-1);
  return last?.status === 'error' ? failureOf(last.error) : null;
}

/** Why nothing can be started now, in words; null when it can. */
export function whyNotMigrate(databaseStatus: string, runStatus: string): string | null {
  if (runStatus === 'running' || runStatus === 'cancelling') return 'A migration is running.';
  if (databaseStatus === 'starting') return 'The database is starting.';
  if (databaseStatus === 'failed') return 'The database is not available.';
  return null;
}

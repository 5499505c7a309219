import { assertNever } from '../shared/failure.ts';
import type { RunState } from '../shared/run.ts';

/** What the tray's icon says of the run when one points at it. */
export function trayTooltip(state: RunState, isSync: boolean): string {
  return `Tokenhouse: ${words(state, isSync)}`;
}

function words(state: RunState, isSync: boolean): string {
  switch (state.status) {
    case 'running':
      if (state.progress.waiting?.reason === 'database') return 'waiting for the database';
      if (state.progress.waiting?.reason === 'disk') return 'waiting for space on the disk';
      return state.progress.phase === 'watching' ? 'in step' : 'migrating';
    case 'paused':
      return 'paused';
    case 'cancelling':
      return 'stopping';
    case 'elsewhere':
      return 'another process is migrating';
    case 'failed':
      return 'the last migration failed';
    case 'idle':
    case 'completed':
    case 'cancelled':
    case 'interrupted':
      return isSync ? 'not in step yet' : 'not keeping in step';
    default:
      return assertNever(state);
  }
}

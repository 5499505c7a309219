import type { Progress, Waiting } from '../shared/run.ts';

/** Why a run does nothing at the moment, in one line. */
export const waitingTitles: Readonly<Record<Waiting['reason'], string>> = {
  paused: 'Paused',
  database: 'Waiting for the database',
  disk: 'Waiting for space on the disk',
};

/** Whether a run stands still by itself. After a pause the engine may still say that it waits for the person. */
export function isWaiting({ waiting }: Progress): boolean {
  return waiting !== null && waiting.reason !== 'paused';
}

import { app } from 'electron';
import { residentBytes } from '../engine/memory.ts';

/** Resident memory of the window, its helpers, the workers and the embedded database together, in bytes. */
export async function measureMemory(databasePid: number | null): Promise<number> {
  // Electron gives kilobytes. Pages that processes share count in each of them, so this is rather too much than too little.
  const own = app.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize * 1024, 0);
  return own + (await residentBytes(databasePid));
}

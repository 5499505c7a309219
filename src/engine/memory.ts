import { readFile } from 'node:fs/promises';

const pageBytes = 4096;

/** Resident memory of this process and of another one, in bytes; of the other one 0 where `/proc` does not tell. */
export async function measureMemory(otherPid: number | null): Promise<number> {
  return process.memoryUsage.rss() + (await residentBytes(otherPid));
}

/** Resident memory of a process in bytes; 0 where `/proc` does not tell. */
export async function residentBytes(pid: number | null): Promise<number> {
  if (pid === null) return 0;
  try {
    const fields = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
    return Number(fields[1]) * pageBytes;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return 0;
    throw error;
  }
}

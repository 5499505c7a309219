import { readFile } from 'node:fs/promises';

const pageBytes = 4096;
const megabyte = 1024 * 1024;

/** Most and least source bytes of a task: larger ones bring nothing more, smaller ones cost too many merges. */
const taskRange = { least: 4 * megabyte, most: 32 * megabyte };
/** What the database takes beyond what it holds when idle: it uses what it may, whatever it is sent (measured). */
const databaseGrowth = 380 * megabyte;
/** What workers take whatever their tasks: heaps, compiled code, modules. */
const workerOverhead = 85 * megabyte;
/** Memory that a worker takes per source byte of its task: the range it reads and the rows it collects. */
const perThread = 2.5;
/** Memory of rows on their way per source byte of a task, for each task. */
const perTask = 1.75;

/**
 * Source bytes of one task, so that all processes together keep to their limit (what takes how much was measured:
 * docs/performance.md).
 *
 * @param usedBytes what they hold before the import
 * @param tasks that are extracted or imported at a time
 */
export function chooseTaskBytes(
  limitMb: number,
  { usedBytes, threads, tasks }: { usedBytes: number; threads: number; tasks: number },
): number {
  const free = limitMb * megabyte - usedBytes - databaseGrowth - workerOverhead * threads;
  const bytes = Math.floor(free / (perThread * threads + perTask * tasks));
  return Math.max(taskRange.least, Math.min(taskRange.most, bytes));
}

/** Room for the rows of a task: the raw lines, their text (half of it in genuine files) and the other columns. */
export function rowBytesOf(taskBytes: number): number {
  return 2 * taskBytes;
}

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

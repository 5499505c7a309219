import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Watches a process and answers the most memory it had resident, in bytes. Linux only; 0 elsewhere. */
export function peakMemoryOf(child: ChildProcess): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended.
      clearInterval(timer);
    }
  }, 20);
  child.once('exit', () => clearInterval(timer));
  return () => peak;
}

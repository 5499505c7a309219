import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { canMeasureProcesses, ProcessTree } from './process-tree.ts';

/** A command to be measured. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What belongs to this directory is measured with it. */
  readonly dataDir: string;
}

/** What a command took. */
export interface Measurement {
  readonly wallSeconds: number;
  /** Of all processes to their end, the embedded server's last merges included; null where it can't be measured. */
  readonly cpuSeconds: number | null;
  /** The most that all processes together had resident, looked at every 50 ms; null where it can't be measured. */
  readonly peakBytes: number | null;
  readonly stdout: string;
}

const lookEveryMs = 50;

/**
 * Runs a command to its end, and waits for all it has left running.
 *
 * @throws when it fails: a time of something that did not work is no time
 */
export async function measure({ file, args, env, dataDir }: Command): Promise<Measurement> {
  const startedAt = performance.now();
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const tree = canMeasureProcesses && child.pid !== undefined ? new ProcessTree(child.pid, dataDir) : null;
  const looking = setInterval(() => tree?.look(), lookEveryMs);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    const wallSeconds = (performance.now() - startedAt) / 1000;
    if (code !== 0) {
      throw new Error(
        `${[file, ...args].join(' ')} ended with ${code}:\n${stderr.slice(-2000)}${stdout.slice(-500)}`,
      );
    }
    // Without /proc: the embedded server ends two seconds after its last user.
    if (tree === null) await sleep(4000);
    else while (tree.look()) await sleep(lookEveryMs);
    return { wallSeconds, cpuSeconds: tree?.cpuSeconds ?? null, peakBytes: tree?.peakBytes ?? null, stdout };
  } finally {
    clearInterval(looking);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CliResult } from '../integration/cli/run-cli.ts';
import { cliFile } from '../integration/migrate/workspace.ts';

/** Runs a program while this process goes on: the proxy that it may be talking to lives here. */
export function runProcess(
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { process: ChildProcess; result: Promise<CliResult> } {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, result };
}

const wrongClock = fileURLToPath(new URL('wrong-clock.mjs', import.meta.url));

/** Runs the command line in a process whose clock is off by so many milliseconds. */
export async function runCliWithClock(jumpMs: number, args: readonly string[]): Promise<CliResult> {
  return runProcess([process.execPath, '--import', wrongClock, cliFile, ...args], {
    TOKENHOUSE_CLOCK_JUMP: String(jumpMs),
  }).result;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { cliFile } from '../migrate/workspace.ts';

export interface CliResult {
  /** Null when ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command line in a process of its own. */
export function startCli(args: readonly string[]): { process: ChildProcess; result: Promise<CliResult> } {
  const child = spawn(process.execPath, [cliFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

export function runCli(...args: readonly string[]): Promise<CliResult> {
  return startCli(args).result;
}

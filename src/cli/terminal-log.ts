import type { Log } from '../engine/log.ts';
import { maskSecrets } from '../engine/mask-secrets.ts';
import type { CommonOptions, Printer } from './context.ts';

/** What the engine says, as notes on stderr: warnings always, the rest with `--verbose`. */
export function terminalLog(options: CommonOptions, print: Printer): Log {
  const write =
    (level: string): Log['info'] =>
    (message, fields) =>
      print.note(`${level}: ${message}${fields ? ` ${JSON.stringify(maskSecrets(fields))}` : ''}`);
  return {
    debug: options.verbose ? write('debug') : nothing,
    info: options.verbose ? write('info') : nothing,
    warn: write('warning'),
    error: options.verbose ? write('error') : nothing,
  };
}

function nothing(): void {
  // A level that is not wanted.
}

import type { Command } from 'commander';
import { countOutdatedLines, reparse } from '../engine/reparse/reparse.ts';
import { holdRunLock } from '../engine/run-lock.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, formatCount } from '../shared/format.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { withDatabase } from './with-database.ts';

/** Options of `reparse` as commander gives them. */
export interface ReparseOptions {
  readonly all?: boolean;
}

/** Adds the options of `reparse` to a command. */
export function addReparseOptions(command: Command): Command {
  return command.option('--all', 'also when every line was parsed by this version');
}

/** Parses the stored lines again after an update, rejects included, without the source files. */
export async function runReparse(options: ReparseOptions, context: CommandContext): Promise<number> {
  const { dataDir, destination } = context.engine;
  const lock = await holdRunLock(dataDir, 'reparse', destination);
  try {
    return await reparseAll(options, context);
  } finally {
    await lock.release();
  }
}

async function reparseAll(options: ReparseOptions, context: CommandContext): Promise<number> {
  const { print, signal } = context;
  const onProgress = (lines: number): void => print.note(`${counted(lines, 'line')} parsed again`);
  try {
    const report = await withDatabase(context, async ({ client }) =>
      options.all || (await countOutdatedLines(client)) > 0 ? reparse(client, { signal, onProgress }) : null,
    );
    if (report === null) {
      if (context.options.json) print.json({ lines: 0, kept: 0, accepted: 0, rejected: 0 });
      else print.line('Nothing to do: every line was parsed by this version.');
      return exitCodes.done;
    }
    if (context.options.json) print.json(snakeCase(report));
    else {
      print.line(
        `${counted(report.lines, 'line')} parsed again, ${formatCount(report.kept)} without bytes kept as before.`,
      );
      print.line(
        `${counted(report.accepted, 'reject became a record', 'rejects became records')}, ${counted(report.rejected, 'record became a reject', 'records became rejects')}.`,
      );
    }
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}

import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { Database } from '../engine/clickhouse/connect.ts';
import { AppError } from '../shared/failure.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { formatBytes } from '../shared/format.ts';
import { withDatabase } from './with-database.ts';

/** Options of `export` as commander gives them. */
export interface ExportOptions {
  readonly table: string;
  readonly output: string;
}

const formats: Readonly<Record<string, string>> = {
  '.parquet': 'Parquet',
  '.csv': 'CSVWithNames',
  '.jsonl': 'JSONEachRow',
};

/** Adds the options of `export` to a command. */
export function addExportOptions(command: Command): Command {
  return command
    .requiredOption('--table <name>', 'table or view, such as responses, rejects or usage_daily')
    .requiredOption('--output <file>', 'file to write: .parquet, .csv or .jsonl');
}

/** Writes a table or view into a file, which appears when it is complete. Answers the exit code. */
export async function runExport(options: ExportOptions, context: CommandContext): Promise<number> {
  const output = resolve(options.output);
  const format = formats[extname(output).toLowerCase()];
  if (format === undefined) {
    throw new AppError(
      'invalid-input',
      `--output ${options.output}: the name has to end with .parquet, .csv or .jsonl.`,
    );
  }
  const partial = `${output}.partial`;
  const write = async ({ client }: Database): Promise<void> => {
    const { stream } = await client.exec({
      query: 'SELECT * FROM {table:Identifier}',
      query_params: { table: options.table },
      abort_signal: context.signal,
      clickhouse_settings: { default_format: format } as Record<string, string>,
    });
    await pipeline(stream, createWriteStream(partial));
    await rename(partial, output);
  };
  try {
    await withDatabase(context, write);
  } catch (error) {
    await rm(partial, { force: true });
    if (context.signal.aborted) return exitCodes.interrupted;
    if (error instanceof Error && 'code' in error && 'syscall' in error && error.syscall !== 'connect') {
      const code = error.code === 'ENOSPC' ? 'disk-full' : 'invalid-input';
      throw new AppError(code, `${output} could not be written: ${error.message}. Nothing was left there.`, {
        cause: error,
        path: output,
      });
    }
    throw error;
  }
  const { size } = await stat(output);
  if (context.options.json) context.print.json({ table: options.table, output, bytes: size });
  else context.print.line(`${options.table}: ${formatBytes(size)} in ${output}`);
  return exitCodes.done;
}

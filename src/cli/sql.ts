import { once } from 'node:events';
import type { Database } from '../engine/clickhouse/connect.ts';
import { AppError } from '../shared/failure.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { withDatabase } from './with-database.ts';

export interface SqlOptions {
  readonly format?: string;
}

/** Runs one statement and streams its answer to stdout in the format asked for, tab separated by default. */
export async function runSql(query: string, options: SqlOptions, context: CommandContext): Promise<number> {
  if (context.options.json && options.format !== undefined) {
    throw new AppError('invalid-input', 'Give either --json or --format: --json answers in the format JSON.');
  }
  const format = options.format ?? (context.options.json ? 'JSON' : 'TabSeparated');
  if (!/^\w+$/.test(format)) {
    throw new AppError(
      'invalid-input',
      `--format ${format} is not the name of a format, such as JSONEachRow or CSV.`,
    );
  }
  const ask = async ({ client }: Database): Promise<number> => {
    try {
      const { stream } = await client.exec({
        query,
        abort_signal: context.signal,
        clickhouse_settings: { default_format: format } as Record<string, string>,
      });
      let isEmpty = true;
      for await (const chunk of stream) {
        isEmpty = false;
        if (process.stdout.destroyed) break;
        if (!process.stdout.write(chunk as Uint8Array)) await once(process.stdout, 'drain');
      }
      // A statement without an answer still gives one document.
      if (isEmpty && context.options.json) context.print.json({ data: [], rows: 0 });
      return exitCodes.done;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return exitCodes.done;
      if (context.signal.aborted) return exitCodes.interrupted;
      throw error;
    }
  };
  // A statement may change something, and a part of its answer may be written already.
  return withDatabase(context, ask, { once: true });
}

import { readCheckpoints } from '../engine/checkpoints/checkpoint-table.ts';
import { cleanCheckpoints, rebuildCheckpoints } from '../engine/checkpoints/maintain.ts';
import type { Database } from '../engine/clickhouse/connect.ts';
import { holdRunLock } from '../engine/run-lock.ts';
import { AppError } from '../shared/failure.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, formatCount } from '../shared/format.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { withDatabase } from './with-database.ts';

/** Options of `checkpoints clean` as commander gives them. */
export interface CleanOptions {
  readonly maxAgeDays: string;
}

/** Lists how far each file of this machine is. */
export async function runCheckpointsList(context: CommandContext): Promise<number> {
  const checkpoints = await withDatabase(context, ({ client }) =>
    readCheckpoints(client, context.engine.source),
  );
  const rows = [...checkpoints.values()].map((checkpoint) => {
    const { root, file, generation, sizeBytes, importedBytes, pendingBytes, lines, records, rejects } =
      checkpoint;
    const { foundAt, vanishedMs, unproven } = checkpoint;
    const vanishedAt = vanishedMs === null ? null : new Date(vanishedMs).toISOString();
    // What was taken from the database and not from the file is shown as what it claims.
    const claimed = unproven === null ? { importedBytes, lines, records, rejects } : claimOf(unproven);
    const isProven = unproven === null;
    return { root, file, generation, sizeBytes, ...claimed, pendingBytes, foundAt, vanishedAt, isProven };
  });
  if (context.options.json) context.print.json(snakeCase({ checkpoints: rows }));
  else {
    for (const { root, file, generation, importedBytes, lines, vanishedAt, isProven } of rows) {
      const notes = [
        vanishedAt === null ? '' : 'gone from disk',
        isProven ? '' : 'to be proved by the next run',
      ];
      const note = notes.filter((text) => text !== '').join(', ');
      context.print.line(
        `${root}/${file}: ${counted(importedBytes, 'byte')}, ${counted(lines, 'line')}, generation ${generation}${note === '' ? '' : ` (${note})`}`,
      );
    }
    context.print.line(counted(rows.length, 'checkpoint'));
  }
  return exitCodes.done;
}

function claimOf(unproven: { until: number; lines: number; rejects: number; blanks: number }): {
  importedBytes: number;
  lines: number;
  records: number;
  rejects: number;
} {
  const { until, lines, rejects, blanks } = unproven;
  return { importedBytes: until, lines: lines + blanks, records: lines - rejects, rejects };
}

/** Removes what no longer serves. */
export async function runCheckpointsClean(options: CleanOptions, context: CommandContext): Promise<number> {
  const days = Number(options.maxAgeDays);
  if (!(days >= 0) || options.maxAgeDays.trim() === '') {
    throw new AppError('invalid-input', '--max-age-days takes a number of days, 0 or more.');
  }
  const cleaned = await locked(context, ({ client }) =>
    cleanCheckpoints(client, context.engine.source, Date.now() - days * 86_400_000),
  );
  if (context.options.json) context.print.json(snakeCase(cleaned));
  else {
    context.print.line(
      `${counted(cleaned.versions, 'superseded version')} removed; ${counted(cleaned.forgotten, 'file')} that vanished more than ${counted(days, 'day')} ago will no longer be recognised under another name. All lines stay.`,
    );
  }
  return exitCodes.done;
}

/** Makes the checkpoints anew from the lines. */
export async function runCheckpointsRebuild(context: CommandContext): Promise<number> {
  const rebuilt = await locked(context, ({ client }) => rebuildCheckpoints(client, context.engine.source));
  if (context.options.json) context.print.json(snakeCase(rebuilt));
  else {
    context.print.line(
      `${counted(rebuilt.checkpoints, 'checkpoint')} made from the lines in the database, ${formatCount(rebuilt.corrected)} of them had been missing or wrong. The next migration reads the files once to prove them, and imports nothing twice.`,
    );
  }
  return exitCodes.done;
}

/** Checkpoints are not changed under a run. */
async function locked<Result>(
  context: CommandContext,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { dataDir, destination } = context.engine;
  const lock = await holdRunLock(dataDir, 'checkpoints', destination);
  try {
    return await withDatabase(context, work);
  } finally {
    await lock.release();
  }
}

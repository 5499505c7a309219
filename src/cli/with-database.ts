import type { Database } from '../engine/clickhouse/connect.ts';
import { describeDatabaseError } from '../engine/clickhouse/failures.ts';
import { AppError } from '../shared/failure.ts';
import type { CommandContext } from './context.ts';

/**
 * Opens the database for a piece of work, and closes it again.
 *
 * When the embedded database dies meanwhile it is started again and the work is done anew, so it has to be such that it may
 * be repeated; `once` is for work that is not.
 *
 * @throws AppError what went wrong, in words
 */
export async function withDatabase<Result>(
  context: CommandContext,
  work: (database: Database) => Promise<Result>,
  { once = false }: { readonly once?: boolean } = {},
): Promise<Result> {
  const database = await context.openDatabase();
  try {
    for (let restartsLeft = once || database.kind !== 'embedded' ? 0 : 2; ; restartsLeft--) {
      try {
        return await work(database);
      } catch (error) {
        const described = describeDatabaseError(error, database.place);
        const isGone = described instanceof AppError && described.code === 'database-unreachable';
        if (!isGone || restartsLeft === 0 || context.signal.aborted) throw described;
        await database.ensure();
      }
    }
  } finally {
    await database.close();
  }
}

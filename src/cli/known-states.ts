import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointMap } from '../engine/checkpoints/checkpoint.ts';
import { readCheckpoints } from '../engine/checkpoints/checkpoint-table.ts';
import { compareWithCheckpoint, type Comparison } from '../engine/checkpoints/compare.ts';
import { openInspectPool } from '../engine/discover/inspect-pool.ts';
import type { FoundFile } from '../engine/discover/found-file.ts';
import type { CommandContext } from './context.ts';
import { withDatabase } from './with-database.ts';

/** How files stand to what the database has of them. A database that does not exist yet is not made: all is new. */
export async function knownStates(
  context: CommandContext,
): Promise<(file: FoundFile) => Promise<Comparison>> {
  const checkpoints = await readKnown(context);
  const { recount } = openInspectPool(context.engine.files.inspectWorker);
  return (file) => compareWithCheckpoint(file, checkpoints.of(file), recount);
}

async function readKnown(context: CommandContext): Promise<CheckpointMap> {
  const isEmbedded = context.options.url === undefined;
  if (isEmbedded && !existsSync(join(context.engine.dataDir, 'clickhouse'))) return new CheckpointMap();
  return withDatabase(context, ({ client }) => readCheckpoints(client, context.engine.source));
}

import type { ClickHouseClient } from '@clickhouse/client';
import { emptyCheckpoint } from './checkpoint.ts';
import { followVersions, writeCheckpoints } from './checkpoint-table.ts';
import type { OlderGeneration } from './superseded.ts';

/**
 * Takes older generations out, with their accounts. The caller has proved that the newest one holds what they had.
 *
 * Whatever kills it in between, the next run or repair can go on from what is left. The account is made empty first: lines
 * and gaps that are still there then are lines that nobody accounted for, which are adopted. An account that outlived its
 * lines would tell of a loss that there was not, and without any the lines would count among those of the newest generation.
 */
export async function takeOut(
  client: ClickHouseClient,
  source: string,
  generations: readonly Omit<OlderGeneration, 'newest'>[],
): Promise<void> {
  if (generations.length === 0) return;
  await followVersions(client);
  for (const { root, file, generation } of generations) {
    const empty = emptyCheckpoint({ root, file, generation, firstSeenMs: Date.now() });
    await writeCheckpoints(client, source, '', [empty]);
    for (const table of ['gaps', 'lines', 'file_states']) {
      await client.command({
        query: `ALTER TABLE ${table} DELETE WHERE source = {source:String} AND root = {root:String} AND file = {file:String}
          AND generation = {generation:UInt32}`,
        query_params: { source, root, file, generation },
        clickhouse_settings: { mutations_sync: '2' },
      });
    }
  }
}

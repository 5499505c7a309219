import { setTimeout as sleep } from 'node:timers/promises';
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

/**
 * Whether rows are being taken out: the database goes on with it when who asked has died, also after a start of its own. What
 * is counted meanwhile is not there any more afterwards. One that fails again and again is waited for by nobody.
 */
export const isTakingOut = `(SELECT count() > 0 FROM system.mutations
  WHERE database = currentDatabase() AND table IN ('lines', 'gaps', 'file_states')
    AND NOT is_done AND latest_fail_reason = '' AND command LIKE '%DELETE%')`;

/** Waits until what an earlier taking out has begun is done. */
export async function takingOutEnds(client: ClickHouseClient): Promise<void> {
  for (;;) {
    const answer = await client.query({ query: `SELECT ${isTakingOut} AS is_busy`, format: 'JSONEachRow' });
    const [row] = await answer.json<{ is_busy: number }>();
    if (row?.is_busy !== 1) return;
    await sleep(100);
  }
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { Checkpoint } from './checkpoint.ts';
import { followVersions, readCheckpoints, writeCheckpoints } from './checkpoint-table.ts';
import { readLineSums } from './line-sums.ts';
import { readSuperseded } from './superseded.ts';
import { takeOut, takingOutEnds } from './take-out.ts';
import { doubt, settled } from './true-checkpoints.ts';

/** What rebuilding has done. */
export interface Rebuilt {
  /** Checkpoints that the tables now bear out. */
  readonly checkpoints: number;
  /** How many of them had said something else, or were missing. */
  readonly corrected: number;
}

/**
 * Makes all checkpoints of a source anew from the lines in the database.
 *
 * What only the disk tells - sizes, times, the bytes by which a file is recognised - is left out: the next run reads each
 * file once more, to prove that what the database has of it is what the file holds, and imports nothing again. Older
 * generations that are not in order are taken out where the newest one holds everything they account for.
 */
export async function rebuildCheckpoints(client: ClickHouseClient, source: string): Promise<Rebuilt> {
  await followVersions(client);
  await takingOutEnds(client);
  // Before accounts are made anew: it is by what they say now that what is gone can be told from what is elsewhere.
  await takeOut(client, source, await readSuperseded(client, source, 'wanting'));
  const checkpoints = await readCheckpoints(client, source);
  const before = new Map([...checkpoints.values()].map((checkpoint) => [checkpoint, sumsOf(checkpoint)]));
  const sums = await readLineSums(client, source);
  const doubted = sums.map((lines) => ({ ...lines, isAccountRight: false }));
  const archived = doubt(doubted, checkpoints);
  const rebuilt = [...checkpoints.values()].map(settled);
  await writeCheckpoints(client, source, '', [...archived, ...rebuilt]);
  const known = new Set(before.values());
  return { checkpoints: rebuilt.length, corrected: rebuilt.filter((one) => !known.has(sumsOf(one))).length };
}

function sumsOf({ root, file, generation, records, rejects, orderedChecksum }: Checkpoint): string {
  return [root, file, generation, records, rejects, orderedChecksum].join('\0');
}

/** What cleaning has done. */
export interface Cleaned {
  /** Superseded versions of checkpoints that were removed. */
  readonly versions: number;
  /** Files that vanished long ago and are no longer recognised under another name. Their lines stay. */
  readonly forgotten: number;
}

/** Removes superseded versions of checkpoints, and forgets what files that vanished before `beforeMs` looked like. */
export async function cleanCheckpoints(
  client: ClickHouseClient,
  source: string,
  beforeMs: number,
): Promise<Cleaned> {
  await followVersions(client);
  const checkpoints = await readCheckpoints(client, source);
  const old = [...checkpoints.values()].filter(
    ({ vanishedMs, inode }) => vanishedMs !== null && vanishedMs < beforeMs && inode !== '',
  );
  await writeCheckpoints(
    client,
    source,
    '',
    // One that was taken from the lines stays as it was: no disk will prove it any more.
    old.map((checkpoint) => ({ ...settled(checkpoint), inode: '', device: '' })),
  );
  const rowsBefore = await countRows(client);
  await client.command({ query: 'OPTIMIZE TABLE file_states FINAL' });
  return { versions: rowsBefore - (await countRows(client)), forgotten: old.length };
}

async function countRows(client: ClickHouseClient): Promise<number> {
  const answer = await client.query({ query: 'SELECT count() AS n FROM file_states', format: 'JSONEachRow' });
  const [row] = await answer.json<{ n: string | number }>();
  return Number(row?.n ?? 0);
}

import type { ClickHouseClient } from '@clickhouse/client';
import { clickhouseTime } from '../clickhouse/time.ts';
import { CheckpointMap, emptyCheckpoint, type Checkpoint } from './checkpoint.ts';

/** A row of `file_states` as JSON; 64-bit numbers are strings. */
interface Row {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly size: string;
  readonly modified: number;
  readonly device: string;
  readonly inode: string;
  readonly imported_bytes: string;
  readonly inserted_until: string;
  readonly last_inserted_length: string;
  readonly last_inserted_hash: string;
  readonly unterminated: boolean;
  readonly head_length: number;
  readonly head_hash: string;
  readonly tail_length: number;
  readonly tail_hash: string;
  readonly lines: string;
  readonly records: string;
  readonly rejects: string;
  readonly blanks: string;
  readonly pending_bytes: string;
  readonly pending_blank: boolean;
  readonly checksum: string;
  readonly project: string;
  readonly session_id: string;
  readonly first_seen: string;
}

/** The checkpoints of one source, read from the database: it is the truth, everything else is a cache of it. */
export async function readCheckpoints(client: ClickHouseClient, source: string): Promise<CheckpointMap> {
  const answer = await client.query({
    query: `SELECT root, file, generation, size, modified, device, inode, imported_bytes, inserted_until,
        last_inserted_length, last_inserted_hash, unterminated,
        head_length, head_hash, tail_length, tail_hash, lines, records, rejects, blanks, pending_bytes, pending_blank,
        checksum, project, session_id, toString(toUnixTimestamp64Milli(first_seen)) AS first_seen
      FROM files WHERE source = {source:String}`,
    query_params: { source },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const checkpoints = new CheckpointMap();
  for await (const rows of answer.stream<Row>()) {
    for (const row of rows) checkpoints.set(fromRow(row.json()));
  }
  return checkpoints;
}

function fromRow(row: Row): Checkpoint {
  return {
    root: row.root,
    file: row.file,
    generation: row.generation,
    sizeBytes: Number(row.size),
    modifiedMs: row.modified,
    device: row.device,
    inode: row.inode,
    importedBytes: Number(row.imported_bytes),
    insertedUntil: Number(row.inserted_until),
    lastInserted: { length: Number(row.last_inserted_length), hash: BigInt(row.last_inserted_hash) },
    isUnterminated: row.unterminated,
    head: { length: row.head_length, hash: BigInt(row.head_hash) },
    tail: { length: row.tail_length, hash: BigInt(row.tail_hash) },
    lines: Number(row.lines),
    records: Number(row.records),
    rejects: Number(row.rejects),
    blanks: Number(row.blanks),
    pendingBytes: Number(row.pending_bytes),
    isPendingBlank: row.pending_blank,
    checksum: BigInt(row.checksum),
    project: row.project,
    sessionId: row.session_id,
    firstSeenMs: Number(row.first_seen),
  };
}

/** Writes checkpoints; the newest `version` of a file and generation counts, so writing one twice is harmless. */
export async function writeCheckpoints(
  client: ClickHouseClient,
  source: string,
  runId: string,
  checkpoints: readonly Checkpoint[],
): Promise<void> {
  if (checkpoints.length === 0) return;
  const version = nextVersion();
  await client.insert({
    table: 'file_states',
    format: 'JSONEachRow',
    values: checkpoints.map((checkpoint) => toRow(checkpoint, source, runId, version)),
    clickhouse_settings: { async_insert: 0 },
  });
}

let lastVersion = 0;

/** Microseconds since 1970, rising within a process also when the clock is set back a little. */
export function nextVersion(): string {
  lastVersion = Math.max(lastVersion + 1, Date.now() * 1000);
  return String(lastVersion);
}

function toRow(checkpoint: Checkpoint, source: string, runId: string, version: string): object {
  return {
    source,
    root: checkpoint.root,
    file: checkpoint.file,
    generation: checkpoint.generation,
    state: checkpoint.importedBytes + checkpoint.pendingBytes < checkpoint.sizeBytes ? 'partial' : 'imported',
    size: checkpoint.sizeBytes,
    modified: checkpoint.modifiedMs,
    device: checkpoint.device,
    inode: checkpoint.inode,
    imported_bytes: checkpoint.importedBytes,
    inserted_until: checkpoint.insertedUntil,
    last_inserted_length: checkpoint.lastInserted.length,
    last_inserted_hash: String(checkpoint.lastInserted.hash),
    unterminated: checkpoint.isUnterminated,
    head_length: checkpoint.head.length,
    head_hash: String(checkpoint.head.hash),
    tail_length: checkpoint.tail.length,
    tail_hash: String(checkpoint.tail.hash),
    lines: checkpoint.lines,
    records: checkpoint.records,
    rejects: checkpoint.rejects,
    blanks: checkpoint.blanks,
    pending_bytes: checkpoint.pendingBytes,
    pending_blank: checkpoint.isPendingBlank,
    checksum: String(checkpoint.checksum),
    project: checkpoint.project,
    session_id: checkpoint.sessionId,
    first_seen: clickhouseTime(checkpoint.firstSeenMs),
    last_imported: clickhouseTime(Date.now()),
    run_id: runId,
    version,
  };
}

/**
 * Finds lines that runs inserted but did not account for, because they died in between, and notes where they end.
 *
 * Their rows are in the table, their checkpoint is behind; the next run counts them and does not insert them again.
 * Answers the runs concerned, so that they can be marked as settled once this is written.
 */
export async function settleUnfinishedRuns(
  client: ClickHouseClient,
  source: string,
  runId: string,
  checkpoints: CheckpointMap,
): Promise<void> {
  const unfinished = await client.query({
    query: `SELECT run_id FROM runs WHERE source = {source:String} AND NOT settled AND run_id != {runId:String}`,
    query_params: { source, runId },
    format: 'JSONEachRow',
  });
  const runs = (await unfinished.json<{ run_id: string }>()).map((row) => row.run_id);
  if (runs.length === 0) return;
  const answer = await client.query({
    query: `SELECT root, file, generation, toString(max(offset) + 1) AS inserted_until,
        toString(argMax(length, offset)) AS last_length, toString(argMax(hash, offset)) AS last_hash
      FROM lines WHERE source = {source:String} AND run_id IN {runs:Array(String)}
      GROUP BY root, file, generation`,
    query_params: { source, runs },
    format: 'JSONEachRow',
  });
  const ahead: Checkpoint[] = [];
  for (const row of await answer.json<{
    root: string;
    file: string;
    generation: number;
    inserted_until: string;
    last_length: string;
    last_hash: string;
  }>()) {
    const insertedUntil = Number(row.inserted_until);
    const known = checkpoints.get(row.root, row.file);
    if (known && known.generation > row.generation) continue;
    if (known?.generation === row.generation && known.insertedUntil >= insertedUntil) continue;
    const { root, file, generation } = row;
    const base =
      known?.generation === generation
        ? known
        : emptyCheckpoint({ root, file, generation, firstSeenMs: known?.firstSeenMs ?? Date.now() });
    const lastInserted = { length: Number(row.last_length), hash: BigInt(row.last_hash) };
    const checkpoint = { ...base, insertedUntil, lastInserted };
    checkpoints.set(checkpoint);
    ahead.push(checkpoint);
  }
  await writeCheckpoints(client, source, runId, ahead);
  await markSettled(client, runs);
}

async function markSettled(client: ClickHouseClient, runs: readonly string[]): Promise<void> {
  await client.command({
    query: `INSERT INTO runs_log SELECT * REPLACE (
        true AS settled, if(status = 'running', 'failed', status) AS status, {version:UInt64} AS version)
      FROM runs_log FINAL WHERE run_id IN {runs:Array(String)}`,
    query_params: { runs: [...runs], version: nextVersion() },
  });
}

import type { ClickHouseClient } from '@clickhouse/client';
import { clickhouseTime } from '../clickhouse/time.ts';
import { requireWhole } from '../clickhouse/trusted-answers.ts';
import { insertJson } from '../insert/insert-json.ts';
import { CheckpointMap, emptyCheckpoint, type Checkpoint } from './checkpoint.ts';

/** What is asked of `files`, in this order: with names in every row, 10,000 rows take half as long again to parse. */
const columns = `root, file, generation, size, modified, changed, device, inode, imported_bytes, unterminated,
  head_length, head_hash, tail_length, tail_hash, lines, records, rejects, blanks, pending_bytes, pending_blank,
  checksum, ordered_checksum, project, session_id, found_at, toUnixTimestamp64Milli(first_seen) AS first_seen,
  toUnixTimestamp64Milli(vanished_at) AS vanished`;

/** A row of `files` as JSON; 64-bit numbers are strings. */
type Row = readonly [
  root: string,
  file: string,
  generation: number,
  size: string,
  modified: number,
  changed: number,
  device: string,
  inode: string,
  importedBytes: string,
  unterminated: boolean,
  headLength: number,
  headHash: string,
  tailLength: number,
  tailHash: string,
  lines: string,
  records: string,
  rejects: string,
  blanks: string,
  pendingBytes: string,
  pendingBlank: boolean,
  checksum: string,
  orderedChecksum: string,
  project: string,
  sessionId: string,
  foundAt: string,
  firstSeen: string,
  vanished: string | null,
];

/** The checkpoints of one source as they were last written; `readTrueCheckpoints` asks the lines as well. */
export async function readCheckpoints(client: ClickHouseClient, source: string): Promise<CheckpointMap> {
  const checkpoints = await readWhole(client, source);
  // An empty list says nothing of its length. Somebody who imports may have come in between: then there is one now.
  if (checkpoints.size > 0 || (await countFiles(client, source)) === 0) return checkpoints;
  const again = await readWhole(client, source);
  requireWhole(again.size, Math.max(1, again.size), 'files');
  return again;
}

/** Every row says how many there are: a file that is missing here would be imported once more. */
async function readWhole(client: ClickHouseClient, source: string): Promise<CheckpointMap> {
  const answer = await client.query({
    query: `SELECT count() OVER () AS counted, ${columns} FROM files WHERE source = {source:String}`,
    query_params: { source },
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const checkpoints = new CheckpointMap();
  let counted = 0;
  for await (const rows of answer.stream<[counted: string, ...Row]>()) {
    for (const row of rows) {
      const [total, ...account] = row.json();
      counted = Number(total);
      checkpoints.set(fromRow(account));
    }
  }
  requireWhole(checkpoints.size, counted, 'files');
  return checkpoints;
}

async function countFiles(client: ClickHouseClient, source: string): Promise<number> {
  const answer = await client.query({
    query: `SELECT toUInt32(count()) AS n FROM files WHERE source = {source:String}`,
    query_params: { source },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: number }>();
  return row?.n ?? Number.NaN;
}

/** An account that was taken from the database and not from a file has no bytes to recognise the file by: all is unproven. */
function fromRow(row: Row): Checkpoint {
  const checkpoint = accountOf(row);
  if (checkpoint.importedBytes === 0 || checkpoint.head.length > 0) return checkpoint;
  const { importedBytes, records, rejects, blanks, checksum, orderedChecksum, foundAt, vanishedMs } =
    checkpoint;
  const { project, sessionId, inode, device } = checkpoint;
  return {
    ...emptyCheckpoint(checkpoint),
    inode,
    device,
    foundAt,
    vanishedMs,
    unproven: {
      from: 0,
      until: importedBytes,
      lines: records + rejects,
      rejects,
      blanks,
      checksum,
      orderedChecksum,
      project,
      sessionId,
    },
  };
}

function accountOf(row: Row): Checkpoint {
  const [
    root,
    file,
    generation,
    size,
    modifiedMs,
    changedMs,
    device,
    inode,
    importedBytes,
    isUnterminated,
    headLength,
    headHash,
    tailLength,
    tailHash,
    lines,
    records,
    rejects,
    blanks,
    pendingBytes,
    isPendingBlank,
    checksum,
    orderedChecksum,
    project,
    sessionId,
    foundAt,
    firstSeen,
    vanished,
  ] = row;
  return {
    root,
    file,
    generation,
    sizeBytes: Number(size),
    modifiedMs,
    changedMs,
    device,
    inode,
    importedBytes: Number(importedBytes),
    isUnterminated,
    head: { length: headLength, hash: BigInt(headHash) },
    tail: { length: tailLength, hash: BigInt(tailHash) },
    lines: Number(lines),
    records: Number(records),
    rejects: Number(rejects),
    blanks: Number(blanks),
    pendingBytes: Number(pendingBytes),
    isPendingBlank,
    checksum: BigInt(checksum),
    orderedChecksum: BigInt(orderedChecksum),
    project,
    sessionId,
    foundAt,
    firstSeenMs: Number(firstSeen),
    vanishedMs: vanished === null ? null : Number(vanished),
    unproven: null,
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
  const rows = checkpoints.map((checkpoint) => toRow(checkpoint, source, runId, version));
  await insertJson(client, 'file_states', rows);
}

let lastVersion = 0;

/**
 * Makes new versions follow those in the database, also when the clock of the machine was set back since.
 *
 * Called once before anything is written.
 */
export async function followVersions(client: ClickHouseClient): Promise<void> {
  const answer = await client.query({
    query: `SELECT greatest((SELECT max(version) FROM file_states), (SELECT max(version) FROM runs_log)) AS newest`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const [row] = await answer.json<{ newest: string }>();
  lastVersion = Math.max(lastVersion, Number(row?.newest ?? 0));
}

/** Microseconds since 1970, rising within a process whatever the clock does. */
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
    state: stateOf(checkpoint),
    size: checkpoint.sizeBytes,
    modified: checkpoint.modifiedMs,
    changed: checkpoint.changedMs,
    device: checkpoint.device,
    inode: checkpoint.inode,
    imported_bytes: checkpoint.importedBytes,
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
    ordered_checksum: String(checkpoint.orderedChecksum),
    project: checkpoint.project,
    session_id: checkpoint.sessionId,
    found_at: checkpoint.foundAt,
    vanished_at: checkpoint.vanishedMs === null ? null : clickhouseTime(checkpoint.vanishedMs),
    first_seen: clickhouseTime(checkpoint.firstSeenMs),
    last_imported: clickhouseTime(Date.now()),
    run_id: runId,
    version,
  };
}

function stateOf({ vanishedMs, importedBytes, pendingBytes, sizeBytes }: Checkpoint): string {
  if (vanishedMs !== null) return 'vanished';
  return importedBytes + pendingBytes < sizeBytes ? 'partial' : 'imported';
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Waiting } from '../../shared/run.ts';
import { mask64 } from '../extract/markers.ts';
import { insertsOf } from '../insert/insert-rows.ts';
import { emptyCheckpoint, type Checkpoint, type CheckpointMap } from './checkpoint.ts';
import { readCheckpoints } from './checkpoint-table.ts';
import { isTakingOut } from './take-out.ts';
import { readSuperseded, type OlderGeneration } from './superseded.ts';
import { readLineSums, type LineSums } from './line-sums.ts';

/** What the tables say, without anything having been written. */
export interface TrueCheckpoints {
  readonly checkpoints: CheckpointMap;
  /** Accounts of older generations that their lines do not bear out, put right: no disk can prove those any more. */
  readonly archived: readonly Checkpoint[];
  /** Older generations of which an account is left and no line, though the newest holds all of them: to be taken out. */
  readonly superseded: readonly OlderGeneration[];
}

/**
 * The checkpoints of one source as the tables bear them out.
 *
 * The sums over all lines are compared with the sums over all accounts, in some ten milliseconds. Where they differ - a run
 * died between an insert and its checkpoint, a disk lost what it had confirmed, rows were deleted, the database came back
 * from a backup - each file is compared, and what is not borne out is left for the disk to prove (`Checkpoint.unproven`).
 */
export async function readTrueCheckpoints(
  client: ClickHouseClient,
  source: string,
  until: InsertsEnd,
): Promise<TrueCheckpoints> {
  await insertsEnd(client, source, until);
  const checkpoints = await readCheckpoints(client, source);
  if (await isInStep(client, source)) return { checkpoints, archived: [], superseded: [] };
  const archived = doubt(await readLineSums(client, source), checkpoints);
  return { checkpoints, archived, superseded: await readSuperseded(client, source, 'without-lines') };
}

export interface InsertsEnd {
  readonly signal: AbortSignal;
  /** Hears why it takes time, and null when it is over. */
  readonly onWaiting: (waiting: Waiting | null) => void;
}

/** What a sender that died has begun goes on in the database (CH docs, howto/long_running_queries): waits for its end. */
async function insertsEnd(
  client: ClickHouseClient,
  source: string,
  { signal, onWaiting }: InsertsEnd,
): Promise<void> {
  const since = new Date().toISOString();
  for (let attempts = 0; ; attempts++) {
    const answer = await client.query({
      query: `SELECT count() > 0 OR ${isTakingOut} AS is_busy FROM system.processes
        WHERE startsWith(query_id, {prefix:String}) OR startsWith(Settings['log_comment'], {prefix:String})`,
      query_params: { prefix: insertsOf(source) },
      format: 'JSONEachRow',
    });
    const [row] = await answer.json<{ is_busy: number }>();
    if (row?.is_busy !== 1 || signal.aborted) {
      if (attempts > 0) onWaiting(null);
      return;
    }
    const message =
      'The database is still busy with the last batch of an earlier run. This run starts when it is done.';
    onWaiting({ reason: 'database', message, since, retryAt: null, attempts });
    await sleep(100);
  }
}

async function isInStep(client: ClickHouseClient, source: string): Promise<boolean> {
  const answer = await client.query({
    query: `SELECT
        (SELECT (count(), sum(hash * (offset + 1))) FROM lines WHERE source = {source:String}) =
        (SELECT (sum(records + rejects), sum(ordered_checksum)) FROM file_states FINAL WHERE source = {source:String})
        AS in_step`,
    query_params: { source },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ in_step: number }>();
  return row?.in_step === 1;
}

/** Compares file by file; replaces the checkpoints that the lines do not bear out. Answers those of older generations. */
export function doubt(sums: readonly LineSums[], checkpoints: CheckpointMap): Checkpoint[] {
  const archived: Checkpoint[] = [];
  const isBorneOut = new Set<Checkpoint>();
  for (const lines of sums) {
    const known = checkpoints.get(lines.root, lines.file);
    if (known && known.generation > lines.generation) {
      const isRight = lines.isAccountRight && lines.behind === null;
      // One that is short is the only evidence of what was lost.
      if (!isRight && !lines.isShort)
        archived.push(settled({ ...blank(lines, known), unproven: lines.whole }));
      continue;
    }
    // The lines of a generation before this one that nobody accounted for.
    if (known && known.generation < lines.generation) archived.push(...archivedOf(known));
    const checkpoint = borneOut(lines, known);
    checkpoints.set(checkpoint);
    isBorneOut.add(checkpoint);
  }
  // Accounts whose lines are all gone.
  for (const checkpoint of checkpoints.values()) {
    if (isBorneOut.has(checkpoint) || checkpoint.records + checkpoint.rejects === 0) continue;
    checkpoints.set({ ...emptyCheckpoint(checkpoint), foundAt: checkpoint.foundAt });
  }
  return archived;
}

/** What the database holds of a generation that another one follows, where nobody accounted for it. */
export function archivedOf(known: Checkpoint): Checkpoint[] {
  return known.unproven === null || known.unproven.isShort === true ? [] : [settled(known)];
}

/** The checkpoint as far as the lines bear it out, the rest of them unproven. */
function borneOut(lines: LineSums, known: Checkpoint | undefined): Checkpoint {
  if (known?.generation === lines.generation && lines.isAccountRight && known.unproven === null) {
    return { ...known, unproven: lines.behind };
  }
  const kept = known?.generation === lines.generation ? known : undefined;
  // By its inode a file is recognised under another name, and then proved.
  const { foundAt = '', vanishedMs = null, inode = '', device = '' } = kept ?? {};
  return { ...blank(lines, known), foundAt, vanishedMs, inode, device, unproven: lines.whole };
}

function blank({ root, file, generation }: LineSums, known: Checkpoint | undefined): Checkpoint {
  return emptyCheckpoint({ root, file, generation, firstSeenMs: known?.firstSeenMs ?? Date.now() });
}

/** Takes the account from the database where no disk can prove it: the file is gone, was rewritten, or is not read now. */
export function settled(checkpoint: Checkpoint): Checkpoint {
  const { unproven } = checkpoint;
  if (unproven === null) return checkpoint;
  const { lines, rejects, blanks, until, project, sessionId } = unproven;
  return {
    ...checkpoint,
    unproven: null,
    importedBytes: until,
    sizeBytes: until,
    // It ends before the newline of its last line, which may follow.
    isUnterminated: lines > 0 || checkpoint.isUnterminated,
    tail: { length: 0, hash: 0n },
    lines: checkpoint.lines + lines + blanks,
    records: checkpoint.records + lines - rejects,
    rejects: checkpoint.rejects + rejects,
    blanks: checkpoint.blanks + blanks,
    pendingBytes: 0,
    isPendingBlank: false,
    checksum: (checkpoint.checksum + unproven.checksum) & mask64,
    orderedChecksum: (checkpoint.orderedChecksum + unproven.orderedChecksum) & mask64,
    project: checkpoint.project === '' ? project : checkpoint.project,
    sessionId: checkpoint.sessionId === '' ? sessionId : checkpoint.sessionId,
  };
}

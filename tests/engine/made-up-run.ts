import { CheckpointMap, emptyCheckpoint, type Checkpoint } from '../../src/engine/checkpoints/checkpoint.ts';
import type { FoundFile } from '../../src/engine/discover/found-file.ts';
import type { ExtractPool } from '../../src/engine/extract/extract-pool.ts';
import { RowMemory } from '../../src/engine/extract/row-memory.ts';
import type {
  Batch,
  ExtractResult,
  ExtractTask,
  Marker,
  Segment,
  SegmentPart,
} from '../../src/engine/extract/task.ts';
import { ImportLedger } from '../../src/engine/import-ledger.ts';
import { RefusalLimit } from '../../src/engine/insert/refusal-limit.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { ProgressMeter } from '../../src/engine/progress.ts';
import type { Run } from '../../src/engine/runs.ts';
import type { PrivacySettings } from '../../src/shared/privacy.ts';
import { runOptions, type RunOptionsInput } from '../../src/shared/run.ts';
import { fakeClient, type FakeClient } from '../fakes/fake-client.ts';
import { memoryLog } from '../fakes/memory-log.ts';

/** Every made-up line has as many bytes, and every made-up row one. */
const lineBytes = 10;

const noMarker: Marker = { length: 0, hash: 0n };

/** A file of ten lines. */
export function foundFile(file: string, sizeBytes = 10 * lineBytes): FoundFile {
  return {
    root: '/root',
    file,
    path: `/root/${file}`,
    sizeBytes,
    modifiedMs: 1,
    changedMs: 1,
    device: '1',
    inode: file,
    problem: null,
  };
}

export function checkpointOf(file: string, known: Partial<Checkpoint> = {}): Checkpoint {
  return { ...emptyCheckpoint({ root: '/root', file, generation: 0, firstSeenMs: 0 }), ...known };
}

/** A plan with work in these files. */
export function planOf(...checkpoints: readonly Checkpoint[]): Plan {
  return {
    work: checkpoints.map((checkpoint, index) => ({
      index,
      found: foundFile(checkpoint.file),
      state: 'new',
      checkpoint,
    })),
    unchanged: [],
    refreshed: [],
    archived: [],
    unreadable: [],
    bytes: checkpoints.length * 10 * lineBytes,
  };
}

/** A part of a file with as many lines as fit into its bytes. */
export function partOf(part: Pick<SegmentPart, 'start' | 'end'> & Partial<SegmentPart>): SegmentPart {
  const lines = (part.end - part.start) / lineBytes;
  return {
    index: 0,
    lines,
    records: lines,
    rejects: 0,
    blanks: 0,
    pendingBytes: 0,
    isPendingBlank: false,
    isUnterminated: false,
    checksum: BigInt(part.start),
    orderedChecksum: BigInt(part.end),
    head: null,
    lead: noMarker,
    tail: noMarker,
    project: '',
    sessionId: '',
    rejectsByReason: {},
    ...part,
  };
}

/** The rows of these parts of files in one batch. */
export function batchOf(...parts: readonly SegmentPart[]): Batch {
  const rows = parts.reduce((sum, { lines }) => sum + lines, 0);
  const none = { rows: 0, bytes: new Uint8Array() };
  return {
    parts,
    firstLine: {
      source: 'machine',
      root: '/root',
      file: `${parts[0]!.index}`,
      generation: 0,
      offset: parts[0]!.start,
    },
    lines: { rows, bytes: new Uint8Array(rows) },
    gaps: none,
    evidence: none,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    problems: [],
  };
}

/** The task of a whole file. */
export function taskOf(index = 0, batchRows = 1000): ExtractTask {
  const segment: Segment = {
    source: 'machine',
    root: '/root',
    file: `${index}`,
    generation: 0,
    index,
    path: `/root/${index}`,
    from: 0,
    to: 10 * lineBytes,
    limit: 10 * lineBytes,
    startsLine: true,
    followsUnterminated: false,
    inode: `${index}`,
    foundRoot: '/root',
  };
  const privacy: PrivacySettings = { default: 'full', rules: [] };
  return { runId: 'run', importedAtMs: 1, batchRows, privacy, segments: [segment], memory: null };
}

/** What a worker makes of a task: batches of at most as many rows as the task wants. */
export function extractLines({ segments, batchRows }: ExtractTask): ExtractResult {
  const batches: Batch[] = [];
  for (const { index, from, to } of segments) {
    for (let start = from; start < to; start += batchRows * lineBytes) {
      batches.push(batchOf(partOf({ index, start, end: Math.min(to, start + batchRows * lineBytes) })));
    }
  }
  return { batches, failed: [] };
}

export function fakePool(pool: Partial<ExtractPool> = {}): ExtractPool {
  return {
    threads: 1,
    taskBytes: 1_000_000,
    mostImporting: 2,
    rowMemory: new RowMemory(3, 1),
    extract: (task) => Promise.resolve(extractLines(task)),
    recount: () => Promise.reject(new Error('Nothing to count again')),
    close: () => Promise.resolve(),
    ...pool,
  };
}

/** A run into a database that is not there. */
export function madeUpRun(
  { client }: Pick<FakeClient, 'client'> = fakeClient(),
  given: Partial<Run> & { readonly input?: RunOptionsInput } = {},
): Run {
  const { input = {}, ...rest } = given;
  const checkpoints = new CheckpointMap();
  const log = memoryLog();
  const progress =
    given.progress ??
    new ProgressMeter(
      () => undefined,
      () => Promise.resolve(0),
    );
  const ledger = new ImportLedger(checkpoints, progress);
  const database = { kind: 'server', place: 'nowhere', client, ensure: () => Promise.resolve() };
  const { signal } = new AbortController();
  return {
    runId: 'run',
    options: runOptions.parse(input),
    engine: { source: 'machine', log },
    database,
    progress,
    ledger,
    checkpoints,
    refusals: new RefusalLimit(() => progress.records),
    persistence: {
      ensure: () => Promise.resolve(),
      place: 'nowhere',
      signal,
      log,
      onWaiting: () => undefined,
    },
    signal,
    hardStop: signal,
    gate: () => Promise.resolve(),
    ...rest,
  } as unknown as Run;
}

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import xxhash from 'xxhash-wasm';
import { advance } from '../../../src/engine/checkpoints/advance.ts';
import {
  CheckpointMap,
  emptyCheckpoint,
  type Checkpoint,
} from '../../../src/engine/checkpoints/checkpoint.ts';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import { BatchBuilder, BatchRows } from '../../../src/engine/extract/batch-builder.ts';
import { recount } from '../../../src/engine/extract/recount.ts';
import { extractSegment } from '../../../src/engine/extract/extract-segment.ts';
import { ReadBuffer } from '../../../src/engine/extract/read-buffer.ts';
import type { Batch, EncodedRows } from '../../../src/engine/extract/task.ts';
import { makePlan, type Plan } from '../../../src/engine/plan.ts';
import { schedule } from '../../../src/engine/schedule.ts';
import { decodeNative, type DecodedBlock } from './native-decoder.ts';

const hasher = await xxhash();

export function xxHash64(bytes: Uint8Array): bigint {
  return hasher.h64Raw(bytes);
}

/** A row of `lines`; strings hold one character per byte. */
export interface LineRow extends Readonly<Record<string, unknown>> {
  readonly file: string;
  readonly generation: number;
  readonly offset: bigint;
  readonly length: bigint;
  readonly hash: bigint;
  readonly raw: string;
  readonly kind: 'record' | 'reject';
}

export interface GapRow extends Readonly<Record<string, unknown>> {
  readonly file: string;
  readonly generation: number;
  readonly offset: bigint;
  readonly kind: 'blank' | 'bom';
  readonly raw: string;
}

export interface EvidenceRow {
  readonly response_key: string;
  readonly usage: Readonly<Record<string, bigint | string>>;
  readonly first: Readonly<Record<string, bigint | number | string>>;
  readonly has_stop_reason: number;
  readonly has_own_line: number;
}

/** How a run is cut into tasks and batches. */
export interface Cutting {
  readonly taskBytes: number;
  readonly batchRows: number;
}

export const uncut: Cutting = { taskBytes: 1 << 30, batchRows: 1_000_000 };

export const root = '/root';

/** Used for one task after the other, as a worker does. */
const rows = new BatchRows();
const buffer = new ReadBuffer();

/**
 * Imports files as a run does - plan, tasks, extraction, account - with lists in place of the tables.
 *
 * Nothing of it is a copy of the engine's logic: plan, tasks, rows and accounts are made by the engine itself. Only the
 * worker threads and the database are missing.
 */
export class Import {
  readonly checkpoints = new CheckpointMap();
  readonly lines: LineRow[] = [];
  readonly gaps: GapRow[] = [];
  readonly evidence: EvidenceRow[] = [];
  batches: Batch[] = [];
  #time = 0;

  /** One run over `files`. The first `mostBatches` batches reach the tables, the first `mostAccounts` of them the account. */
  async run(
    files: Readonly<Record<string, Uint8Array>>,
    cutting: Cutting = uncut,
    mostBatches = Infinity,
    mostAccounts = mostBatches,
  ): Promise<this> {
    const plan = await this.#extract(files, cutting);
    const open = new Map(plan.work.map((planned) => [planned.index, planned.checkpoint]));
    for (const [number, batch] of this.batches.slice(0, mostBatches).entries()) {
      this.lines.push(...(rowsOf(batch.lines) as readonly LineRow[]));
      this.gaps.push(...(rowsOf(batch.gaps) as readonly GapRow[]));
      this.evidence.push(...(rowsOf(batch.evidence) as unknown as readonly EvidenceRow[]));
      if (number >= mostAccounts) continue;
      for (const part of batch.parts) {
        const before = open.get(part.index)!;
        const hole = part.start - before.importedBytes;
        if (hole !== 0 && !(hole === 1 && before.isUnterminated)) throw new Error(`A hole of ${hole} bytes`);
        open.set(part.index, advance(before, part, plan.work[part.index]!.found));
        this.checkpoints.set(open.get(part.index)!);
      }
    }
    return this;
  }

  emptyCheckpoint(file: string): Checkpoint {
    return emptyCheckpoint({ root, file, generation: 0, firstSeenMs: 0 });
  }

  /** What a run learns of lines that nobody accounted for, as `readTrueCheckpoints` reads it from the tables. */
  doubt(file: string): void {
    const known = this.checkpoints.get(root, file) ?? this.emptyCheckpoint(file);
    const behind = this.lines.filter(({ offset }) => Number(offset) >= known.importedBytes);
    if (behind.length === 0) return;
    const sum = (value: (row: LineRow) => bigint): bigint =>
      BigInt.asUintN(
        64,
        behind.reduce((total, row) => total + value(row), 0n),
      );
    const unproven = {
      from: known.importedBytes,
      until: Number(
        behind.reduce((most, row) => (row.offset + row.length > most ? row.offset + row.length : most), 0n),
      ),
      lines: behind.length,
      rejects: behind.filter(({ kind }) => kind === 'reject').length,
      blanks: 0,
      checksum: sum(({ hash }) => hash),
      orderedChecksum: sum(({ hash, offset }) => hash * (offset + 1n)),
      project: Buffer.from(String(behind[0]!['project']), 'latin1').toString('utf8'),
      sessionId: known.sessionId,
    };
    this.checkpoints.set({ ...known, unproven });
  }

  checkpoint(file: string): Checkpoint {
    const checkpoint = this.checkpoints.get(root, file);
    if (!checkpoint) throw new Error(`No checkpoint of ${file}`);
    return checkpoint;
  }

  /** Rows of the current generation of a file in the order of the file. */
  linesOf(file: string): LineRow[] {
    return this.lines.filter((row) => this.#isCurrent(file, row)).toSorted(byOffset);
  }

  gapsOf(file: string): GapRow[] {
    const rows = this.gaps.filter((row) => this.#isCurrent(file, row));
    // As ReplacingMergeTree does: writing a gap twice changes nothing.
    return [...new Map(rows.map((row) => [row.offset, row])).values()].toSorted(byOffset);
  }

  #isCurrent(file: string, row: { readonly file: string; readonly generation: number }): boolean {
    return (
      row.file === Buffer.from(file).toString('latin1') && row.generation === this.checkpoint(file).generation
    );
  }

  /** The batches of a run, from files that exist only as long as it takes. */
  async #extract(files: Readonly<Record<string, Uint8Array>>, cutting: Cutting): Promise<Plan> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tokenhouse-extract-'));
    try {
      const found = Object.entries(files).map(([file, bytes]) => this.#write(folder, file, bytes));
      const plan = await makePlan(found, this.checkpoints, {
        recount: (task) => Promise.resolve(recount(task, xxHash64)),
        signal: new AbortController().signal,
      });
      for (const { checkpoint } of plan.unchanged) this.checkpoints.set(checkpoint);
      if (plan.unreadable.length > 0) throw new Error(plan.unreadable[0]!.reason);
      this.batches = [];
      for (const task of schedule(plan.work, {
        ...cutting,
        rangeBytes: cutting.taskBytes,
        source: 'machine',
        runId: 'run',
        privacy: { default: 'full', rules: [] },
      })) {
        const builder = new BatchBuilder({ ...task, importedAtMs: 1 }, { hash: xxHash64, rows });
        for (const segment of task.segments) extractSegment(segment, builder, buffer);
        this.batches.push(...builder.finish());
      }
      return plan;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  #write(folder: string, file: string, bytes: Uint8Array): FoundFile {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    return {
      root,
      file,
      path: target,
      sizeBytes: bytes.length,
      modifiedMs: ++this.#time,
      changedMs: this.#time,
      device: '1',
      inode: String(statSync(target, { bigint: true }).ino),
      problem: null,
    };
  }
}

export function rowsOf(encoded: EncodedRows): DecodedBlock['rows'] {
  if (encoded.rows === 0) return [];
  const { rows } = decodeNative(encoded.bytes);
  if (rows.length !== encoded.rows) throw new Error(`${rows.length} rows, ${encoded.rows} announced`);
  return rows;
}

/** One file imported at once. */
export async function extractBytes(bytes: Uint8Array | string, file = 'project/file.jsonl'): Promise<Import> {
  return new Import().run({ [file]: Buffer.from(bytes) });
}

function byOffset(a: { readonly offset: bigint }, b: { readonly offset: bigint }): number {
  return Number(a.offset - b.offset);
}

/** Gives a file back from its rows: what `restore` does. */
export function restore(imported: Import, file: string): Buffer {
  const { importedBytes } = imported.checkpoint(file);
  const pieces = [...imported.linesOf(file), ...imported.gapsOf(file)].toSorted(byOffset);
  const bytes: Buffer[] = [];
  let at = 0;
  for (const [index, { offset, raw, kind }] of pieces.entries()) {
    if (offset !== BigInt(at)) throw new Error(`A row at ${offset} instead of ${at}`);
    bytes.push(Buffer.from(raw, 'latin1'));
    at += raw.length;
    const next = pieces[index + 1]?.offset ?? BigInt(importedBytes);
    if (kind !== 'bom' && next === BigInt(at) + 1n) {
      bytes.push(Buffer.from('\n'));
      at++;
    }
  }
  if (at !== importedBytes) throw new Error(`The rows end at ${at}, the account at ${importedBytes}`);
  return Buffer.concat(bytes);
}

/** A row without some of its columns. */
export function without(row: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

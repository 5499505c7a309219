import { levelFor, strictest, type PrivacyLevel } from '../../shared/privacy.ts';
import type { Problem, RejectReason } from '../../shared/run.ts';
import type { ParsedLine } from './parse-line.ts';
import { pushLine, storedMessage } from './push-line.ts';
import { pushEvidence, type FileContext } from './push-record.ts';
import { isLargerUsage, type Evidence } from './response-evidence.ts';
import { headBytes, mask64, tailBytes } from './markers.ts';
import type { Allocate } from './native-block.ts';
import { EvidenceRows, GapRows, LineRows, type LinePlace } from './rows.ts';
import type { LineSpan } from './split-lines.ts';
import type { Batch, ExtractTask, Marker, Segment, SegmentPart } from './task.ts';
import type { Usage } from './usage.ts';

/** Hash of a line's bytes, equal to ClickHouse's `xxHash64(raw)`. */
export type HashLine = (bytes: Uint8Array) => bigint;

/** The list of problems is for looking at; the database has all of them. */
const mostProblems = 100;

/** A line of more bytes is a batch of its own: when the database has no memory for it, the others are not concerned. */
export const hugeLine = 96 << 20;

const noBytes = new Uint8Array(0);

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type OpenPart = Mutable<SegmentPart> & { rejectsByReason: Partial<Record<RejectReason, number>> };

/** The rows of a batch. A worker keeps them, so that their memory is used again for every task. */
export class BatchRows {
  readonly lines = new LineRows();
  readonly gaps = new GapRows();
  readonly evidence = new EvidenceRows();

  clear(): void {
    for (const rows of [this.lines, this.gaps, this.evidence]) rows.clear();
  }
}

/** What a {@link BatchBuilder} works with. */
export interface BatchTools {
  readonly hash: HashLine;
  readonly rows: BatchRows;
  /** Gives the memory for finished batches; memory of their own when left out. */
  readonly allocate?: Allocate;
}

/** Collects rows and their account, and cuts a batch when it has enough rows. */
export class BatchBuilder {
  readonly batches: Batch[] = [];
  readonly #task: ExtractTask;
  readonly #tools: BatchTools;
  readonly #rows: BatchRows;
  readonly #hash: HashLine;
  #parts: SegmentPart[] = [];
  #problems: Problem[] = [];
  #usages = new Map<string, Usage>();
  #segment: Segment | null = null;
  #part: OpenPart | null = null;
  #bytes: Uint8Array = noBytes;
  #lead: Uint8Array = noBytes;
  #privacy: PrivacyLevel = 'metadata';
  #firstLine: Batch['firstLine'] = null;

  constructor(task: ExtractTask, tools: BatchTools) {
    this.#task = task;
    this.#tools = tools;
    this.#hash = tools.hash;
    this.#rows = tools.rows;
    // A task that ended in the middle has left its rows.
    this.#rows.clear();
  }

  /**
   * Starts the account of a segment whose first line starts at `start`. `bytes` are those from `segment.from`, `lead` the
   * last ones before, up to {@link tailBytes}.
   */
  open(segment: Segment, context: FileContext, start: number, bytes: Uint8Array, lead: Uint8Array): void {
    this.#segment = segment;
    this.#bytes = bytes;
    this.#lead = lead;
    const { project } = context;
    this.#privacy = strictest(
      levelFor({ root: segment.root, project }, this.#task.privacy),
      levelFor({ root: segment.foundRoot, project }, this.#task.privacy),
    );
    this.#part = {
      index: segment.index,
      start,
      end: start,
      lines: 0,
      records: 0,
      rejects: 0,
      blanks: 0,
      pendingBytes: 0,
      isPendingBlank: false,
      isUnterminated: false,
      checksum: 0n,
      orderedChecksum: 0n,
      head: null,
      lead: this.#markerBefore(start - segment.from),
      tail: { length: 0, hash: 0n },
      project: context.project,
      sessionId: context.sessionId,
      rejectsByReason: {},
    };
  }

  /** Ends the account of the open segment. */
  close(): void {
    this.#sealPart();
    this.#part = null;
    this.#segment = null;
    this.#bytes = noBytes;
    this.#lead = noBytes;
  }

  /** A file failed in the middle: what was read of it is not used. Rows pushed since `open` are cut off with it. */
  get isOpen(): boolean {
    return this.#part !== null;
  }

  pushByteOrderMark(bytes: Uint8Array): void {
    const { segment } = this.#current();
    this.#rows.gaps.push(segment, 0, this.#task.runId, 'bom', bytes);
  }

  pushBlank(offset: number, bytes: Uint8Array, next: number): void {
    const { segment, part } = this.#current();
    this.#rows.gaps.push(segment, offset, this.#task.runId, 'blank', bytes);
    part.lines++;
    part.blanks++;
    part.end = next;
  }

  /** The last line of the file is not finished: it waits, and the account says so. */
  leavePending(bytes: number, isBlank: boolean): void {
    const { part } = this.#current();
    part.pendingBytes = bytes;
    part.isPendingBlank = isBlank;
  }

  pushLine(given: ParsedLine, bytes: Buffer, line: LineSpan, offset: number, context: FileContext): void {
    const isHuge = line.end - line.start > hugeLine;
    if (isHuge && this.#rows.lines.count > 0) this.#cut();
    const { segment, part } = this.#current();
    const refused = segment.refused?.find((one) => one.offset === offset);
    const parsed = refused === undefined ? given : refusal(refused.message);
    const hash = this.#hash(bytes.subarray(line.start, line.end));
    const evidence =
      parsed.kind === 'record' ? pushEvidence(parsed, segment, offset, context, this.#rows.evidence) : [];
    const { start, end } = line;
    const { runId, importedAtMs } = this.#task;
    const privacy = refused?.withoutBytes ? 'metadata' : this.#levelOf(parsed);
    const row = { parsed, bytes, start, end, offset, hash, runId, importedAtMs, privacy } as const;
    this.#firstLine ??= { ...placeOf(segment), offset };
    pushLine(row, segment, context, evidence[0], this.#rows.lines);
    this.#tally(evidence);
    part.lines++;
    part.checksum = (part.checksum + hash) & mask64;
    part.orderedChecksum = (part.orderedChecksum + hash * BigInt(offset + 1)) & mask64;
    part.end = segment.from + line.next;
    part.isUnterminated = !line.isTerminated;
    if (parsed.kind === 'record') part.records++;
    else this.#countReject(parsed, part, segment, offset);
    if (this.#rows.lines.count >= this.#task.batchRows || isHuge) this.#cut();
  }

  /** Hands over everything that is left. */
  finish(): Batch[] {
    if (this.#parts.length > 0) this.#take();
    return this.batches;
  }

  #current(): { segment: Segment; part: OpenPart } {
    if (!this.#segment || !this.#part) throw new Error('No segment is open');
    return { segment: this.#segment, part: this.#part };
  }

  /** A session that moves into another project takes the stricter level of the two. */
  #levelOf(parsed: ParsedLine): PrivacyLevel {
    const { privacy } = this.#task;
    if (parsed.kind === 'reject' || privacy.rules.length === 0) return this.#privacy;
    const { cwd } = parsed.record;
    if (typeof cwd !== 'string') return this.#privacy;
    const project = Buffer.from(cwd, parsed.encoding).toString('utf8');
    return strictest(this.#privacy, levelFor({ root: this.#current().segment.root, project }, privacy));
  }

  #countReject(
    parsed: Extract<ParsedLine, { kind: 'reject' }>,
    part: OpenPart,
    segment: Segment,
    offset: number,
  ): void {
    part.rejects++;
    part.rejectsByReason[parsed.reason] = (part.rejectsByReason[parsed.reason] ?? 0) + 1;
    if (this.#problems.length < mostProblems) {
      const { root, file } = segment;
      this.#problems.push({
        root,
        file,
        offset,
        reason: parsed.reason,
        message: storedMessage(parsed.message, this.#privacy),
      });
    }
  }

  #tally(evidence: readonly Evidence[]): void {
    for (const { key, usage } of evidence) {
      const known = this.#usages.get(key);
      if (!known || isLargerUsage(usage, known)) this.#usages.set(key, usage);
    }
  }

  /** Ends the batch in the middle of a segment; its account goes on in the next batch. */
  #cut(): void {
    const part = this.#sealPart();
    this.#take();
    this.#part = {
      ...part,
      start: part.end,
      lead: part.tail,
      lines: 0,
      records: 0,
      rejects: 0,
      blanks: 0,
      pendingBytes: 0,
      isPendingBlank: false,
      checksum: 0n,
      orderedChecksum: 0n,
      rejectsByReason: {},
    };
  }

  /** Adds the open part to the batch, with the markers by which its place is recognised later. */
  #sealPart(): OpenPart {
    const { segment, part } = this.#current();
    const end = part.end - segment.from;
    part.tail = this.#markerBefore(end);
    if (segment.from === 0 && part.head === null) {
      const length = Math.min(headBytes, end);
      part.head = { length, hash: this.#hash(this.#bytes.subarray(0, length)) };
    }
    this.#parts.push(part);
    return part;
  }

  #markerBefore(end: number): Marker {
    const bytes = this.#tail(end);
    return { length: bytes.length, hash: this.#hash(bytes) };
  }

  /** The bytes before `end`, an index in the segment's bytes. A short piece alone would be mistaken too easily. */
  #tail(end: number): Uint8Array {
    if (end >= tailBytes) return this.#bytes.subarray(end - tailBytes, end);
    return Buffer.concat([this.#lead, this.#bytes.subarray(0, end)]).subarray(-tailBytes);
  }

  #take(): void {
    const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    for (const usage of this.#usages.values()) {
      tokens.input += usage.input;
      tokens.output += usage.output;
      tokens.cacheRead += usage.cacheRead;
      tokens.cacheWrite += usage.cacheWrite5m + usage.cacheWrite1h;
    }
    this.batches.push({
      parts: this.#parts,
      firstLine: this.#firstLine,
      lines: this.#rows.lines.take(this.#tools.allocate),
      gaps: this.#rows.gaps.take(this.#tools.allocate),
      evidence: this.#rows.evidence.take(this.#tools.allocate),
      tokens,
      problems: this.#problems,
    });
    this.#parts = [];
    this.#firstLine = null;
    this.#problems = [];
    this.#usages = new Map();
  }
}

function refusal(message: string): ParsedLine {
  return { kind: 'reject', reason: 'refused-by-database', message };
}

function placeOf({ source, root, file, generation }: LinePlace): LinePlace {
  return { source, root, file, generation };
}

import type {
  Problem,
  Progress,
  Rates,
  RejectReason,
  RunPhase,
  TokenTally,
  Waiting,
  WatchState,
} from '../shared/run.ts';
import type { Batch } from './extract/task.ts';

/** Rates are taken over the last ten seconds. */
const windowMs = 10_000;
/** At most ten announcements a second. */
const announceEveryMs = 100;
const measureMemoryEveryMs = 1000;
const mostProblems = 100;

interface Sample {
  /** Time that the run has had, without pauses. */
  readonly atMs: number;
  readonly bytes: number;
  readonly records: number;
  readonly tokens: number;
}

/** Counts what a run does and tells about it at most ten times a second. */
export class ProgressMeter {
  readonly #startedMs = Date.now();
  readonly #announce: (progress: Progress) => void;
  readonly #measure: () => Promise<number>;
  #samples: Sample[] = [];
  #pausedMs = 0;
  #pausedSinceMs: number | null = null;
  #announcedMs = 0;
  #memoryMeasuredMs = 0;
  #memoryBytes = 0;
  #timer: NodeJS.Timeout | null = null;

  phase: RunPhase = 'connecting';
  waiting: Waiting | null = null;
  watch: WatchState | null = null;
  filesTotal = 0;
  filesDone = 0;
  filesUnchanged = 0;
  filesFailed = 0;
  bytesTotal = 0;
  bytesDone = 0;
  records = 0;
  rejects = 0;
  blanks = 0;
  currentFile = '';
  tokens: TokenTally = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  readonly rejectsByReason: Partial<Record<RejectReason, number>> = {};
  readonly problems: Problem[] = [];

  constructor(announce: (progress: Progress) => void, measureMemory: () => Promise<number>) {
    this.#announce = announce;
    this.#measure = measureMemory;
  }

  enter(phase: RunPhase): void {
    this.phase = phase;
    this.changed();
  }

  /** Why nothing goes on; null when it does. */
  wait(waiting: Waiting | null): void {
    if (waiting?.reason === 'paused') this.#pausedSinceMs ??= Date.now();
    else this.#endPause();
    // While nothing went on there was no rate: it begins anew.
    if (waiting === null && this.waiting !== null && this.waiting.reason !== 'paused') this.#samples = [];
    this.waiting = waiting;
    this.changed();
  }

  /** Whether the processes hold more memory than they may, in MiB. */
  isOverMemory(limitMb: number): boolean {
    return this.#memoryBytes > limitMb * 1024 * 1024;
  }

  /** Files found so far. */
  found(count: number): void {
    this.filesTotal = count;
    this.changed();
  }

  addProblem(problem: Problem): void {
    if (this.problems.length < mostProblems) this.problems.push(problem);
  }

  /** Counts a batch that the database has acknowledged. */
  addBatch(batch: Batch): void {
    for (const part of batch.parts) {
      this.bytesDone += part.end - part.start + part.pendingBytes;
      this.records += part.records;
      this.rejects += part.rejects;
      this.blanks += part.blanks;
      for (const [reason, count] of Object.entries(part.rejectsByReason) as [RejectReason, number][]) {
        this.rejectsByReason[reason] = (this.rejectsByReason[reason] ?? 0) + count;
      }
    }
    for (const problem of batch.problems) this.addProblem(problem);
    this.tokens = {
      input: this.tokens.input + batch.tokens.input,
      output: this.tokens.output + batch.tokens.output,
      cacheRead: this.tokens.cacheRead + batch.tokens.cacheRead,
      cacheWrite: this.tokens.cacheWrite + batch.tokens.cacheWrite,
    };
  }

  /** Something changed: announce it now or, when the last announcement is younger than 100 ms, a little later. */
  changed(): void {
    const wait = this.#announcedMs + announceEveryMs - Date.now();
    if (wait <= 0) this.#announceNow();
    else this.#timer ??= setTimeout(() => this.#announceNow(), wait);
  }

  /** Announces the last state and stops. */
  finish(): void {
    this.#announceNow();
  }

  snapshot(): Progress {
    const rates = this.#rates();
    const left = this.bytesTotal - this.bytesDone;
    return {
      phase: this.phase,
      waiting: this.waiting,
      watch: this.watch,
      elapsedMs: this.#elapsedMs(),
      filesTotal: this.filesTotal,
      filesDone: this.filesDone,
      filesUnchanged: this.filesUnchanged,
      filesFailed: this.filesFailed,
      bytesTotal: this.bytesTotal,
      bytesDone: this.bytesDone,
      records: this.records,
      rejects: this.rejects,
      blanks: this.blanks,
      tokens: this.tokens,
      rates,
      remainingSeconds: this.phase === 'importing' && rates.bytes > 0 ? Math.ceil(left / rates.bytes) : null,
      currentFile: this.currentFile,
      rejectsByReason: { ...this.rejectsByReason },
      problems: [...this.problems],
      memoryBytes: this.#memoryBytes,
    };
  }

  #announceNow(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#announcedMs = Date.now();
    const { input, output, cacheRead, cacheWrite } = this.tokens;
    this.#samples.push({
      atMs: this.#elapsedMs(),
      bytes: this.bytesDone,
      records: this.records,
      tokens: input + output + cacheRead + cacheWrite,
    });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? 0) < this.#elapsedMs() - windowMs) {
      this.#samples.shift();
    }
    if (this.#announcedMs - this.#memoryMeasuredMs >= measureMemoryEveryMs) void this.#measureMemory();
    this.#announce(this.snapshot());
  }

  /** The clock stands while the run is paused. */
  #elapsedMs(): number {
    return (this.#pausedSinceMs ?? Date.now()) - this.#startedMs - this.#pausedMs;
  }

  #endPause(): void {
    if (this.#pausedSinceMs === null) return;
    this.#pausedMs += Date.now() - this.#pausedSinceMs;
    this.#pausedSinceMs = null;
  }

  #rates(): Rates {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const seconds = first && last ? (last.atMs - first.atMs) / 1000 : 0;
    if (!first || !last || seconds < 0.5) return { bytes: 0, records: 0, tokens: 0 };
    return {
      bytes: (last.bytes - first.bytes) / seconds,
      records: (last.records - first.records) / seconds,
      tokens: (last.tokens - first.tokens) / seconds,
    };
  }

  async #measureMemory(): Promise<void> {
    this.#memoryMeasuredMs = Date.now();
    this.#memoryBytes = await this.#measure();
  }
}

import type { Root } from '../../shared/discovery.ts';
import type { FileFilters } from '../discover/find-files.ts';
import { FilePlaces } from '../discover/file-places.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { Log } from '../log.ts';
import type { RunControl } from '../run-control.ts';
import { Alarm } from './alarm.ts';
import { FileClaims } from './file-claims.ts';
import { openFolderEvents, type OpenEvents } from './folder-events.ts';
import { Hints } from './hints.ts';
import { HotFiles } from './hot-files.ts';
import { lookAtHints, measureFiles } from './look-at-hints.ts';
import { ProblemLog } from './problem-log.ts';
import { compileFilters, lookAtRoots, startCost, sweep } from './sweep.ts';
import { defaultTimings, sweepInterval, type Timings } from './timings.ts';

export interface WatchOptions {
  /** Absolute paths. Those that are not there are looked for every second. */
  readonly roots: readonly Root[];
  /** Whether the database has the file exactly as it is. Asked for every file of every sweep, so it must be cheap. */
  readonly isKnown: (found: FoundFile) => boolean;
  readonly filters: FileFilters;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Its `sweep()` has all files compared at once, as after the computer woke up. */
  readonly control?: RunControl | undefined;
  /** Hears of the state at the beginning, after each sweep and when it changes. */
  readonly onState: (state: WatchedState) => void;
  readonly timings?: Partial<Timings> | undefined;
  /** Where events come from; the system when left out. */
  readonly openEvents?: OpenEvents | undefined;
}

/** The part of `WatchState` that watching itself knows. */
export interface WatchedState {
  readonly mode: 'events' | 'polling';
  readonly notice: string | null;
  /** ISO 8601, UTC. */
  readonly sweptAt: string | null;
}

/** Files that may need to be read. */
export interface Changes {
  /** Measured just now, each file once, by the name that `findFiles` gives it; not known as they are, and not filtered out. */
  readonly files: readonly FoundFile[];
  /** Whether these are all changed files there are under the roots. */
  readonly isSweep: boolean;
  /**
   * After a sweep that could look everywhere: every file there is, by the name it goes by, whatever the filters say. Absent when a
   * folder could not be listed or a root is missing: what was not seen is not gone.
   */
  readonly present?: FilePlaces;
}

/**
 * Says which files may have changed, until the signal is aborted.
 *
 * Three sources, from fast to sure: the system's events, which come within a moment, or not at all; a look at the hot files
 * every second; and the sweep, a walk through all files, which alone is the truth - events are lost in silence when their
 * queue overflows. What the first two miss, the sweep finds, at the latest after ten minutes.
 *
 * The reader's pull is the back-pressure: while it works on changes, hints gather in a bounded set and nothing is looked
 * at. No content is ever read here. A file or folder that can't be read is logged once and tried again.
 */
export function watchFiles(options: WatchOptions): AsyncIterable<Changes> {
  return new FileWatch(options).run();
}

class FileWatch {
  readonly #options: WatchOptions;
  readonly #timings: Timings;
  readonly #alarm = new Alarm();
  readonly #hints: Hints;
  readonly #hot: HotFiles;
  readonly #claims = new FileClaims();
  readonly #problems: ProblemLog;
  readonly #isWanted: (found: FoundFile) => boolean;
  #state: WatchedState = { mode: 'events', notice: null, sweptAt: null };
  #sweepDueMs = 0;
  /** A sweep that is not made up for by one before it: what it looks for may not be there yet. */
  #settleDueMs = Infinity;
  #hotDueMs = Infinity;
  /** No sweep for a burst of events before this time. */
  #burstFromMs = 0;
  /** Start of the last sweep, milliseconds since 1970. */
  #sweptFromMs = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timings = { ...defaultTimings, ...options.timings };
    this.#isWanted = compileFilters(options.filters);
    this.#hot = new HotFiles(this.#timings);
    this.#problems = new ProblemLog(options.log);
    this.#hints = new Hints({
      openEvents: options.openEvents ?? openFolderEvents,
      timings: this.#timings,
      log: options.log,
      onHint: () => this.#alarm.ring(),
      onMissed: () => this.#sweepWithin(0),
      onUnsettled: () => this.#sweepAfter(this.#timings.settle),
    });
  }

  async *run(): AsyncGenerator<Changes> {
    const { control, onState, signal } = this.#options;
    const stopListening = control?.onSweep(() => this.#sweepWithin(0));
    const onAbort = (): void => {
      this.#alarm.ring();
      // A reader that never comes back would leave the watches open.
      void this.#hints.close();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    onState(this.#state);
    try {
      while (!signal.aborted) {
        const changes = await this.#next();
        if (changes !== null && !signal.aborted) yield changes;
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      stopListening?.();
      await this.#hints.close();
    }
  }

  /** Does what is due, or sleeps until something is. */
  async #next(): Promise<Changes | null> {
    this.#showState();
    const nowMs = performance.now();
    const { dirty } = this.#hints;
    const burstDueMs = dirty.isOverfull ? this.#burstFromMs : Infinity;
    const sweepDueMs = Math.min(this.#sweepDueMs, this.#settleDueMs, burstDueMs);
    if (sweepDueMs <= nowMs) return this.#sweep();
    if (dirty.dueMs <= nowMs) return this.#lookAtHints();
    if (this.#hotDueMs <= nowMs) return this.#lookAtHotFiles();
    await this.#alarm.sleep(Math.min(sweepDueMs, dirty.dueMs, this.#hotDueMs) - nowMs);
    return null;
  }

  async #sweep(): Promise<Changes> {
    const { roots, signal, isKnown } = this.#options;
    const isFirst = this.#state.sweptAt === null;
    const startMs = Date.now();
    const cost = startCost();
    this.#sweepDueMs = Infinity;
    if (this.#settleDueMs <= performance.now()) this.#settleDueMs = Infinity;
    const current = await lookAtRoots(roots);
    await this.#hints.follow(current);
    const isBurst = this.#hints.dirty.isOverfull;
    // What is heard from here on is looked at after the sweep, which may have been there before.
    const heard = this.#hints.dirty.take(performance.now());
    const { found, problems } = await sweep(current, signal);
    this.#problems.replace([...problems, ...found.flatMap(problemOf)]);
    this.#claims.replace(found);

    const files: FoundFile[] = [];
    const unheard: FoundFile[] = [];
    for (const file of found) {
      if (file.problem !== null) continue;
      const isChanged = !isKnown(file);
      this.#hot.note(file, isChanged && !isFirst ? startMs : file.modifiedMs, startMs);
      if (!isChanged) continue;
      if (this.#isWanted(file)) files.push(file);
      if (this.#wasAnnounceable(file, startMs) && !heard.files.has(this.#hints.mounts.realOf(file) ?? '')) {
        unheard.push(file);
      }
    }
    this.#hot.trim();
    if (!isBurst) this.#hints.heal(unheard);
    this.#plan(cost(), isBurst);
    this.#sweptFromMs = startMs;
    this.#state = { ...this.#state, sweptAt: new Date().toISOString() };
    this.#showState(true);
    if (problems.length > 0) return { files, isSweep: true };
    return { files, isSweep: true, present: new FilePlaces(found) };
  }

  /** Whether an event should have told of the change long ago: after the last sweep, and not just now. */
  #wasAnnounceable({ modifiedMs }: FoundFile, nowMs: number): boolean {
    const isWatched = this.#hints.isReady && this.#hints.notice === null && this.#sweptFromMs > 0;
    return isWatched && modifiedMs > this.#sweptFromMs && modifiedMs < nowMs - this.#timings.settle;
  }

  #plan(costMs: number, isBurst: boolean): void {
    const nowMs = performance.now();
    const { settle } = this.#timings;
    this.#burstFromMs = nowMs + Math.max(settle / 2, costMs * 4);
    const mode = this.#hints.notice === null ? 'events' : 'polling';
    this.#sweepWithin(sweepInterval(this.#timings, mode, costMs));
    // The folders of a burst may have got their watches after the sweep had been there.
    if (isBurst) this.#sweepAfter(Math.max(settle, costMs * this.#timings.pollRatio));
    this.#planHotFiles();
  }

  #planHotFiles(): void {
    this.#hotDueMs = this.#hot.size === 0 ? Infinity : performance.now() + this.#timings.hotInterval;
  }

  async #lookAtHints(): Promise<Changes | null> {
    const taken = this.#hints.dirty.take(performance.now());
    const found = await lookAtHints(taken, this.#hints.mounts, this.#claims, this.#options.signal);
    const changed = found.filter((file) => !this.#options.isKnown(file));
    const nowMs = Date.now();
    for (const file of changed) this.#hot.note(file, nowMs, nowMs);
    this.#hot.trim();
    if (this.#hotDueMs === Infinity) this.#planHotFiles();
    return asChanges(changed.filter(this.#isWanted));
  }

  /** A file is yielded once for each change: what the reader could not take in is for the sweep to repeat. */
  async #lookAtHotFiles(): Promise<Changes | null> {
    const nowMs = Date.now();
    const files: FoundFile[] = [];
    for await (const file of measureFiles(this.#hot.names(nowMs))) {
      if (file.problem !== null) {
        this.#hot.forget(file);
        continue;
      }
      if (!this.#hot.hasChanged(file)) continue;
      if (!(await this.#claims.isItsName(file))) {
        this.#hot.forget(file);
        continue;
      }
      this.#hot.note(file, nowMs, nowMs);
      if (this.#isWanted(file) && !this.#options.isKnown(file)) files.push(file);
    }
    this.#planHotFiles();
    return asChanges(files);
  }

  #sweepWithin(milliseconds: number): void {
    this.#sweepDueMs = Math.min(this.#sweepDueMs, performance.now() + milliseconds);
    this.#alarm.ring();
  }

  #sweepAfter(milliseconds: number): void {
    const dueMs = performance.now() + milliseconds;
    this.#settleDueMs = this.#settleDueMs === Infinity ? dueMs : Math.max(this.#settleDueMs, dueMs);
    this.#alarm.ring();
  }

  #showState(isNews = false): void {
    const { notice } = this.#hints;
    const hasChanged = notice !== this.#state.notice;
    if (!hasChanged && !isNews) return;
    this.#state = { ...this.#state, mode: notice === null ? 'events' : 'polling', notice };
    this.#options.onState(this.#state);
  }
}

function asChanges(files: readonly FoundFile[]): Changes | null {
  return files.length === 0 ? null : { files, isSweep: false };
}

function problemOf({ path, problem }: FoundFile): { path: string; message: string }[] {
  return problem === null ? [] : [{ path, message: problem }];
}

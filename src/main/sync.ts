import type { Log } from '../engine/log.ts';
import { toFailure } from '../shared/failure.ts';
import type { RunReport, RunState } from '../shared/run.ts';
import type { Settings } from '../shared/settings.ts';
import type { CurrentRun } from './current-run.ts';
import { isSameRoots } from './roots.ts';

export interface SyncOptions {
  readonly settings: () => Settings;
  readonly run: Pick<CurrentRun, 'isActive' | 'cancel' | 'state'>;
  /** Starts a run with the options that a person has not chosen. */
  readonly start: () => Promise<unknown>;
  /** Lines in the open database; null while it is not open. */
  readonly linesKnown: () => number | null;
  /** Until the one more try after a failure. */
  readonly retryMs: number;
  readonly log: Log;
}

/**
 * Keeps a watching run going while the setting `sync` is on: hears of everything, and starts runs by itself.
 *
 * Nothing is tried in a loop: each start has an event of its own, or is the one more try after a failure.
 */
export class Sync {
  readonly #options: SyncOptions;
  /** Why the last start came to nothing, and so which event the next one waits for. */
  #waitsFor: 'other run' | 'folders' | null = null;
  #failures = 0;
  #isRestart = false;
  #isStarting = false;
  #isHeld = false;
  /** A start that was due while it was held. */
  #isDue = false;
  #hasBegun = false;
  /** A person wanted it before this start of the application. */
  readonly #isOldWish: boolean;
  #hasEnded = false;
  #wasActive = false;
  /** As they were when the run began. */
  #settingsOfRun: Settings;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#settingsOfRun = options.settings();
    this.#isOldWish = this.#settingsOfRun.sync;
  }

  /** The database is open: the moment in which an application that was just started begins to keep in step. */
  onReady(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (this.#isOldWish || this.#hasLines()) void this.#start();
  }

  onSettings(changed: Settings, before: Settings): void {
    if (changed.sync !== before.sync) this.#forget();
    const { run } = this.#options;
    if (run.isActive()) return this.#onActive(run.state());
    const isSwitchedOn = changed.sync && !before.sync;
    const isMoved = this.#waitsFor === 'folders' && !isSameRoots(changed, before);
    if (isMoved || (isSwitchedOn && this.#hasLines())) void this.#start();
  }

  onRun(state: RunState): void {
    const wasActive = this.#wasActive;
    this.#wasActive = this.#options.run.isActive();
    if (this.#wasActive) {
      if (!wasActive) this.#onStarted();
      this.#onActive(state);
    } else if (wasActive && 'report' in state) this.#onReport(state.report);
  }

  /** No other process migrates any more. */
  onFree(): void {
    if (this.#waitsFor === 'other run') void this.#start();
  }

  /** Ends a watching run and starts nothing until `release`, which begins again what was ended or came due. */
  hold(): void {
    const { run } = this.#options;
    const state = run.state();
    this.#isHeld = true;
    this.#isDue = 'progress' in state && state.progress?.phase === 'watching' && run.isActive();
    if (this.#isDue) run.cancel();
  }

  release(): void {
    this.#isHeld = false;
    if (this.#isDue || this.#waitsFor === 'other run') void this.#start();
    this.#isDue = false;
  }

  /** Starts nothing any more. */
  end(): void {
    this.#hasEnded = true;
    this.#forget();
  }

  /** The first import is the person's to start: what is stored, and how much of it, is chosen before it. */
  #hasLines(): boolean {
    return (this.#options.linesKnown() ?? 0) > 0;
  }

  async #start(): Promise<void> {
    const { settings, run, start, linesKnown, log } = this.#options;
    const isPossible = settings().sync && !this.#hasEnded && linesKnown() !== null;
    if (!isPossible || this.#isStarting || run.isActive()) return;
    if (this.#isHeld) {
      this.#isDue = true;
      return;
    }
    this.#isStarting = true;
    try {
      await start();
    } catch (error) {
      const failure = toFailure(error);
      log.info('Nothing keeps in step yet', { code: failure.code, reason: failure.message });
      if (failure.code === 'run-in-progress') this.#waitsFor = 'other run';
      else if (failure.code === 'source-missing') this.#waitsFor = 'folders';
      else this.#tryOnceMore();
    } finally {
      this.#isStarting = false;
    }
  }

  #onStarted(): void {
    this.#settingsOfRun = this.#options.settings();
    this.#waitsFor = null;
    this.#stopTimer();
  }

  /** Acts only on a run that is watching: one that still imports comes to that by itself. */
  #onActive(state: RunState): void {
    if (state.status !== 'running' && state.status !== 'paused') return;
    if (state.progress.phase !== 'watching') return;
    const { settings, run } = this.#options;
    this.#failures = 0;
    if (!settings().sync) run.cancel();
    else if (state.status === 'running' && !isSameRoots(this.#settingsOfRun, settings())) {
      this.#isRestart = true;
      run.cancel();
    }
  }

  #onReport(report: RunReport): void {
    const wasSync = this.#settingsOfRun.sync;
    if (this.#isRestart) {
      this.#isRestart = false;
      void this.#start();
    } else if (!this.#options.settings().sync) return;
    else if (report.failure?.code === 'run-in-progress') this.#waitsFor = 'other run';
    else if (report.status === 'failed') this.#tryOnceMore();
    // Switched on while it ran. Otherwise a person has ended it, and what they want next is theirs to say.
    else if (report.status === 'completed' && !report.dryRun && !wasSync) void this.#start();
  }

  #tryOnceMore(): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#timer = setTimeout(() => void this.#start(), this.#options.retryMs);
  }

  #forget(): void {
    this.#stopTimer();
    this.#waitsFor = null;
    this.#failures = 0;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

import type { VerificationProgress } from '../../shared/verification.ts';
import type { FilePair } from './pair-files.ts';
import type { Findings } from './findings.ts';

const announceEveryMs = 100;

/** Counts what a verification does and tells about it at most ten times a second. */
export class Meter {
  readonly #startedMs: number;
  readonly #findings: Findings;
  readonly #announce: (progress: VerificationProgress) => void;
  #announcedMs = 0;
  #phase: VerificationProgress['phase'] = 'before';
  #filesTotal = 0;
  #filesDone = 0;
  #bytesTotal = 0;
  bytesDone = 0;

  constructor(startedMs: number, findings: Findings, announce?: (progress: VerificationProgress) => void) {
    this.#startedMs = startedMs;
    this.#findings = findings;
    this.#announce = announce ?? (() => undefined);
  }

  enter(phase: VerificationProgress['phase']): void {
    this.#phase = phase;
    this.finish();
  }

  expect(pairs: readonly FilePair[]): void {
    this.#filesTotal = pairs.length;
    this.#bytesTotal = pairs.reduce((sum, { found }) => sum + (found?.sizeBytes ?? 0), 0);
  }

  did(bytes: number): void {
    this.#filesDone++;
    this.bytesDone += bytes;
    if (Date.now() - this.#announcedMs >= announceEveryMs) this.finish();
  }

  /** Announces the present state. */
  finish(): void {
    this.#announcedMs = Date.now();
    this.#announce({
      phase: this.#phase,
      elapsedMs: this.#announcedMs - this.#startedMs,
      filesTotal: this.#filesTotal,
      filesDone: this.#filesDone,
      bytesTotal: this.#bytesTotal,
      bytesDone: this.bytesDone,
      findings: this.#findings.count,
    });
  }
}

import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivacyLevel } from '../shared/privacy.ts';
import { AppError } from '../shared/failure.ts';
import type { Waiting } from '../shared/run.ts';
import type { Database } from './clickhouse/connect.ts';

/** Below this a run waits: the embedded database refuses inserts at 32 MiB (embedded/engine.ts) and merges need room. */
const reserveBytes = 64 * 1024 * 1024;

/** Bytes on disk per byte of transcript, with some room for merges; measured 0.40 with every line kept, 0.03 without text. */
const storedShare: Readonly<Record<PrivacyLevel, number>> = { full: 0.45, redacted: 0.45, metadata: 0.06 };

const lookEveryMs = 2000;

/** Free space where the database writes; for a server, which has disks of its own, it is not asked. */
export class DiskSpace {
  readonly #database: Pick<Database, 'kind' | 'place'>;
  #lookedMs = 0;

  constructor(database: Pick<Database, 'kind' | 'place'>) {
    this.#database = database;
  }

  /**
   * Refuses an import that would not fit, before anything is written.
   *
   * @param bytes of transcripts to import
   * @throws AppError `disk-full`
   */
  async require(bytes: number, privacy: PrivacyLevel): Promise<void> {
    const free = await this.#free();
    const needed = Math.ceil(bytes * storedShare[privacy]);
    if (free === null || bytes === 0 || free >= needed + reserveBytes) return;
    throw new AppError(
      'disk-full',
      `The import needs about ${megabytes(needed + reserveBytes)} on the disk of ${this.#database.place}, and ${megabytes(free)} are free. Nothing was imported. Free some space, put the data on another disk with --data-dir, or take fewer files.`,
      { path: this.#database.place },
    );
  }

  /** Resolves at once while there is room, else when there is again or `signal` is aborted. */
  async whenThereIsRoom(signal: AbortSignal, onWaiting: (waiting: Waiting | null) => void): Promise<void> {
    if (Date.now() - this.#lookedMs < lookEveryMs) return;
    const since = new Date().toISOString();
    for (let attempts = 1; !signal.aborted; attempts++) {
      const free = await this.#free();
      this.#lookedMs = Date.now();
      if (free === null || free >= reserveBytes) {
        if (attempts > 1) onWaiting(null);
        return;
      }
      const message = `The disk of ${this.#database.place} is nearly full (${megabytes(free)} free). Everything acknowledged is safe. Free some space; the run goes on by itself.`;
      onWaiting({ reason: 'disk', message, since, retryAt: null, attempts });
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #free(): Promise<number | null> {
    if (this.#database.kind !== 'embedded') return null;
    try {
      const { bavail, bsize } = await statfs(this.#database.place);
      return bavail * bsize;
    } catch (error) {
      if (error instanceof Error && 'code' in error) return null;
      throw error;
    }
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString('en-US')} MB`;
}

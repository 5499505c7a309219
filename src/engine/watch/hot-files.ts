import type { FoundFile } from '../discover/found-file.ts';
import { nameOf, type FileName } from './file-name.ts';
import type { Timings } from './timings.ts';

interface HotFile {
  readonly name: FileName;
  /** Milliseconds since 1970 of the last change. */
  readonly changedMs: number;
  /** How it measured last. */
  readonly measure: string;
}

/**
 * The files that changed last. They are looked at every second whether events come or not.
 *
 * macOS says nothing of a file while its writer keeps it open (https://github.com/openai/codex/issues/39624), and the
 * queue of events overflows in silence; this is what makes a live session come in within a second all the same.
 */
export class HotFiles {
  readonly #timings: Timings;
  #files = new Map<string, HotFile>();

  constructor(timings: Timings) {
    this.#timings = timings;
  }

  get size(): number {
    return this.#files.size;
  }

  /** The names to look at. Those that cooled down are forgotten. */
  names(nowMs: number): FileName[] {
    for (const [key, { changedMs }] of this.#files) {
      if (!this.#isHot(changedMs, nowMs)) this.#files.delete(key);
    }
    return [...this.#files.values()].map(({ name }) => name);
  }

  /**
   * Takes note of a file as it measures now.
   *
   * @param changedMs when it changed as far as we know. A time ahead of `nowMs` by more than the hot time is a wrong
   *   clock and makes no file hot: it would be for ever.
   */
  note(found: FoundFile, changedMs: number, nowMs: number): void {
    const key = nameOf(found);
    if (!this.#isHot(changedMs, nowMs)) return;
    this.#files.set(key, {
      name: { root: found.root, file: found.file },
      changedMs,
      measure: measureOf(found),
    });
    if (this.#files.size > this.#timings.mostHotFiles * 4) this.trim();
  }

  /** Whether the file measures differently than when it was noted last. */
  hasChanged(found: FoundFile): boolean {
    const known = this.#files.get(nameOf(found));
    return known === undefined || known.measure !== measureOf(found);
  }

  forget(name: FileName): void {
    this.#files.delete(nameOf(name));
  }

  /** Keeps the newest; to be called after files were noted. */
  trim(): void {
    const { mostHotFiles } = this.#timings;
    if (this.#files.size <= mostHotFiles) return;
    const newest = [...this.#files].toSorted(([, one], [, other]) => other.changedMs - one.changedMs);
    this.#files = new Map(newest.slice(0, mostHotFiles));
  }

  #isHot(changedMs: number, nowMs: number): boolean {
    return Math.abs(nowMs - changedMs) < this.#timings.hotFor;
  }
}

function measureOf({ sizeBytes, modifiedMs, device, inode }: FoundFile): string {
  return `${sizeBytes}:${modifiedMs}:${device}:${inode}`;
}

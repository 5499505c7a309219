import type { Timings } from './timings.ts';

/** What was heard of since the last time. */
export interface TakenPaths {
  /** Absolute paths that may have changed. */
  readonly files: ReadonlySet<string>;
  /** Absolute paths of folders that appeared. */
  readonly folders: ReadonlySet<string>;
}

/**
 * The paths that events spoke of and nobody has looked at yet. Each is held once, however often it is heard.
 *
 * Bounded: beyond `mostHints` the paths are forgotten and {@link isOverfull} asks for a sweep, which finds them all.
 */
export class DirtyPaths {
  readonly #timings: Timings;
  #files = new Set<string>();
  #folders = new Set<string>();
  /** Folders that are looked into a second time, and when. */
  readonly #secondLooks = new Map<string, number>();
  #firstMs = Infinity;
  #lastMs = -Infinity;
  #isOverfull = false;

  constructor(timings: Timings) {
    this.#timings = timings;
  }

  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  addFile(path: string, nowMs: number): void {
    this.#add(this.#files, path, nowMs);
  }

  /** A folder that appeared. The watch on it is set after it was announced; hence it is looked into again later. */
  addFolder(path: string, nowMs: number): void {
    this.#add(this.#folders, path, nowMs);
  }

  /** When to look; `Infinity` when there is nothing to look at, or only a sweep would do. */
  get dueMs(): number {
    const { quiet, longestQuiet } = this.#timings;
    const isEmpty = this.#files.size + this.#folders.size === 0;
    const windowEnds = isEmpty ? Infinity : Math.min(this.#lastMs + quiet, this.#firstMs + longestQuiet);
    return Math.min(windowEnds, ...this.#secondLooks.values());
  }

  take(nowMs: number): TakenPaths {
    const taken = { files: this.#files, folders: new Set(this.#folders) };
    for (const [folder, dueMs] of this.#secondLooks) {
      if (dueMs > nowMs) continue;
      this.#secondLooks.delete(folder);
      taken.folders.add(folder);
    }
    for (const folder of this.#folders) this.#secondLooks.set(folder, nowMs + this.#timings.settle);
    this.#forget();
    this.#isOverfull = false;
    return taken;
  }

  #add(paths: Set<string>, path: string, nowMs: number): void {
    if (this.#isOverfull) return;
    paths.add(path);
    this.#firstMs = Math.min(this.#firstMs, nowMs);
    this.#lastMs = nowMs;
    const held = this.#files.size + this.#folders.size + this.#secondLooks.size;
    if (held <= this.#timings.mostHints) return;
    this.#isOverfull = true;
    this.#secondLooks.clear();
    this.#forget();
  }

  #forget(): void {
    this.#files = new Set();
    this.#folders = new Set();
    this.#firstMs = Infinity;
    this.#lastMs = -Infinity;
  }
}

import { useSyncExternalStore } from 'react';
import type { Announcements } from '../shared/contract.ts';
import type { DiscoveredFile } from '../shared/discovery.ts';
import { ask } from './api.ts';
import { discovery } from './stores.ts';

export function fileKey(file: DiscoveredFile): string {
  return `${file.root}\0${file.file}`;
}

/**
 * The discovered files, row by row as they stream in.
 *
 * A new scan replaces rows in place and drops what it did not see only when it is done, so a rescan does not empty
 * the table. Listens first, then asks for what was found before.
 */
export class FoundFiles {
  #rows = new Map<string, DiscoveredFile>();
  #seen = new Set<string>();
  /** Heard since the list was asked for: newer than what it says. */
  #heard = new Set<string>();
  #scan = -1;
  #snapshot: readonly DiscoveredFile[] = [];
  #listeners = new Set<() => void>();
  #isTelling = false;
  #stop: (() => void)[] = [];

  readonly read = (): readonly DiscoveredFile[] => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#stop.length === 0) void this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const stop of this.#stop) stop();
      this.#stop = [];
    };
  };

  take({ scan, files }: Announcements['filesFound']): void {
    if (scan < this.#scan) return;
    if (scan > this.#scan) {
      this.#scan = scan;
      this.#seen = new Set();
    }
    for (const file of files) {
      const key = fileKey(file);
      this.#rows.set(key, file);
      this.#seen.add(key);
      this.#heard.add(key);
    }
    this.#tell();
  }

  /** The current scan is complete: rows it did not see are gone. */
  settle(): void {
    if (this.#scan === -1) return;
    for (const key of this.#rows.keys()) if (!this.#seen.has(key)) this.#rows.delete(key);
    this.#tell();
  }

  async #start(): Promise<void> {
    const unlisten = window.api.on('filesFound', (found) => this.take(found));
    const unfollow = discovery.subscribe(() => {
      const known = discovery.read();
      if (known.status !== 'known' || known.value.status !== 'done') return;
      // The last rows may have come before this window listened: then the list is asked for once more.
      if (known.value.files === this.#seen.size) this.settle();
      else void this.#replace();
    });
    this.#stop = [unlisten, unfollow];
    this.#heard = new Set();
    const files = await ask.listFiles().catch(() => []);
    for (const file of files) {
      const key = fileKey(file);
      if (this.#heard.has(key)) continue;
      this.#rows.set(key, file);
      this.#seen.add(key);
    }
    const known = discovery.read();
    const isDone = known.status === 'known' && known.value.status === 'done';
    if (isDone && known.value.files === files.length) this.#keepOnly(files);
    this.#tell();
  }

  /** Rows of files that are gone went while nobody listened. */
  #keepOnly(files: readonly DiscoveredFile[]): void {
    this.#seen = new Set([...files.map(fileKey), ...this.#heard]);
    for (const key of this.#rows.keys()) if (!this.#seen.has(key)) this.#rows.delete(key);
  }

  async #replace(): Promise<void> {
    const scan = this.#scan;
    const files = await ask.listFiles().catch(() => null);
    if (files === null || scan !== this.#scan) return;
    this.#rows = new Map(files.map((file) => [fileKey(file), file]));
    this.#seen = new Set(this.#rows.keys());
    this.#tell();
  }

  /** At most ten snapshots a second, however fast rows come. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setTimeout(() => {
      this.#isTelling = false;
      this.#snapshot = [...this.#rows.values()];
      for (const listener of this.#listeners) listener();
    }, 100);
  }
}

const foundFiles = new FoundFiles();

export function useFoundFiles(): readonly DiscoveredFile[] {
  return useSyncExternalStore(foundFiles.subscribe, foundFiles.read);
}

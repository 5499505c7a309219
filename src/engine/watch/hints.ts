import type { Root } from '../../shared/discovery.ts';
import type { Log } from '../log.ts';
import { DirtyPaths } from './dirty-paths.ts';
import type { FileName } from './file-name.ts';
import type { FolderEvents, OpenEvents } from './folder-events.ts';
import { MissingRoots } from './missing-roots.ts';
import { isInside, Mounts, type Mount } from './mounts.ts';
import { networkOf } from './network-folder.ts';
import { realOrNull } from './real-folder.ts';
import type { Timings } from './timings.ts';
import { describeNetworkFolder, describeWatchError } from './watch-notice.ts';

export interface HintOptions {
  readonly openEvents: OpenEvents;
  readonly timings: Timings;
  readonly log: Log;
  /** A path was heard of, or the state changed. */
  readonly onHint: () => void;
  /** Something may have been missed. */
  readonly onMissed: () => void;
  /** Watches were asked for and are set in a moment; until then something may be missed. */
  readonly onUnsettled: () => void;
}

/** Most folders whose watch is set anew at a time; the next sweeps see to the rest. */
const mostHealed = 100;

/** Listens to the system's events on the roots, and keeps listening: folders come and go, and watches die. */
export class Hints {
  readonly dirty: DirtyPaths;
  readonly mounts = new Mounts();
  readonly #options: HintOptions;
  #events: FolderEvents | null = null;
  #isReady = false;
  #isClosed = false;
  #failure: string | null = null;
  #failedMs = 0;
  /** Whether what is open now has failed. */
  #hasFailed = false;
  #network: string | null = null;
  /** Folders that are looked for again in a moment. */
  readonly #gone = new Set<string>();
  readonly #missing: MissingRoots;

  constructor(options: HintOptions) {
    this.#options = options;
    this.dirty = new DirtyPaths(options.timings);
    this.#missing = new MissingRoots(options.timings.missingInterval, options.onMissed);
  }

  /** Why not every change is announced, in words; null while all are. */
  get notice(): string | null {
    return this.#failure ?? this.#network;
  }

  /** Whether all watches that were asked for at the beginning are set. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * Watches the roots that are there, and no others. To be called before each sweep; when one of the others comes, a sweep
   * is asked for.
   */
  async follow(roots: readonly Root[]): Promise<void> {
    const { timings } = this.#options;
    if (
      this.#events !== null &&
      this.#hasFailed &&
      performance.now() - this.#failedMs > timings.retryEvents
    ) {
      await this.#events.close();
      this.#events = null;
      this.mounts.replace([]);
    }
    const mounts: Mount[] = [];
    const missing: string[] = [];
    let network: string | null = null;
    for (const root of roots) {
      const real = root.state === 'present' ? await realOrNull(root.path) : null;
      if (real === null) {
        missing.push(root.path);
        continue;
      }
      mounts.push({ real, root: root.path, prefix: '' });
      const kind = await networkOf(real);
      if (kind !== null) network ??= describeNetworkFolder(root.path, kind);
    }
    if (this.#isClosed) return;
    this.#network = network;
    this.#missing.replace(missing);
    this.#mount(mounts);
  }

  /** Sets the watches on the folders of these files anew: they changed and no event told. */
  heal(names: readonly FileName[]): void {
    const folders = new Set(names.flatMap((name) => this.mounts.foldersOf(name)));
    for (const folder of [...folders].slice(0, mostHealed)) this.#events?.watch(folder);
    if (folders.size === 0) return;
    this.#options.log.debug('Watches are set anew', { folders: folders.size });
    this.#options.onUnsettled();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#missing.replace([]);
    await this.#events?.close();
    this.#events = null;
  }

  #mount(roots: readonly Mount[]): void {
    const before = this.mounts.all;
    const isHere = (mount: Mount): boolean => roots.some(({ root }) => root === mount.root);
    const links = before.filter((mount) => mount.prefix !== '' && isHere(mount));
    this.mounts.replace([...roots, ...links]);
    for (const { real } of before) {
      if (!this.mounts.covers(real)) this.#events?.unwatch(real);
    }
    const reals = new Set(roots.map(({ real }) => real));
    const known = new Set(before.map(({ real }) => real));
    for (const real of reals) {
      const isInsideAnother = [...reals].some((other) => other !== real && isInside(other, real));
      if (!known.has(real) && !isInsideAnother) this.#watch(real);
    }
  }

  #watch(real: string): void {
    const isFirst = this.#events === null;
    this.#events ??= this.#open();
    try {
      this.#events.watch(real);
    } catch (error) {
      this.#fail(error);
    }
    // The first ones end in `onReady`.
    if (!isFirst) this.#options.onUnsettled();
  }

  #open(): FolderEvents {
    this.#isReady = false;
    this.#hasFailed = false;
    const { onHint, onMissed, openEvents } = this.#options;
    return openEvents({
      onEntry: (entry) => {
        if (!entry.endsWith('.jsonl')) return;
        this.dirty.addFile(entry, performance.now());
        onHint();
      },
      onFolder: (folder) => {
        this.dirty.addFolder(folder, performance.now());
        onHint();
      },
      onGone: (folder) => this.#watchAgain(folder),
      onLink: (link) => void this.#followLink(link),
      onReady: () => {
        this.#isReady = true;
        if (!this.#hasFailed) this.#failure = null;
        onMissed();
      },
      onError: (error) => this.#fail(error),
    });
  }

  /**
   * chokidar does not notice that a folder was deleted and made again before it looked, and stays deaf in it. So it is told
   * to, when it has had the time to look. A root that is not there by then is looked for until it is; a folder in a root
   * is seen by the watch on the one above.
   */
  #watchAgain(folder: string): void {
    const isFull = this.#gone.size >= mostHealed && this.#rootsIn(folder).length === 0;
    if (this.#gone.has(folder) || isFull) return;
    this.#gone.add(folder);
    const again = async (): Promise<void> => {
      this.#gone.delete(folder);
      const isThere = (await realOrNull(folder)) !== null;
      if (this.#isClosed || !this.mounts.covers(folder)) return;
      if (!isThere) return this.#lose(this.#rootsIn(folder));
      this.#events?.watch(folder);
      this.dirty.addFolder(folder, performance.now());
      this.#options.onHint();
    };
    setTimeout(() => void again(), this.#options.timings.quiet * 2).unref();
  }

  /** The mounted roots that are gone when the folder is. */
  #rootsIn(folder: string): Mount[] {
    return this.mounts.all.filter(({ real, prefix }) => prefix === '' && isInside(folder, real));
  }

  /** Ends the watches on roots that are gone, so that they are set anew when the roots are back. */
  #lose(lost: readonly Mount[]): void {
    if (lost.length === 0) return;
    for (const { root } of lost) this.#missing.add(root);
    this.#mount(this.mounts.all.filter((mount) => mount.prefix === '' && !lost.includes(mount)));
  }

  /** A linked folder is watched by its real path, unless that is watched already: hence circles of links end. */
  async #followLink(link: string): Promise<void> {
    const name = this.mounts.nameOf(link);
    const real = await realOrNull(link);
    if (name === null || real === null || this.#isClosed || this.mounts.covers(real)) return;
    this.mounts.replace([...this.mounts.all, { real, root: name.root, prefix: `${name.file}/` }]);
    this.#watch(real);
  }

  /** A limit fails once for every folder; only the first is news. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failedMs = performance.now();
    const isNews = this.#failure === null;
    this.#failure = describeWatchError(error);
    if (isNews) this.#options.log.warn('Not every change is announced', { error: String(error) });
    this.#options.onMissed();
  }
}

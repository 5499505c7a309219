import { addToSummary, startSummary } from '../engine/discover/summary.ts';
import type { Log } from '../engine/log.ts';
import type { DiscoveredFile, DiscoveryFilters, DiscoverySummary, Root } from '../shared/discovery.ts';
import { AppError, toFailure } from '../shared/failure.ts';
import type { Announce } from './ipc/announce.ts';

/** Where transcripts come from and where a manifest goes. */
export interface DiscoverySource {
  /** The roots as the settings are now. */
  roots(): Promise<readonly Root[]>;
  discover(
    roots: readonly Root[],
    filters: DiscoveryFilters,
    signal: AbortSignal,
  ): AsyncIterable<DiscoveredFile>;
  writeManifest(
    path: string,
    discovery: {
      readonly roots: readonly Root[];
      readonly filters: DiscoveryFilters;
      readonly files: readonly DiscoveredFile[];
    },
  ): Promise<void>;
}

interface Scan {
  readonly number: number;
  readonly filters: DiscoveryFilters;
  readonly controller: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
}

const announceEveryMs = 100;
const usualFilters: DiscoveryFilters = { order: 'newest' };

/** The newest scan. One that is replaced by a newer one is never heard of again. */
export class CurrentDiscovery {
  readonly #source: DiscoverySource;
  readonly #announce: Announce;
  readonly #log: Log;
  #scan: Scan | null = null;
  #summary: DiscoverySummary = { ...startSummary([]), status: 'idle' };
  #files: DiscoveredFile[] = [];
  #unannounced: DiscoveredFile[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: { readonly source: DiscoverySource; readonly announce: Announce; readonly log: Log }) {
    this.#source = options.source;
    this.#announce = options.announce;
    this.#log = options.log;
  }

  /** Ends a scan in progress and begins anew. */
  start(filters: DiscoveryFilters): DiscoverySummary {
    this.#begin(filters);
    return this.#summary;
  }

  /** Begins anew with the filters of the last scan; does nothing before the first. */
  restart(): void {
    if (this.#scan !== null) this.#begin(this.#scan.filters);
  }

  stop(): void {
    this.#scan?.controller.abort();
    this.#forgetUnannounced();
  }

  summary(): DiscoverySummary {
    return this.#summary;
  }

  /** What is in this answer is not announced afterwards. */
  files(): readonly DiscoveredFile[] {
    this.#announceFiles();
    return this.#files;
  }

  /**
   * Waits for the end of the scan, then writes what it found.
   *
   * @throws AppError when the scan failed or the file can't be written
   */
  async writeManifest(path: string): Promise<void> {
    const isUsable = this.#scan !== null && this.#summary.status !== 'failed';
    let scan =
      isUsable && this.#scan !== null ? this.#scan : this.#begin(this.#scan?.filters ?? usualFilters);
    await scan.ended;
    // A newer scan may have taken its place meanwhile.
    while (this.#scan !== null && this.#scan !== scan) {
      scan = this.#scan;
      await scan.ended;
    }
    const { status, roots, message } = this.#summary;
    if (status !== 'done') {
      throw new AppError('source-unreadable', `Nothing was exported: ${message ?? 'the scan was stopped.'}`);
    }
    await this.#source.writeManifest(path, { roots, filters: scan.filters, files: this.#files });
  }

  #begin(filters: DiscoveryFilters): Scan {
    this.stop();
    const number = (this.#scan?.number ?? 0) + 1;
    const scan: Scan = { number, filters, controller: new AbortController(), ended: Promise.resolve() };
    this.#scan = scan;
    this.#files = [];
    this.#change(startSummary(this.#summary.roots));
    scan.ended = this.#run(scan);
    return scan;
  }

  async #run({ filters, controller: { signal } }: Scan): Promise<void> {
    try {
      const roots = await this.#source.roots();
      if (signal.aborted) return;
      this.#change(startSummary(roots));
      for await (const file of this.#source.discover(roots, filters, signal)) {
        if (signal.aborted) return;
        this.#add(file);
      }
      if (!signal.aborted) this.#end({ status: 'done', message: null });
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      if (failure.code === 'unexpected') this.#log.error('The discovery failed unexpectedly', { error });
      this.#end({ status: 'failed', message: failure.message });
    }
  }

  #add(file: DiscoveredFile): void {
    this.#files.push(file);
    this.#unannounced.push(file);
    this.#timer ??= setTimeout(() => this.#announceFiles(), announceEveryMs);
    this.#change(addToSummary(this.#summary, file));
  }

  #end(end: Pick<DiscoverySummary, 'status' | 'message'>): void {
    this.#announceFiles();
    this.#change({ ...this.#summary, ...end });
  }

  #change(summary: DiscoverySummary): void {
    this.#summary = summary;
    this.#announce('discoveryChanged', summary);
  }

  #announceFiles(): void {
    const files = this.#unannounced;
    this.#forgetUnannounced();
    if (this.#scan === null || files.length === 0) return;
    this.#announce('filesFound', { scan: this.#scan.number, files });
  }

  #forgetUnannounced(): void {
    this.#unannounced = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

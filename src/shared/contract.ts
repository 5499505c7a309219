import type { DiscoveredFile, DiscoveryFilters, DiscoverySummary } from './discovery.ts';
import type { Outcome, Failure } from './failure.ts';
import type { RunOptionsInput, RunReport, RunState, Totals } from './run.ts';
import type { Settings, SettingsChange } from './settings.ts';

/** What the window shows of the database it writes to. */
export type DatabaseState =
  | { readonly status: 'starting' }
  | {
      readonly status: 'ready';
      readonly kind: 'embedded' | 'server';
      /** ClickHouse version, for example `26.7.3.1`. */
      readonly version: string;
      /** Data directory or address. */
      readonly place: string;
      readonly diskBytes: number;
      readonly lines: number;
    }
  | { readonly status: 'failed'; readonly failure: Failure };

export interface AppInfo {
  readonly version: string;
  readonly dataDir: string;
  readonly platform: string;
}

/** Everything the window may ask of the main process. The method's name is its channel; at most one argument. */
export interface Requests {
  getAppInfo(): AppInfo;
  getSettings(): Settings;
  changeSettings(change: SettingsChange): Settings;
  getDatabase(): DatabaseState;
  /** What the database holds by the counting rule. */
  getTotals(): Totals;
  /** Starts (or restarts) scanning; results come as announcements. */
  startDiscovery(filters: DiscoveryFilters): DiscoverySummary;
  getDiscovery(): DiscoverySummary;
  /** All files found so far. */
  listFiles(): readonly DiscoveredFile[];
  /** Native folder dialog; the chosen folder is added to the roots. Null when dismissed. */
  pickFolder(): string | null;
  /** Adds folders dropped on the window. */
  addRoots(paths: readonly string[]): Settings;
  removeRoot(path: string): Settings;
  /** Native save dialog; answers the written path, null when dismissed. */
  exportManifest(): string | null;
  getRun(): RunState;
  startRun(options: RunOptionsInput): RunState;
  cancelRun(): void;
  /** Newest first, at most fifty. */
  listRuns(): readonly RunReport[];
}

/** What the main process says by itself. Whole snapshots, except `filesFound`, which adds rows. */
export interface Announcements {
  runChanged: RunState;
  databaseChanged: DatabaseState;
  settingsChanged: Settings;
  discoveryChanged: DiscoverySummary;
  /** `scan` rises with every restart: rows of an older scan are dropped. */
  filesFound: { readonly scan: number; readonly files: readonly DiscoveredFile[] };
}

export const requestNames = Object.keys({
  getAppInfo: true,
  getSettings: true,
  changeSettings: true,
  getDatabase: true,
  getTotals: true,
  startDiscovery: true,
  getDiscovery: true,
  listFiles: true,
  pickFolder: true,
  addRoots: true,
  removeRoot: true,
  exportManifest: true,
  getRun: true,
  startRun: true,
  cancelRun: true,
  listRuns: true,
} satisfies Record<keyof Requests, true>) as readonly (keyof Requests)[];

export const announcementNames = Object.keys({
  runChanged: true,
  databaseChanged: true,
  settingsChanged: true,
  discoveryChanged: true,
  filesFound: true,
} satisfies Record<keyof Announcements, true>) as readonly (keyof Announcements)[];

/** `window.api`: every request as a promise of an outcome, and one way to listen. */
export type Api = {
  readonly [Name in keyof Requests]: (
    ...argument: Parameters<Requests[Name]>
  ) => Promise<Outcome<ReturnType<Requests[Name]>>>;
} & {
  /** Returns the function that stops listening. */
  on<Name extends keyof Announcements>(
    name: Name,
    listener: (value: Announcements[Name]) => void,
  ): () => void;
  /** Absolute path of a dropped file or folder. */
  pathOf(file: object): string;
};

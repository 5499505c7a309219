import type { DiscoveredFile, DiscoveryFilters, DiscoverySummary } from './discovery.ts';
import type { Outcome, Failure } from './failure.ts';
import type { RunOptionsInput, RunOutcome, RunReport, RunState, Totals } from './run.ts';
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
      /** Transcripts that the lines come from. */
      readonly files: number;
      /** Bytes of those transcripts that are in the database. */
      readonly fileBytes: number;
    }
  | { readonly status: 'failed'; readonly failure: Failure };

/** What a database held when it was last measured. A cache for the time before it is open: the database is the truth. */
export interface LastKnown {
  /** Data directory or address of the database, as `place` of its state. */
  readonly destination: string;
  readonly runId: string;
  /** Of the run at that moment. */
  readonly status: RunOutcome | 'running' | 'paused' | 'watching';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
}

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
  /** Null when nothing is known from before. */
  getLastKnown(): LastKnown | null;
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
  /** Holds the run after the batch on its way; nothing is lost and nothing is asked again. */
  pauseRun(): void;
  /** Lets a paused run go on. */
  continueRun(): void;
  /** Starts a run with the options of an earlier one that was interrupted, cancelled or failed. */
  resumeRun(runId: string): RunState;
  /** Newest first, at most fifty. */
  listRuns(): readonly RunReport[];
}

/** What the main process says by itself. Whole snapshots, except `filesFound`, which adds rows. */
export interface Announcements {
  runChanged: RunState;
  databaseChanged: DatabaseState;
  lastKnownChanged: LastKnown | null;
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
  getLastKnown: true,
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
  pauseRun: true,
  continueRun: true,
  resumeRun: true,
  listRuns: true,
} satisfies Record<keyof Requests, true>) as readonly (keyof Requests)[];

export const announcementNames = Object.keys({
  runChanged: true,
  databaseChanged: true,
  lastKnownChanged: true,
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

import type { DiscoveredFile, DiscoveryFilters, DiscoverySummary } from './discovery.ts';
import type { Outcome, Failure } from './failure.ts';
import type { Progress, RunOptionsInput, RunOutcome, RunReport, RunState, Totals } from './run.ts';
import type { Settings, SettingsChange } from './settings.ts';
import type { Severity, VerificationProgress, VerificationReport } from './verification.ts';

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

/** Defaults are filled in; the folders are those that the window shows. */
export interface VerificationChoice {
  /** Lines that are compared column by column. */
  readonly sampleSize?: number | 'all' | undefined;
  /** Relative variance of any total that still passes, 0 to 1. */
  readonly tolerance?: number | undefined;
}

/** The verification of this window. A report comes once, with the end; not with each progress. */
export type VerificationView =
  | { readonly status: 'idle' }
  | {
      readonly status: 'running' | 'cancelling';
      /** `repair`: what was found is being mended; it is verified again afterwards. */
      readonly task: 'verify' | 'repair';
      readonly progress: VerificationProgress;
      /** Of the import that mends what was found; null before and after it. */
      readonly repair: Progress | null;
    }
  /** `failure`: the import that was to mend something did not come to its end. */
  | { readonly status: 'done'; readonly report: VerificationReport; readonly failure: Failure | null }
  /** With the report of the one before, when there was one. */
  | { readonly status: 'cancelled'; readonly report: VerificationReport | null }
  | { readonly status: 'failed'; readonly failure: Failure; readonly report: VerificationReport | null };

/** What a list shows of an earlier verification. */
export interface VerificationSummary {
  readonly verificationId: string;
  readonly result: VerificationReport['result'];
  readonly startedAt: string;
  readonly durationMs: number;
  readonly files: VerificationReport['files'];
  readonly findings: Readonly<Record<Severity, number>>;
  readonly options: VerificationReport['options'];
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
  /** Refused while a migration imports; one that only watches is held until the end. */
  startVerification(choice: VerificationChoice): VerificationView;
  cancelVerification(): void;
  getVerification(): VerificationView;
  /** Newest first, at most fifty. */
  listVerifications(): readonly VerificationSummary[];
  /** An earlier report, without the files that were equal: they are not stored. */
  getVerificationReport(verificationId: string): VerificationReport;
  /** Native save dialog; answers the written path, null when dismissed. */
  exportReport(wanted: { readonly verificationId: string; readonly format: 'html' | 'json' }): string | null;
  /** Does what mends these findings of a report, named by their index, and verifies again. */
  repairFindings(wanted: {
    readonly verificationId: string;
    readonly findings: readonly number[];
  }): VerificationView;
  /** Puts what helps others to find out what is wrong on the clipboard, secrets and names masked. */
  copyDiagnostics(): void;
}

/** What the main process says by itself. Whole snapshots, except `filesFound`, which adds rows. */
export interface Announcements {
  runChanged: RunState;
  databaseChanged: DatabaseState;
  lastKnownChanged: LastKnown | null;
  settingsChanged: Settings;
  discoveryChanged: DiscoverySummary;
  verificationChanged: VerificationView;
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
  startVerification: true,
  cancelVerification: true,
  getVerification: true,
  listVerifications: true,
  getVerificationReport: true,
  exportReport: true,
  repairFindings: true,
  copyDiagnostics: true,
} satisfies Record<keyof Requests, true>) as readonly (keyof Requests)[];

export const announcementNames = Object.keys({
  runChanged: true,
  databaseChanged: true,
  lastKnownChanged: true,
  settingsChanged: true,
  discoveryChanged: true,
  verificationChanged: true,
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

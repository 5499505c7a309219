import type { CurrentDatabase, OpenedDatabase } from '../database.ts';
import type { CurrentDiscovery } from '../current-discovery.ts';
import type { CurrentRun } from '../current-run.ts';
import type { CurrentVerification } from '../current-verification.ts';
import type { LastKnownStore } from '../last-known.ts';
import type { Roots } from '../roots.ts';
import type { StartRun } from '../run-starter.ts';
import type { SettingsStore } from '../settings-store.ts';
import type { AppInfo } from '../../shared/contract.ts';
import type { RunOptions, RunReport, Totals } from '../../shared/run.ts';
import type { VerificationReport } from '../../shared/verification.ts';
import type { Answers } from './answer.ts';
import { createVerificationAnswers } from './verification-handlers.ts';

/** What is asked of the open database. */
export interface AnsweringDatabase extends OpenedDatabase {
  totals(): Promise<Totals>;
  /** Also runs that have no report: those whose process died, and the one that is going on. */
  runs(limit: number): Promise<readonly RunReport[]>;
  /** @throws AppError `invalid-input` when the run is not known */
  runOptions(runId: string): Promise<RunOptions>;
  /** Newest first, without the files that were equal. */
  verifications(limit: number): Promise<readonly VerificationReport[]>;
}

/** The native dialogs; null when dismissed. */
export interface Dialogs {
  pickFolder(): Promise<string | null>;
  pickManifest(suggestedName: string): Promise<string | null>;
  pickReport(suggestedName: string, format: 'html' | 'json'): Promise<string | null>;
}

export interface Parts {
  readonly info: AppInfo;
  readonly settings: SettingsStore;
  readonly roots: Roots;
  readonly database: CurrentDatabase<AnsweringDatabase>;
  readonly discovery: CurrentDiscovery;
  readonly run: CurrentRun;
  readonly startRun: StartRun;
  readonly verification: CurrentVerification;
  readonly writeReport: (path: string, report: VerificationReport) => Promise<void>;
  readonly copyDiagnostics: () => Promise<void>;
  readonly lastKnown: LastKnownStore;
  readonly dialogs: Dialogs;
}

const mostRuns = 50;

/** Answers every request of the contract from the parts of the main process. */
export function createAnswers(parts: Parts): Answers {
  const { info, settings, roots, database, discovery, run, startRun, lastKnown, dialogs } = parts;
  return {
    ...createVerificationAnswers(parts),
    copyDiagnostics: () => parts.copyDiagnostics(),
    getAppInfo: () => info,
    getSettings: () => settings.current(),
    changeSettings: (change) => settings.change(change),
    getDatabase: () => database.state(),
    getLastKnown: () => lastKnown.current(),
    getTotals: async () => (await database.opened()).totals(),
    startDiscovery: (filters) => discovery.start(filters),
    getDiscovery: () => discovery.summary(),
    listFiles: () => discovery.files(),
    pickFolder: async () => {
      const folder = await dialogs.pickFolder();
      if (folder !== null) await roots.add([folder]);
      return folder;
    },
    addRoots: (paths) => roots.add(paths),
    removeRoot: (path) => roots.remove(path),
    exportManifest: async () => {
      const day = new Date().toISOString().slice(0, 10);
      const path = await dialogs.pickManifest(`tokenhouse-manifest-${day}.json`);
      if (path !== null) await discovery.writeManifest(path);
      return path;
    },
    getRun: () => run.state(),
    startRun,
    cancelRun: () => run.cancel(),
    pauseRun: () => run.pause(),
    continueRun: () => run.continue(),
    resumeRun: async (runId) => startRun(await (await database.opened()).runOptions(runId)),
    listRuns: async () => {
      const runs = await (await database.opened()).runs(mostRuns);
      const state = run.state();
      const goingOn = 'runId' in state ? state.runId : null;
      return runs.filter(({ runId }) => runId !== goingOn);
    },
  };
}

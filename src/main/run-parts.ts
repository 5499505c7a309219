import type { Log } from '../engine/log.ts';
import type { DatabaseState } from '../shared/contract.ts';
import { runOptions, type RunState } from '../shared/run.ts';
import { createAfterLines } from './after-lines.ts';
import type { CurrentDiscovery } from './current-discovery.ts';
import { createCurrentRun, type CurrentRun } from './current-run.ts';
import { createCurrentVerification, type CurrentVerification } from './current-verification.ts';
import type { CurrentDatabase } from './database.ts';
import { createElsewhere, type Elsewhere } from './elsewhere.ts';
import type { EngineDatabase, WindowEngine } from './engine.ts';
import type { Announce } from './ipc/announce.ts';
import { createLastKnown, type LastKnownFile, type LastKnownStore } from './last-known.ts';
import type { Roots } from './roots.ts';
import { createRunStarter, type StartRun } from './run-starter.ts';
import type { SettingsStore } from './settings-store.ts';
import { Sync } from './sync.ts';
import { createData } from './take-data.ts';

/** How often things are looked at, in milliseconds. */
const lookElsewhereMs = 2000;
const noteMs = 5000;
const refreshFirstMs = 2000;
const refreshEveryMs = 30_000;
const retrySyncMs = 300_000;
/** The last run of this window is among the newest ones of the database. */
const renewedRuns = 50;

/** The run, and what follows it. */
export interface RunParts {
  readonly run: CurrentRun;
  readonly startRun: StartRun;
  readonly verification: CurrentVerification;
  readonly elsewhere: Elsewhere;
  readonly sync: Sync;
  readonly lastKnown: LastKnownStore;
  /** Starts nothing any more. */
  end(): void;
}

/** After a verification that passed the runs before it are verified ones. */
async function renewRun(run: CurrentRun, database: CurrentDatabase<EngineDatabase>, log: Log): Promise<void> {
  try {
    run.renew(await (await database.opened()).runs(renewedRuns));
  } catch (error) {
    log.warn('The runs could not be asked for', { error });
  }
}

async function measured(database: CurrentDatabase<EngineDatabase>): Promise<DatabaseState> {
  await database.refresh();
  return database.state();
}

function linesIn(database: CurrentDatabase<EngineDatabase>): number | null {
  const state = database.state();
  return state.status === 'ready' ? state.lines : null;
}

/** Builds the run and ties it to the database, the discovery, the settings and the window. */
export function createRunParts(options: {
  readonly engine: WindowEngine;
  readonly database: CurrentDatabase<EngineDatabase>;
  readonly discovery: CurrentDiscovery;
  readonly roots: Roots;
  readonly settings: SettingsStore;
  readonly announce: Announce;
  readonly onChange: (state: RunState) => void;
  readonly keepAwake: () => () => void;
  readonly openLastKnown: () => LastKnownFile;
  readonly log: Log;
}): RunParts {
  const { engine, database, discovery, roots, settings, announce, log } = options;
  function refresh(): void {
    void database.refresh();
    discovery.restart();
  }

  const afterLines = createAfterLines({ refresh, firstMs: refreshFirstMs, everyMs: refreshEveryMs });
  const lastKnown = createLastKnown({
    open: options.openLastKnown,
    measure: () => measured(database),
    onChange: (known) => announce('lastKnownChanged', known),
    everyMs: noteMs,
    log,
  });
  const run = createCurrentRun({
    migrate: engine.migrate,
    onChange: (state) => {
      announce('runChanged', state);
      lastKnown.onRun(state);
      afterLines.onRun(state);
      options.onChange(state);
      sync.onRun(state);
    },
    onFinish: refresh,
    keepAwake: options.keepAwake,
    log,
  });
  const elsewhere = createElsewhere({
    read: engine.runStatus,
    isOwn: () => run.isActive() || verification.isActive(),
    onLook: (status) => run.showElsewhere(status),
    onGone: () => {
      refresh();
      sync.onFree();
    },
    everyMs: lookElsewhereMs,
    log,
  });
  const startRun = createRunStarter({
    settings: () => settings.current(),
    roots,
    run,
    elsewhere,
    isVerifying: () => verification.isActive(),
  });
  const sync: Sync = new Sync({
    settings: () => settings.current(),
    run,
    start: () => startRun(runOptions.parse({})),
    linesKnown: () => linesIn(database),
    retryMs: retrySyncMs,
    log,
  });
  const verification: CurrentVerification = createCurrentVerification({
    verifier: engine.verifier,
    data: createData({ run, sync, readStatus: engine.runStatus }),
    onChange: (state) => announce('verificationChanged', state),
    onFinish: (state) => {
      refresh();
      if (state.status === 'done' && state.report.result === 'passed') void renewRun(run, database, log);
    },
    keepAwake: options.keepAwake,
    log,
  });
  return {
    run,
    startRun,
    verification,
    elsewhere,
    sync,
    lastKnown,
    end: () => {
      sync.end();
      elsewhere.end();
      afterLines.end();
    },
  };
}

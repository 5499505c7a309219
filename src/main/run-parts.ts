import type { Log } from '../engine/log.ts';
import { runOptions, type RunState } from '../shared/run.ts';
import { createAfterLines } from './after-lines.ts';
import type { CurrentDiscovery } from './current-discovery.ts';
import { createCurrentRun, type CurrentRun } from './current-run.ts';
import type { CurrentDatabase } from './database.ts';
import { createElsewhere, type Elsewhere } from './elsewhere.ts';
import type { EngineDatabase, WindowEngine } from './engine.ts';
import type { Announce } from './ipc/announce.ts';
import { createLastKnown, type LastKnownFile, type LastKnownStore } from './last-known.ts';
import type { Roots } from './roots.ts';
import { createRunStarter, type StartRun } from './run-starter.ts';
import type { SettingsStore } from './settings-store.ts';
import { Sync } from './sync.ts';

/** How often things are looked at, in milliseconds. */
const lookElsewhereMs = 2000;
const noteMs = 5000;
const refreshFirstMs = 2000;
const refreshEveryMs = 30_000;
const retrySyncMs = 300_000;

/** The run, and what follows it. */
export interface RunParts {
  readonly run: CurrentRun;
  readonly startRun: StartRun;
  readonly elsewhere: Elsewhere;
  readonly sync: Sync;
  readonly lastKnown: LastKnownStore;
  /** Starts nothing any more. */
  end(): void;
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
    measure: async () => {
      await database.refresh();
      return database.state();
    },
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
    isOwn: () => run.isActive(),
    onLook: (status) => run.showElsewhere(status),
    onGone: () => {
      refresh();
      sync.onFree();
    },
    everyMs: lookElsewhereMs,
    log,
  });
  const startRun = createRunStarter({ settings: () => settings.current(), roots, run, elsewhere });
  const sync: Sync = new Sync({
    settings: () => settings.current(),
    run,
    start: () => startRun(runOptions.parse({})),
    linesKnown: () => {
      const state = database.state();
      return state.status === 'ready' ? state.lines : null;
    },
    retryMs: retrySyncMs,
    log,
  });
  return {
    run,
    startRun,
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

import { app, ipcMain, Menu } from 'electron';
import ElectronStore from 'electron-store';
import { logFileOf, openFileLog, type FileLog } from '../engine/file-log.ts';
import { writeReport } from '../engine/verify/report/write-report.ts';
import type { Settings } from '../shared/settings.ts';
import { CurrentDiscovery } from './current-discovery.ts';
import { createCurrentDatabase } from './database.ts';
import { createCopyDiagnostics } from './diagnostics.ts';
import { createDialogs, tell } from './dialogs.ts';
import { createEngine } from './engine.ts';
import { createAnnounce } from './ipc/announce.ts';
import { answerRequests } from './ipc/answer.ts';
import { createAnswers } from './ipc/handlers.ts';
import { lastKnownName } from './last-known.ts';
import { menuTemplate, type MenuActions } from './menu.ts';
import { createMenuActions } from './menu-actions.ts';
import { measureMemory } from './measure-memory.ts';
import { findPlaces, type Places } from './places.ts';
import { keepAwake, onWakeUp } from './power.ts';
import { claimProfile } from './profile.ts';
import { quitCleanly } from './quit.ts';
import { refuseStart } from './refuse-start.ts';
import { originOf } from './renderer-files.ts';
import { createRoots, isSameRoots } from './roots.ts';
import { createRunParts } from './run-parts.ts';
import { confineContents, declareScheme, denyPermissions, serveWindow } from './security.ts';
import { openSettings, settingsName } from './settings-store.ts';
import { applyTheme, collectPageInOneThread } from './window.ts';
import { createWindowLife, currentWindow } from './window-life.ts';

declareScheme();
collectPageInOneThread();
claimAndStart().catch(refuseStart);

/** Nothing is written, and no window opened, before the profile is known to be ours. */
async function claimAndStart(): Promise<void> {
  const places = findPlaces(import.meta.dirname);
  if (!claimProfile(places.userData)) {
    app.quit();
    return;
  }
  const log = openFileLog({ path: logFileOf(places.userData), debug: places.isDevelopment });
  try {
    await start(places, log);
  } catch (error) {
    log.error('Tokenhouse could not start', { error });
    throw error;
  }
}

/** Builds the parts and hands them to each other. */
async function start({ page, isDevelopment, userData, ...places }: Places, log: FileLog): Promise<void> {
  process.on('uncaughtException', (error) => log.error('An error was not caught', { error }));
  process.on('unhandledRejection', (error) => log.error('A rejection was not handled', { error }));

  const announce = createAnnounce(() => currentWindow()?.webContents ?? null);
  const { store: settings, notice } = await openSettings({
    directory: userData,
    open: () => new ElectronStore<Settings>({ name: settingsName, clearInvalidConfig: false }),
    onChange: (changed, before) => {
      applyTheme(changed);
      announce('settingsChanged', changed);
      if (!isSameRoots(changed, before)) discovery.restart();
      parts.sync.onSettings(changed, before);
      life.refresh();
    },
    log,
  });
  const info = { version: app.getVersion(), dataDir: userData, platform: process.platform };
  const engine = createEngine({
    dataDir: userData,
    files: places.engineFiles,
    appVersion: info.version,
    log,
    measureMemory,
  });
  const database = createCurrentDatabase({
    open: engine.openDatabase,
    onChange: (state) => {
      announce('databaseChanged', state);
      if (state.status === 'ready') void app.whenReady().then(() => parts.sync.onReady());
    },
    log,
  });
  const roots = createRoots(settings, engine.rootFinders);
  const source = engine.discoverySource(roots, () => database.opened());
  const discovery = new CurrentDiscovery({ source, announce, log });
  const parts = createRunParts({
    engine,
    database,
    discovery,
    roots,
    settings,
    announce,
    onChange: () => life.refresh(),
    keepAwake,
    openLastKnown: () => new ElectronStore({ name: lastKnownName, clearInvalidConfig: true }),
    log,
  });
  const { run } = parts;
  const dialogs = createDialogs(currentWindow);
  const copyDiagnostics = createCopyDiagnostics({ info, settings, database });
  const own = { info, settings, roots, database, discovery, dialogs, writeReport, copyDiagnostics };
  const answers = createAnswers({ ...own, ...parts });

  // It starts while Electron does.
  database.opened().catch(() => undefined);
  await app.whenReady();
  applyTheme(settings.current());
  serveWindow(places.renderer);
  denyPermissions(originOf(page));
  confineContents(originOf(page), log);
  answerRequests({ ipc: ipcMain, answers, origin: originOf(page), log });
  showMenu(createMenuActions({ answers, window: currentWindow, logFolder: places.logs, log }), isDevelopment);

  const life = createWindowLife({
    window: { address: page, preload: places.preload, isDevelopment },
    trayIcon: places.trayIcon,
    settings,
    run,
    log,
  });
  onWakeUp(() => run.sweep());
  quitCleanly(
    app,
    [
      { name: 'sync', patienceMs: 100, end: async () => parts.end() },
      { name: 'discovery', patienceMs: 100, end: async () => discovery.stop() },
      { name: 'verification', patienceMs: 6000, end: () => parts.verification.stop(5000) },
      { name: 'run', patienceMs: 6000, end: () => run.stop(5000) },
      { name: 'last known', patienceMs: 1000, end: () => parts.lastKnown.end() },
      { name: 'database', patienceMs: 3000, end: () => database.close() },
      { name: 'log', patienceMs: 1000, end: () => log.flush() },
    ],
    log,
  );

  log.info('Tokenhouse started', { ...info, electron: process.versions['electron'] });
  const window = life.open();
  parts.elsewhere.begin();
  if (notice !== null) window.once('show', () => void tell(window, notice));
}

function showMenu(actions: MenuActions, isDevelopment: boolean): void {
  const template = menuTemplate({ actions, isDevelopment, isMac: process.platform === 'darwin' });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

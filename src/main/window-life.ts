import { app, BrowserWindow } from 'electron';
import ElectronStore from 'electron-store';
import type { Log } from '../engine/log.ts';
import type { CurrentRun } from './current-run.ts';
import type { SettingsStore } from './settings-store.ts';
import { hasTray, makeTrayIcon } from './tray.ts';
import { createTrayPresence } from './tray-presence.ts';
import { createWindow, focusWindow, type WindowOptions } from './window.ts';
import type { WindowState } from './window-state.ts';

/** The one window, and the icon in the tray that takes its place while it is closed. */
export interface WindowLife {
  open(): BrowserWindow;
  /** The run or the settings changed. */
  refresh(): void;
}

export const currentWindow = (): BrowserWindow | null => BrowserWindow.getAllWindows()[0] ?? null;

export function createWindowLife(options: {
  readonly window: Omit<WindowOptions, 'state'>;
  readonly trayIcon: string;
  readonly settings: SettingsStore;
  readonly run: Pick<CurrentRun, 'state'>;
  readonly log: Log;
}): WindowLife {
  const { settings, run, log } = options;
  const state = new ElectronStore<WindowState>({ name: 'window', clearInvalidConfig: true });

  function open(): BrowserWindow {
    tray.leave();
    return createWindow({ ...options.window, state });
  }

  function focus(): void {
    focusWindow(currentWindow() ?? open());
  }

  const tray = createTrayPresence({
    settings: () => settings.current(),
    runState: () => run.state(),
    hasTray: () => hasTray(log),
    makeIcon: () => makeTrayIcon(options.trayIcon),
    onOpen: focus,
    onSync: (sync) => {
      // Refused only when the settings can't be written, which the log says.
      settings.change({ sync }).catch(() => undefined);
    },
    onQuit: () => app.quit(),
    log,
  });

  async function stayOrQuit(): Promise<void> {
    const stays = (await tray.stay()) || process.platform === 'darwin';
    // A window may have come back while the desktop was asked for its tray.
    if (currentWindow() !== null) tray.leave();
    else if (!stays) app.quit();
  }

  app.on('second-instance', focus);
  app.on('activate', focus);
  app.on('window-all-closed', () => void stayOrQuit());
  return { open, refresh: () => tray.refresh() };
}

import type { Log } from '../engine/log.ts';
import type { RunState } from '../shared/run.ts';
import type { Settings } from '../shared/settings.ts';
import { trayTooltip } from './tray-words.ts';

export interface TrayMenu {
  readonly tooltip: string;
  readonly isSync: boolean;
  readonly onOpen: () => void;
  readonly onSync: (isOn: boolean) => void;
  readonly onQuit: () => void;
}

/** An icon in the system's tray. */
export interface TrayIcon {
  show(menu: TrayMenu): void;
  destroy(): void;
}

/** The application without a window: an icon in the tray from the window's end to its return. */
export interface TrayPresence {
  /** The window is closed. False when the application has no other place to be: then it ends. */
  stay(): Promise<boolean>;
  /** There is a window again. */
  leave(): void;
  /** The run or the settings changed. */
  refresh(): void;
}

export function createTrayPresence(options: {
  readonly settings: () => Settings;
  readonly runState: () => RunState;
  readonly hasTray: () => Promise<boolean>;
  /** @throws Error when there can't be one */
  readonly makeIcon: () => TrayIcon;
  readonly onOpen: () => void;
  readonly onSync: (isOn: boolean) => void;
  readonly onQuit: () => void;
  readonly log: Log;
}): TrayPresence {
  const { settings, runState, hasTray, makeIcon, onOpen, onSync, onQuit, log } = options;
  let icon: TrayIcon | null = null;
  let shown = '';

  function refresh(): void {
    if (icon === null) return;
    const { sync: isSync } = settings();
    const tooltip = trayTooltip(runState(), isSync);
    // The run tells of itself ten times a second; a menu that is open closes when it is set.
    const next = `${tooltip}\0${isSync}`;
    if (next === shown) return;
    shown = next;
    icon.show({ tooltip, isSync, onOpen, onSync, onQuit });
  }

  function leave(): void {
    icon?.destroy();
    icon = null;
    shown = '';
  }

  return {
    refresh,
    leave,
    stay: async () => {
      const { sync, tray } = settings();
      if (!sync || !tray) return false;
      try {
        if (!(await hasTray())) {
          log.warn('This desktop shows no tray icons: closing the window ends the application');
          return false;
        }
        icon ??= makeIcon();
        refresh();
        return true;
      } catch (error) {
        log.warn('There can be no tray icon: closing the window ends the application', { error });
        leave();
        return false;
      }
    },
  };
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Menu, nativeImage, Tray } from 'electron';
import type { Log } from '../engine/log.ts';
import type { TrayIcon, TrayMenu } from './tray-presence.ts';

const run = promisify(execFile);

/** An icon of the system's tray. @throws Error when there can't be one */
export function makeTrayIcon(iconFile: string): TrayIcon {
  const image = nativeImage.createFromPath(iconFile);
  if (image.isEmpty()) throw new Error(`The icon ${iconFile} can't be read`);
  const tray = new Tray(image.resize({ width: 22, height: 22 }));
  return {
    show: ({ tooltip, isSync, onOpen, onSync, onQuit }: TrayMenu) => {
      tray.setToolTip(tooltip);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: 'Open Tokenhouse', click: onOpen },
          { label: 'Keep in step', type: 'checkbox', checked: isSync, click: (item) => onSync(item.checked) },
          { type: 'separator' },
          { label: 'Quit', click: onQuit },
        ]),
      );
      tray.removeAllListeners('click');
      tray.on('click', onOpen);
    },
    destroy: () => tray.destroy(),
  };
}

/**
 * Whether this desktop shows tray icons.
 *
 * Electron makes one on Linux also where nothing shows it, and the application would be running unseen; so the desktop's
 * StatusNotifierWatcher is asked for (freedesktop.org, StatusNotifierItem). Who can't tell has none.
 */
export async function hasTray(log: Log): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (!process.env['DBUS_SESSION_BUS_ADDRESS']) return false;
  const question = [
    '--session',
    '--print-reply',
    '--reply-timeout=1000',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.kde.StatusNotifierWatcher',
  ];
  try {
    const { stdout } = await run('dbus-send', question, { timeout: 2000 });
    return stdout.includes('boolean true');
  } catch (error) {
    log.info('It is not known whether there is a tray', { error });
    return false;
  }
}

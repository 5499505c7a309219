import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { app } from 'electron';
import { defaultDataDir, makeDataDir } from '../engine/data-dir.ts';
import type { EngineFiles } from '../engine/engine-files.ts';
import { appOrigin } from './renderer-files.ts';

/** Where the application finds its own files and keeps the person's. */
export interface Places {
  readonly userData: string;
  readonly logs: string;
  /** Address of the window's page. */
  readonly page: string;
  /** The page comes from a development server, with reload and developer tools. */
  readonly isDevelopment: boolean;
  readonly renderer: string;
  readonly preload: string;
  readonly trayIcon: string;
  readonly engineFiles: EngineFiles;
}

/**
 * Names the application and chooses its folders; before anything asks Electron for either. The command line finds
 * the same folder of data.
 *
 * @throws AppError `data-dir-unwritable` or `disk-full`
 */
export function findPlaces(mainFolder: string): Places {
  app.setName('Tokenhouse');
  const userData = findUserData();
  const developmentPage = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const out = resolve(mainFolder, '..');
  const resources = app.isPackaged ? process.resourcesPath : resolve(out, '..', 'resources');
  return {
    userData,
    logs: join(userData, 'logs'),
    page: developmentPage ?? `${appOrigin}/`,
    isDevelopment: developmentPage !== undefined,
    renderer: join(out, 'renderer'),
    preload: join(out, 'preload', 'index.cjs'),
    trayIcon: join(resources, 'tray.png'),
    engineFiles: {
      migrations: join(resources, 'migrations'),
      extractWorker: join(out, 'main', 'extract.worker.js'),
      inspectWorker: join(out, 'main', 'inspect.worker.js'),
      verifyWorker: join(out, 'main', 'verify.worker.js'),
      embeddedServer: unpacked(join(out, 'main', 'embedded-server.js')),
    },
  };
}

/** @throws AppError `data-dir-unwritable` or `disk-full` */
function findUserData(): string {
  const chosen = app.commandLine.getSwitchValue('user-data-dir');
  if (chosen !== '') app.setPath('userData', resolve(chosen));
  try {
    return app.getPath('userData');
  } catch (error) {
    // Electron says neither which folder it could not make nor why.
    makeDataDir(defaultDataDir(process.env, homedir(), process.platform));
    throw error;
  }
}

/** A plain Node can't read inside the archive of a packaged application. */
function unpacked(path: string): string {
  return path.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`);
}

import type { BrowserWindow } from 'electron';
import { shell } from 'electron';
import type { Log } from '../engine/log.ts';
import { toFailure } from '../shared/failure.ts';
import { tell } from './dialogs.ts';
import type { Answers } from './ipc/answer.ts';
import type { MenuActions } from './menu.ts';
import { openSite } from './security.ts';
import { showScreen } from './window.ts';

const diagnosticsCopied = {
  message: 'The diagnostics are on the clipboard',
  detail:
    'Paste them into a report. They hold versions, settings, the last runs and the end of the log; secrets, e-mail addresses and your user name are masked.',
};

/** The menus do what the window's buttons do, through the same answers; what fails is told in a dialog. */
export function createMenuActions(options: {
  readonly answers: Answers;
  readonly window: () => BrowserWindow | null;
  readonly logFolder: string;
  readonly log: Log;
}): MenuActions {
  const { answers, window, logFolder, log } = options;

  async function orTell(action: () => unknown): Promise<void> {
    try {
      await action();
    } catch (error) {
      const failure = toFailure(error);
      log.warn('A menu command was not fulfilled', { code: failure.code, error });
      await tell(window(), failure);
    }
  }

  return {
    addFolder: () => void orTell(() => answers.pickFolder(undefined)),
    exportManifest: () => void orTell(() => answers.exportManifest(undefined)),
    show: (screen) => {
      const shown = window();
      if (shown !== null) showScreen(shown, screen);
    },
    copyDiagnostics: () =>
      void orTell(async () => {
        await answers.copyDiagnostics(undefined);
        await tell(window(), diagnosticsCopied, 'info');
      }),
    openLogs: () => void orTell(() => shell.openPath(logFolder)),
    openSite: (address) => openSite(address, log),
  };
}

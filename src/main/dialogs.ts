import { dialog, type BrowserWindow } from 'electron';
import type { Failure } from '../shared/failure.ts';
import type { Dialogs } from './ipc/handlers.ts';
import type { Notice } from './settings-store.ts';

/** The native dialogs, sheets of the window while there is one. */
export function createDialogs(window: () => BrowserWindow | null): Dialogs {
  return {
    pickFolder: async () => {
      const options: Electron.OpenDialogOptions = {
        title: 'Add a folder of transcripts',
        buttonLabel: 'Add Folder',
        properties: ['openDirectory', 'showHiddenFiles'],
      };
      const parent = window();
      const picked = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options));
      return picked.canceled ? null : (picked.filePaths[0] ?? null);
    },
    pickManifest: (suggestedName) =>
      save(window(), {
        title: 'Export the manifest',
        defaultPath: suggestedName,
        filters: [{ name: 'Manifest', extensions: ['json'] }],
      }),
    pickReport: (suggestedName, format) =>
      save(window(), {
        title: 'Export the report',
        defaultPath: suggestedName,
        filters: [{ name: format === 'html' ? 'Web page' : 'JSON document', extensions: [format] }],
      }),
  };
}

async function save(
  parent: BrowserWindow | null,
  wanted: Electron.SaveDialogOptions,
): Promise<string | null> {
  const options: Electron.SaveDialogOptions = {
    buttonLabel: 'Export',
    properties: ['showOverwriteConfirmation', 'createDirectory'],
    ...wanted,
  };
  const picked = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options));
  return picked.canceled || picked.filePath === '' ? null : picked.filePath;
}

/** Tells something that is not the answer of a request. */
export async function tell(
  window: BrowserWindow | null,
  { message, detail = '' }: Notice | Failure,
  type: 'warning' | 'info' = 'warning',
): Promise<void> {
  const options: Electron.MessageBoxOptions = { type, message, detail, buttons: ['OK'] };
  await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
}

import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { announcementNames, requestNames } from '../shared/contract.ts';

const requests = Object.fromEntries(
  requestNames.map((name) => [name, (...input: unknown[]) => ipcRenderer.invoke(name, ...input)]),
);

/** The event stays here: its `sender` would hand the page the whole of `ipcRenderer`. */
function on(name: string, listener: (value: unknown) => void): () => void {
  if (!announcementNames.some((known) => known === name)) throw new Error(`Nothing is announced as ${name}`);
  const forward = (_event: IpcRendererEvent, value: unknown): void => listener(value);
  ipcRenderer.on(name, forward);
  return () => {
    ipcRenderer.removeListener(name, forward);
  };
}

/** `window.api` as the contract's `Api` describes it. */
contextBridge.exposeInMainWorld('api', {
  ...requests,
  on,
  pathOf: (file: File) => webUtils.getPathForFile(file),
});

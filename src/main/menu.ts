import type { MenuItemConstructorOptions } from 'electron';

export type Screen = 'sources' | 'migrate' | 'verify';

/** What the menus do, besides Electron's roles. */
export interface MenuActions {
  addFolder(): void;
  exportManifest(): void;
  show(screen: Screen): void;
  openLogs(): void;
  copyDiagnostics(): void;
  openSite(address: string): void;
}

/** The native menus. */
export function menuTemplate(options: {
  readonly actions: MenuActions;
  readonly isDevelopment: boolean;
  readonly isMac: boolean;
}): MenuItemConstructorOptions[] {
  const { actions, isDevelopment, isMac } = options;
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Add Folder…', accelerator: 'CmdOrCtrl+O', click: () => actions.addFolder() },
        {
          label: 'Export Manifest…',
          accelerator: 'CmdOrCtrl+Shift+E',
          click: () => actions.exportManifest(),
        },
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { label: 'Sources', accelerator: 'CmdOrCtrl+1', click: () => actions.show('sources') },
        { label: 'Migrate', accelerator: 'CmdOrCtrl+2', click: () => actions.show('migrate') },
        { label: 'Verify', accelerator: 'CmdOrCtrl+3', click: () => actions.show('verify') },
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(isDevelopment ? ([separator, { role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Copy Diagnostics', click: () => actions.copyDiagnostics() },
        { label: 'Open Log Folder', click: () => actions.openLogs() },
        { label: 'ClickHouse Documentation', click: () => actions.openSite('https://clickhouse.com/docs') },
        ...(isMac ? [] : ([separator, { role: 'about' }] as const)),
      ],
    },
  ];
}

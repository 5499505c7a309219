import { app, BrowserWindow, Menu, nativeTheme, screen } from 'electron';
import type { Settings } from '../shared/settings.ts';
import { boundsFor, minSize, windowState, type WindowState } from './window-state.ts';

/** The part of electron-store that keeps where the window was. */
export interface WindowStateFile {
  store: WindowState;
}

export interface WindowOptions {
  readonly address: string;
  readonly preload: string;
  readonly state: WindowStateFile;
  readonly isDevelopment: boolean;
}

/** As the page's own background, so that nothing flashes before it is drawn. */
const backgrounds = { light: '#ffffff', dark: '#1d1d21' };

function background(): string {
  return nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light;
}

/** Native parts follow the chosen theme, and with them the page's `prefers-color-scheme`. */
export function applyTheme(settings: Settings): void {
  nativeTheme.themeSource = settings.colorScheme === 'auto' ? 'system' : settings.colorScheme;
}

/**
 * To be called before Electron is ready. One thread collects the garbage of so small a page in a few milliseconds; helpers
 * that get no processor during an import kept it waiting for up to 180.
 */
export function collectPageInOneThread(): void {
  app.commandLine.appendSwitch('js-flags', '--single-threaded-gc');
}

export function createWindow({ address, preload, state, isDevelopment }: WindowOptions): BrowserWindow {
  const last = windowState.catch({ isMaximized: false }).parse(state.store);
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...boundsFor(last.bounds, screens),
    minWidth: minSize.width,
    minHeight: minSize.height,
    show: false,
    title: 'Tokenhouse',
    backgroundColor: background(),
    ...(process.platform === 'darwin' ? { titleBarStyle: 'hiddenInset' as const } : {}),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: isDevelopment,
    },
  });
  if (last.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    state.store = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
  });
  const recolour = (): void => window.setBackgroundColor(background());
  nativeTheme.on('updated', recolour);
  window.on('closed', () => nativeTheme.off('updated', recolour));
  offerTextMenu(window);
  // A load that fails is retried by nobody: the page is part of the application.
  void window.loadURL(address);
  return window;
}

/** The context menu that every native text has. */
function offerTextMenu(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    if (!isEditable && selectionText === '') return;
    const menu = Menu.buildFromTemplate([
      { role: 'cut', visible: isEditable, enabled: editFlags.canCut },
      { role: 'copy', enabled: editFlags.canCopy },
      { role: 'paste', visible: isEditable, enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll' },
    ]);
    menu.popup({ window });
  });
}

export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Goes to a screen by the page's fragment (`#sources`), without loading anything. */
export function showScreen(window: BrowserWindow, name: string): void {
  focusWindow(window);
  const address = new URL(window.webContents.getURL());
  address.hash = name;
  void window.loadURL(address.href);
}

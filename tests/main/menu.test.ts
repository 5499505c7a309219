import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate, type MenuActions } from '../../src/main/menu.ts';

function build(surroundings: { readonly isDevelopment: boolean; readonly isMac: boolean }) {
  const done: string[] = [];
  const actions: MenuActions = {
    addFolder: () => done.push('addFolder'),
    exportManifest: () => done.push('exportManifest'),
    show: (screen) => done.push(screen),
    copyDiagnostics: () => done.push('copyDiagnostics'),
    openLogs: () => done.push('openLogs'),
    openSite: (address) => done.push(address),
  };
  const top = menuTemplate({ actions, ...surroundings });
  const items = top.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  return { done, items };
}

function rolesOf(isDevelopment: boolean): unknown[] {
  return build({ isDevelopment, isMac: false }).items.map(({ role }) => role);
}

function click(item: MenuItemConstructorOptions | undefined): void {
  (item?.click as (() => void) | undefined)?.();
}

describe('menuTemplate', () => {
  it.each([
    ['Add Folder…', 'CmdOrCtrl+O', 'addFolder'],
    ['Export Manifest…', 'CmdOrCtrl+Shift+E', 'exportManifest'],
    ['Sources', 'CmdOrCtrl+1', 'sources'],
    ['Migrate', 'CmdOrCtrl+2', 'migrate'],
    ['Verify', 'CmdOrCtrl+3', 'verify'],
    ['Copy Diagnostics', undefined, 'copyDiagnostics'],
  ])('%s has %s and does %s', (label, accelerator, action) => {
    const { items, done } = build({ isDevelopment: false, isMac: false });
    const item = items.find((candidate) => candidate.label === label);
    expect(item?.accelerator).toBe(accelerator);
    click(item);
    expect(done).toEqual([action]);
  });

  it('has reload and developer tools in development only', () => {
    expect(rolesOf(true)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']));
    for (const role of ['reload', 'forceReload', 'toggleDevTools'])
      expect(rolesOf(false)).not.toContain(role);
  });

  it('quits from File except on macOS', () => {
    expect(build({ isDevelopment: false, isMac: false }).items).toContainEqual({ role: 'quit' });
    expect(build({ isDevelopment: false, isMac: true }).items).toContainEqual({ role: 'close' });
  });
});

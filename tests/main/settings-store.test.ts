import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { openSettings, settingsName } from '../../src/main/settings-store.ts';
import type { Settings } from '../../src/shared/settings.ts';
import { memoryLog } from '../fakes/memory-log.ts';
import { tempFolder } from '../fixtures/temp-folder.ts';

const untouched: Settings = {
  addedRoots: [],
  hiddenRoots: [],
  colorScheme: 'auto',
  sync: false,
  tray: false,
};

/** electron-store is conf with the paths of Electron; so conf, with paths of its own, is the real thing here. */
async function open(directory: string) {
  const changes: Settings[] = [];
  const { store, notice } = await openSettings({
    directory,
    open: () =>
      new Conf<Settings>({
        cwd: directory,
        configName: settingsName,
        projectName: 'test',
        clearInvalidConfig: false,
      }),
    onChange: (changed) => changes.push(changed),
    log: memoryLog(),
  });
  return { store, notice, changes };
}

async function corruptFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.includes('.corrupt-'));
}

describe('openSettings', () => {
  it('starts with the defaults in an empty folder', async () => {
    const { store, notice } = await open(await tempFolder());
    expect(store.current()).toEqual(untouched);
    expect(notice).toBeNull();
  });

  it('keeps a change, announces it and finds it again', async () => {
    const directory = await tempFolder();
    const { store, changes } = await open(directory);
    await store.change({ addedRoots: ['/a'] });
    await store.change({ colorScheme: 'dark' });
    const wanted: Settings = { ...untouched, addedRoots: ['/a'], colorScheme: 'dark' };
    expect(changes.at(-1)).toEqual(wanted);
    expect((await open(directory)).store.current()).toEqual(wanted);
  });

  it('treats a setting that is undefined as not named', async () => {
    const { store } = await open(await tempFolder());
    await store.change({ addedRoots: ['/a'] });
    expect(await store.change({ addedRoots: undefined, colorScheme: 'light' })).toMatchObject({
      addedRoots: ['/a'],
    });
  });

  it.each([
    ['cut off', '{"addedRoots": ["/a"'],
    ['emptied', ''],
    ['of another shape', '{"addedRoots": "all of them"}'],
  ])('moves a file that is %s aside and loads the last good copy', async (_how, text) => {
    const directory = await tempFolder();
    const { store } = await open(directory);
    await store.change({ addedRoots: ['/a'] });
    await writeFile(path.join(directory, 'settings.json'), text);

    const again = await open(directory);
    expect(again.store.current()).toMatchObject({ addedRoots: ['/a'] });
    expect(again.notice?.message).toContain('last good copy');
    const [aside = ''] = await corruptFiles(directory);
    expect(await readFile(path.join(directory, aside), 'utf8')).toBe(text);
    expect(again.notice?.detail).toContain(aside);
    expect((await open(directory)).notice).toBeNull();
  });

  it('starts anew when there is no good copy, and says so', async () => {
    const directory = await tempFolder();
    await writeFile(path.join(directory, 'settings.json'), 'not json');
    await writeFile(path.join(directory, 'settings.backup.json'), 'not json either');
    const { store, notice } = await open(directory);
    expect(store.current()).toEqual(untouched);
    expect(notice?.message).toContain('start anew');
    expect(await corruptFiles(directory)).toHaveLength(1);
  });

  it('does not make a damaged file the good copy, and says that it was not saved', async () => {
    const directory = await tempFolder();
    const file = path.join(directory, 'settings.json');
    const { store } = await openSettings({
      directory,
      // A full disk: the write is cut short and nobody says so.
      open: () => ({
        get store() {
          return untouched;
        },
        set store(value: Settings) {
          void writeFile(file, JSON.stringify(value).slice(0, 10));
        },
      }),
      onChange: () => undefined,
      log: memoryLog(),
    });
    await writeFile(file, '');
    await expect(store.change({ colorScheme: 'dark' })).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readdir(directory)).not.toContain('settings.backup.json');
  });

  it('survives many changes at once', async () => {
    const directory = await tempFolder();
    const { store } = await open(directory);
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.change({ hiddenRoots: [`/${index}`] })));
    const backup: unknown = JSON.parse(await readFile(path.join(directory, 'settings.backup.json'), 'utf8'));
    expect(backup).toMatchObject({ hiddenRoots: ['/19'] });
  });
});

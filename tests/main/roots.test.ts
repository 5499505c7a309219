import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRoots, isSameRoots, type RootFinders } from '../../src/main/roots.ts';
import type { SettingsStore } from '../../src/main/settings-store.ts';
import type { Root } from '../../src/shared/discovery.ts';
import { settings as schema, type Settings } from '../../src/shared/settings.ts';
import { addedRoots, uniqueRoots } from '../../src/engine/discover/roots.ts';
import { tempFolder, writeTree } from '../fixtures/temp-folder.ts';

function settingsInMemory(initial: Partial<Settings> = {}): SettingsStore {
  let current = schema.parse(initial);
  return {
    current: () => current,
    change: (change) => {
      current = schema.parse({ ...current, ...change });
      return Promise.resolve(current);
    },
  };
}

function finders(defaults: readonly Root[]): RootFinders {
  return { defaults: () => Promise.resolve(defaults), added: addedRoots, unique: uniqueRoots };
}

async function setUp() {
  const folder = await writeTree(await tempFolder(), { 'home/a.jsonl': '', 'extra/b.jsonl': '' });
  const home = path.join(folder, 'home');
  const extra = path.join(folder, 'extra');
  const settings = settingsInMemory();
  const roots = createRoots(settings, finders([{ path: home, origin: 'default', state: 'present' }]));
  return { home, extra, folder, settings, roots };
}

describe('createRoots', () => {
  it('adds folders after the default ones, each once', async () => {
    const { home, extra, settings, roots } = await setUp();
    await roots.add([extra]);
    await roots.add([extra, home]);
    expect(settings.current().addedRoots).toEqual([extra]);
    expect(await roots.all()).toEqual([
      { path: home, origin: 'default', state: 'present' },
      { path: extra, origin: 'added', state: 'present' },
    ]);
  });

  it('adds none when one of them is no folder', async () => {
    const { home, extra, settings, roots } = await setUp();
    for (const bad of [path.join(home, 'a.jsonl'), path.join(home, 'nothing')]) {
      await expect(roots.add([extra, bad])).rejects.toMatchObject({ code: 'source-unreadable', path: bad });
    }
    expect(settings.current().addedRoots).toEqual([]);
  });

  it('takes an added folder away, hides a default one, and shows it again when it is added', async () => {
    const { home, extra, settings, roots } = await setUp();
    await roots.add([extra]);
    await roots.remove(extra);
    await roots.remove(home);
    expect(settings.current()).toMatchObject({ addedRoots: [], hiddenRoots: [home] });
    expect(await roots.all()).toEqual([]);
    await roots.add([home]);
    expect(settings.current()).toMatchObject({ addedRoots: [], hiddenRoots: [] });
    expect(await roots.present()).toEqual([home]);
  });

  it('shows a folder that is gone but does not migrate it', async () => {
    const { home, folder, settings, roots } = await setUp();
    const gone = path.join(folder, 'gone');
    await settings.change({ addedRoots: [gone] });
    expect(await roots.all()).toContainEqual({ path: gone, origin: 'added', state: 'missing' });
    expect(await roots.present()).toEqual([home]);
  });

  it('says what to do when there is no folder at all', async () => {
    const { home, roots } = await setUp();
    await roots.remove(home);
    await expect(roots.present()).rejects.toMatchObject({ code: 'source-missing' });
  });
});

describe('isSameRoots', () => {
  it('is about folders only', () => {
    const settings = schema.parse({});
    expect(isSameRoots(settings, { ...settings, colorScheme: 'dark' })).toBe(true);
    expect(isSameRoots(settings, { ...settings, hiddenRoots: ['/a'] })).toBe(false);
  });
});

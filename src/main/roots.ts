import { stat } from 'node:fs/promises';
import type { Root } from '../shared/discovery.ts';
import { AppError } from '../shared/failure.ts';
import type { Settings } from '../shared/settings.ts';
import type { SettingsStore } from './settings-store.ts';

/** The folders that are scanned: those of this machine but the hidden ones, and those that the person added. */
export interface Roots {
  all(): Promise<readonly Root[]>;
  /** Paths of those that are there. @throws AppError `source-missing` when none is */
  present(): Promise<string[]>;
  /** @throws AppError when one is no folder; then none is added */
  add(paths: readonly string[]): Promise<Settings>;
  /** Takes an added root away, hides a default one. */
  remove(path: string): Promise<Settings>;
}

/** The engine's knowledge of where transcripts are. */
export interface RootFinders {
  readonly defaults: () => Promise<readonly Root[]>;
  readonly added: (paths: readonly string[]) => Promise<readonly Root[]>;
  /** Keeps the first of roots that are the same folder. */
  readonly unique: (roots: readonly Root[]) => Promise<readonly Root[]>;
}

export function createRoots(settings: SettingsStore, find: RootFinders): Roots {
  async function all(): Promise<readonly Root[]> {
    const { addedRoots, hiddenRoots } = settings.current();
    const usual = (await find.defaults()).filter(({ path }) => !hiddenRoots.includes(path));
    return find.unique([...usual, ...(await find.added(addedRoots))]);
  }

  return {
    all,
    present: async () => {
      const present = (await all()).filter(({ state }) => state === 'present').map(({ path }) => path);
      if (present.length > 0) return present;
      throw new AppError(
        'source-missing',
        'There is no folder to migrate. Add the one that holds your transcripts.',
      );
    },
    add: async (paths) => {
      await Promise.all(paths.map(requireFolder));
      const defaults = new Set((await find.defaults()).map(({ path }) => path));
      const others = paths.filter((path) => !defaults.has(path));
      const { addedRoots, hiddenRoots } = settings.current();
      return settings.change({
        addedRoots: [...new Set([...addedRoots, ...others])],
        hiddenRoots: hiddenRoots.filter((path) => !paths.includes(path)),
      });
    },
    remove: (path) => {
      const { addedRoots, hiddenRoots } = settings.current();
      return settings.change(
        addedRoots.includes(path)
          ? { addedRoots: addedRoots.filter((kept) => kept !== path) }
          : { hiddenRoots: [...new Set([...hiddenRoots, path])] },
      );
    },
  };
}

/** Whether a change of settings leaves the scanned folders as they were. */
export function isSameRoots(one: Settings, other: Settings): boolean {
  return rootsKey(one) === rootsKey(other);
}

function rootsKey({ addedRoots, hiddenRoots }: Settings): string {
  return JSON.stringify([addedRoots, hiddenRoots]);
}

async function requireFolder(path: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    throw new AppError('source-unreadable', `${path} can't be opened. Nothing was added.`, {
      cause: error,
      path,
    });
  }
  if (!isFolder) {
    throw new AppError(
      'source-unreadable',
      `${path} is not a folder. Nothing was added; add the folder around it.`,
      {
        path,
      },
    );
  }
}

import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../engine/log.ts';
import { AppError } from '../shared/failure.ts';
import { settings as schema, type Settings, type SettingsChange } from '../shared/settings.ts';

/** The part of electron-store (and of conf below it) that is used: all of it at once. */
export interface SettingsFile {
  store: Settings;
}

/** What a person should know about their settings, once. */
export interface Notice {
  readonly message: string;
  readonly detail: string;
}

export interface SettingsStore {
  current(): Settings;
  /** Settles when the change is known to be on the disk. */
  change(change: SettingsChange): Promise<Settings>;
}

/** Name of the file without its extension, as electron-store wants it. */
export const settingsName = 'settings';

/**
 * Reads the settings and keeps them.
 *
 * electron-store believes a short write on a full disk and then can't read its own file (guide/node-electron.md 4).
 * So a damaged file is moved aside, the last good copy takes its place, and every write is read back before it
 * becomes that copy.
 */
export async function openSettings(options: {
  readonly directory: string;
  /** Opens the file once it is known to be sound. */
  readonly open: () => SettingsFile;
  readonly onChange: (settings: Settings, before: Settings) => void;
  readonly log: Log;
}): Promise<{ readonly store: SettingsStore; readonly notice: Notice | null }> {
  const { directory, open, onChange, log } = options;
  const path = join(directory, `${settingsName}.json`);
  const backup = join(directory, `${settingsName}.backup.json`);

  const notice = await repair(path, backup, log);
  const file = open();
  let current = schema.parse(file.store);
  let saving = Promise.resolve();

  /** One at a time, so that a backup is never half of one change and half of the next. */
  async function confirm(): Promise<void> {
    const text = await readFile(path, 'utf8');
    if (!isSound(text)) {
      throw new AppError('disk-full', 'The settings could not be saved: the disk is full or failing.', {
        path,
      });
    }
    await writeFile(`${backup}.tmp`, text);
    await rename(`${backup}.tmp`, backup);
  }

  return {
    notice,
    store: {
      current: () => current,
      change: async (change) => {
        const before = current;
        const named = Object.entries(change).filter(([, value]) => value !== undefined);
        current = schema.parse({ ...before, ...Object.fromEntries(named) });
        file.store = current;
        onChange(current, before);
        const saved = saving.then(confirm);
        saved.catch((error: unknown) => log.error('The settings could not be saved', { error }));
        saving = saved.catch(() => undefined);
        await saved;
        return current;
      },
    },
  };
}

/** Leaves a file that can be read, or none. Answers what the person should know about it. */
async function repair(path: string, backup: string, log: Log): Promise<Notice | null> {
  const text = await readIfThere(path);
  if (text === null || isSound(text)) return null;
  const aside = `${path}.corrupt-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const good = await readIfThere(backup);
  const hasGood = good !== null && isSound(good);
  await rename(path, aside);
  if (hasGood) await copyFile(backup, path);
  log.warn('The settings were damaged', { aside, restored: hasGood });
  return {
    message: hasGood
      ? 'The settings were damaged. The last good copy is in use.'
      : 'The settings were damaged and start anew. Added folders have to be added again.',
    detail: `The damaged file was kept as ${aside}. Your history and the database are not affected.`,
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new AppError('data-dir-unwritable', `The settings in ${path} can't be read.`, {
      cause: error,
      path,
    });
  }
}

function isSound(text: string): boolean {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

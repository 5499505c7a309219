import { statSync } from 'node:fs';
import path from 'node:path';
import { FSWatcher, type Throttler, type ThrottleType } from 'chokidar';

/** What the system tells. Paths are absolute, below the folder that was added. */
export interface EventListeners {
  /** An entry may have been created, changed, renamed or deleted. */
  readonly onEntry: (path: string) => void;
  /** A folder appeared. */
  readonly onFolder: (path: string) => void;
  /** A watched folder was deleted or moved, and with it the watch on it. There may be another in its place by now. */
  readonly onGone: (folder: string) => void;
  /** A symbolic link is there. It is not followed. */
  readonly onLink: (path: string) => void;
  /** The watches on the first folders are set. */
  readonly onReady: () => void;
  readonly onError: (error: unknown) => void;
}

/** The source of events on folders. They are hints: each may be missing, late or wrong. */
export interface FolderEvents {
  /** Watches a folder and all below it, present and to come. Again for one that is watched: sets the watch anew. */
  readonly watch: (folder: string) => void;
  /** Ends the watches on a folder and all below it. */
  readonly unwatch: (folder: string) => void;
  readonly close: () => Promise<void>;
}

export type OpenEvents = (listeners: EventListeners) => FolderEvents;

/**
 * Opens the system's events by way of chokidar: one watch per folder, none per file.
 *
 * chokidar 5 watches each file that it doesn't ignore: 10,200 watches for 10,000 files in 200 folders, which use up what
 * the person's other programs need too. The watch on a folder tells of the files in it anyway; chokidar passes that on as
 * `raw`, with the file's name, before it looks for itself. So files are ignored and `raw` is all that is needed. New
 * folders are found and watched by chokidar.
 *
 * Links are not followed, since chokidar goes round circles of links until the system refuses.
 */
export const openFolderEvents: OpenEvents = (listeners) => {
  const watcher = new FolderWatcher({
    persistent: true,
    ignoreInitial: true,
    followSymlinks: false,
    // An unreadable folder concerns only itself; the sweep reports it.
    ignorePermissionErrors: true,
    // Would ignore folders with names like those of editors' backups.
    atomic: false,
    ignored: (_path, stats) => stats?.isFile() ?? false,
  });
  watcher.on('raw', (kind, name: string | null, details) => {
    if (name === null || !hasWatchedPath(details)) return;
    const { watchedPath } = details;
    listeners.onEntry(path.join(watchedPath, name));
    // Of itself a folder tells under its own name; or there is an entry of the same name in it, which does no harm.
    if (kind === 'rename' && name === path.basename(watchedPath)) listeners.onGone(watchedPath);
  });
  watcher.on('addDir', (folder) => listeners.onFolder(folder));
  watcher.on('unlinkDir', (folder) => {
    watcher.forget(folder);
    // When chokidar finds out first, it ends the watch before the folder tells.
    listeners.onGone(folder);
  });
  watcher.on('add', (entry, stats) => {
    if (stats?.isSymbolicLink() === true) listeners.onLink(entry);
  });
  watcher.on('ready', listeners.onReady);
  watcher.on('error', listeners.onError);
  return {
    watch: (folder) => {
      watcher.unwatch(folder);
      watcher.add(folder);
    },
    unwatch: (folder) => {
      watcher.leave(folder);
      watcher.unwatch(folder);
    },
    close: () => {
      const closed = watcher.close();
      // It removes its listeners but not what is under way, and an `error` that nobody hears is thrown.
      watcher.on('error', () => undefined);
      return closed;
    },
  };
};

/** `CHOKIDAR_USEPOLLING` makes chokidar report without it. */
function hasWatchedPath(details: unknown): details is { watchedPath: string } {
  return typeof details === 'object' && details !== null && 'watchedPath' in details;
}

/** A folder that changed this recently may change again within the resolution of its time. Milliseconds. */
const recently = 2000;

/**
 * Spares chokidar the listing of folders that list as before.
 *
 * For every event chokidar lists the folder and stats all that is in it. With 2,000 files in the folder and ten lines a
 * second that was 21 % of a core; a folder's time tells that nothing was added or removed. `_throttle` is what chokidar
 * asks before it lists; it is not documented. Should a later version not ask, it lists every time again.
 */
// oxlint-disable no-underscore-dangle -- chokidar's name
class FolderWatcher extends FSWatcher {
  readonly #listedMs = new Map<string, number>();

  forget(folder: string): void {
    this.#listedMs.delete(folder);
  }

  /**
   * Ends the watches below a folder. `unwatch` leaves them, and when the folder is added again, by then another one, takes
   * what has the same name for watched. `_remove` is what chokidar does when it sees that a folder is gone.
   */
  leave(folder: string): void {
    this._remove(path.dirname(folder), path.basename(folder), true);
    this.forget(folder);
  }

  override _throttle(kind: ThrottleType, folder: string, timeout: number): Throttler | false {
    if (kind !== 'readdir') return super._throttle(kind, folder, timeout);
    const modifiedMs = modifiedMsOf(folder);
    if (this.#listedMs.get(folder) === modifiedMs && Date.now() - modifiedMs > recently) return false;
    const throttler = super._throttle(kind, folder, timeout);
    if (throttler === false) return false;
    if (Number.isNaN(modifiedMs)) this.#listedMs.delete(folder);
    else this.#listedMs.set(folder, modifiedMs);
    return throttler;
  }
}

/** NaN, which equals nothing, when the folder is not there. */
function modifiedMsOf(folder: string): number {
  try {
    return statSync(folder).mtimeMs;
  } catch {
    return NaN;
  }
}

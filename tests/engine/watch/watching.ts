import { onTestFinished, vi } from 'vitest';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import type { OpenEvents } from '../../../src/engine/watch/folder-events.ts';
import type { Timings } from '../../../src/engine/watch/timings.ts';
import {
  watchFiles,
  type Changes,
  type WatchedState,
  type WatchOptions,
} from '../../../src/engine/watch/watch-files.ts';
import type { Root } from '../../../src/shared/discovery.ts';
import { memoryLog } from '../../fakes/memory-log.ts';

const hour = 3_600_000;

/** No sweeps but those at the beginning and those that something asks for. */
export const noSweeps: Partial<Timings> = {
  shortestSweep: hour,
  longestSweep: hour,
  shortestPoll: hour,
  longestPoll: hour,
};

/** Only events. */
export const onlyEvents: Partial<Timings> = { ...noSweeps, hotInterval: hour };

/** What the system does while a writer keeps its file open on macOS, or when its queue overflows: it says nothing. */
export const silentEvents: OpenEvents = ({ onReady }) => {
  let isReady = false;
  return {
    watch: () => {
      if (isReady) return;
      isReady = true;
      setImmediate(onReady);
    },
    unwatch: () => undefined,
    close: () => Promise.resolve(),
  };
};

export interface Watching {
  readonly changes: Changes[];
  readonly states: WatchedState[];
  readonly log: ReturnType<typeof memoryLog>;
  /** What the reader took in: name to size. */
  readonly known: Map<string, number>;
  /** Names of the files in the changes since the last call of `forget`. */
  readonly names: () => string[];
  readonly forget: () => void;
  readonly sweeps: () => number;
  readonly stop: () => Promise<void>;
}

export function rootAt(folder: string): Root {
  return { path: folder, origin: 'option', state: 'present' };
}

/** Watches folders with a reader that takes in every change, until the test is over. */
export function watchFolders(
  folders: readonly string[],
  options: Partial<WatchOptions> & { readonly read?: (changes: Changes) => Promise<void> } = {},
): Watching {
  const changes: Changes[] = [];
  const states: WatchedState[] = [];
  const log = memoryLog();
  const known = new Map<string, number>();
  const measures = new Map<string, string>();
  const abort = new AbortController();
  let from = 0;
  const read = async (): Promise<void> => {
    const watched = watchFiles({
      roots: folders.map(rootAt),
      isKnown: (found) => measures.get(nameOf(found)) === measureOf(found),
      filters: {},
      signal: abort.signal,
      log,
      onState: (state) => states.push(state),
      ...options,
    });
    for await (const change of watched) {
      await options.read?.(change);
      changes.push(change);
      for (const found of change.files) {
        known.set(found.file, found.sizeBytes);
        measures.set(nameOf(found), measureOf(found));
      }
    }
  };
  const done = read();
  const stop = async (): Promise<void> => {
    abort.abort();
    await done;
  };
  onTestFinished(stop);
  return {
    changes,
    states,
    log,
    known,
    names: () => changes.slice(from).flatMap(({ files }) => files.map(({ file }) => file)),
    forget: () => (from = changes.length),
    sweeps: () => changes.filter(({ isSweep }) => isSweep).length,
    stop,
  };
}

/** Resolves when the watches are set: the second sweep is made then. */
export async function whenSettled(watching: Watching): Promise<void> {
  await eventually(() => watching.sweeps() >= 2);
}

/** The bound is for what hangs, not for what is slow on a busy machine. */
export async function eventually(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000, interval: 10 });
}

function nameOf({ root, file }: FoundFile): string {
  return `${root}\0${file}`;
}

function measureOf({ sizeBytes, modifiedMs, inode }: FoundFile): string {
  return `${sizeBytes}:${modifiedMs}:${inode}`;
}

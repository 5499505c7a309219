import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolderEvents, type OpenEvents } from '../../../src/engine/watch/folder-events.ts';
import { watchFiles } from '../../../src/engine/watch/watch-files.ts';
import { silentLog } from '../../../src/engine/log.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { eventually, onlyEvents, rootAt, silentEvents, watchFolders, whenSettled } from './watching.ts';

function limitError(code: string): Error {
  return Object.assign(new Error(`${code}: System limit for number of file watchers reached`), { code });
}

/** Fails once for every folder, as inotify does at its limit. */
const limited: OpenEvents = (listeners) => ({
  ...silentEvents(listeners),
  watch: () => {
    for (let folder = 0; folder < 100; folder += 1) listeners.onError(limitError('ENOSPC'));
    listeners.onReady();
  },
});

const limitedLater: OpenEvents = (listeners) => {
  const events = openFolderEvents(listeners);
  setImmediate(() => listeners.onError(limitError('EMFILE')));
  return events;
};

function openWatches(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
}

describe('watchFiles without enough watches', () => {
  it('polls, and says why and what to do', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    const timings = { ...onlyEvents, shortestPoll: 50, longestPoll: 50 };
    const watching = watchFolders([folder], { timings, openEvents: limited });
    await eventually(() => watching.states.at(-1)?.mode === 'polling');
    expect(watching.states[0]).toEqual({ mode: 'events', notice: null, sweptAt: null });
    expect(watching.states.at(-1)?.notice).toMatch(/fs\.inotify\.max_user_watches/);
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 3);
    const warnings = watching.log.said.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual(['Not every change is announced']);
  });

  it('keeps the events that it has', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    const watching = watchFolders([folder], { timings: onlyEvents, openEvents: limitedLater });
    await eventually(() => watching.states.at(-1)?.mode === 'polling');
    await whenSettled(watching);
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 3);
  });

  it('tries again, and returns to events', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    let attempts = 0;
    const openEvents: OpenEvents = (listeners) => {
      attempts += 1;
      return attempts < 3 ? limited(listeners) : openFolderEvents(listeners);
    };
    const timings = { ...onlyEvents, shortestPoll: 20, longestPoll: 20, retryEvents: 10 };
    const watching = watchFolders([folder], { timings, openEvents });
    await eventually(() => attempts === 3 && watching.states.at(-1)?.mode === 'events');
    expect(watching.states.at(-1)?.notice).toBeNull();
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 3);
  });
});

describe('the end of watching', () => {
  it('comes with the signal and leaves no watch open', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '', 'q/r/b.jsonl': '' });
    const watching = watchFolders([folder], { timings: onlyEvents });
    await whenSettled(watching);
    expect(openWatches()).toBeGreaterThanOrEqual(4);
    await watching.stop();
    await eventually(() => openWatches() === 0);
  });

  it('comes at once when the signal was aborted before, or is aborted in the first sweep', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    for (const isEarly of [true, false]) {
      const abort = new AbortController();
      if (isEarly) abort.abort();
      const options = { roots: [rootAt(folder)], filters: {}, log: silentLog, onState: () => undefined };
      const isKnown = (): boolean => {
        abort.abort();
        return true;
      };
      for await (const changes of watchFiles({ ...options, isKnown, signal: abort.signal })) {
        expect(changes).toBeUndefined();
      }
    }
    await eventually(() => openWatches() === 0);
  });

  it('closes the watches also when the reader does not come back, or leaves', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    const abort = new AbortController();
    const options = { roots: [rootAt(folder)], filters: {}, log: silentLog, onState: () => undefined };
    const watched = watchFiles({ ...options, isKnown: () => false, signal: abort.signal });
    await watched[Symbol.asyncIterator]().next();
    await eventually(() => openWatches() > 0);
    abort.abort();
    await eventually(() => openWatches() === 0);

    const other = new AbortController().signal;
    for await (const changes of watchFiles({ ...options, isKnown: () => false, signal: other })) {
      expect(changes.files).toHaveLength(1);
      break;
    }
    await eventually(() => openWatches() === 0);
  });
});

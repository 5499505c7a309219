import { appendFileSync, writeFileSync } from 'node:fs';
import { appendFile, link, mkdir, open, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../src/engine/run-control.ts';
import {
  openFolderEvents,
  type FolderEvents,
  type OpenEvents,
} from '../../../src/engine/watch/folder-events.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { eventually, noSweeps, onlyEvents, silentEvents, watchFolders, whenSettled } from './watching.ts';

const longAgo = new Date('2026-01-01T00:00:00Z');

describe('watchFiles, when events are lost', () => {
  it('finds 20,000 files that were written while it could not listen', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    for (let index = 0; index < 20; index += 1) await mkdir(path.join(folder, 'p', String(index)));
    const watching = watchFolders([folder], { timings: onlyEvents });
    await whenSettled(watching);
    const untilMs = Date.now() + 3000;
    for (let index = 0; index < 20_000; index += 1) {
      writeFileSync(path.join(folder, 'p', String(index % 20), `${index}.jsonl`), '{}\n');
    }
    while (Date.now() < untilMs) void untilMs;
    await eventually(() => watching.known.size === 20_001);
  });

  it('finds 20,000 lines that were appended meanwhile', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 20_000; index += 1) files[`${index % 20}/${index}.jsonl`] = '';
    const folder = await writeTree(await tempFolder(), files);
    const watching = watchFolders([folder], { timings: onlyEvents });
    await whenSettled(watching);
    for (const file of Object.keys(files)) appendFileSync(path.join(folder, file), '{}\n');
    await eventually(() => [...watching.known.values()].every((size) => size === 3));
  });

  it('sees within moments what a writer adds that keeps its file open, though nothing is announced', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/live.jsonl': '{}\n', 'p/old.jsonl': '{}\n' });
    await utimes(path.join(folder, 'p/old.jsonl'), longAgo, longAgo);
    const watching = watchFolders([folder], { timings: noSweeps, openEvents: silentEvents });
    await whenSettled(watching);
    watching.forget();
    const writer = await open(path.join(folder, 'p/live.jsonl'), 'a');
    try {
      for (let size = 6; size <= 12; size += 3) {
        await writer.write('{}\n');
        await eventually(() => watching.known.get('p/live.jsonl') === size);
      }
    } finally {
      await writer.close();
    }
    expect(watching.sweeps()).toBe(2);
    expect(watching.names()).toEqual(['p/live.jsonl', 'p/live.jsonl', 'p/live.jsonl']);
  });

  it('does not read a file twice when a link to it took the place of another one that changes', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '{}\n', 'p/b.jsonl': '{}\n' });
    const watching = watchFolders([folder], { timings: noSweeps, openEvents: silentEvents });
    await whenSettled(watching);
    watching.forget();
    await rm(path.join(folder, 'p/b.jsonl'));
    await link(path.join(folder, 'p/a.jsonl'), path.join(folder, 'p/b.jsonl'));
    for (const size of [6, 9]) {
      await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
      await eventually(() => watching.known.get('p/a.jsonl') === size);
    }
    expect(watching.names()).not.toContain('p/b.jsonl');
  });

  it('finds the rest by sweeps, which repeat themselves and come when asked for', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    const control = new RunControl();
    const timings = { ...onlyEvents, shortestSweep: 50, longestSweep: 50 };
    const repeating = watchFolders([folder], { timings, openEvents: silentEvents });
    const asked = watchFolders([folder], { timings: onlyEvents, openEvents: silentEvents, control });
    await whenSettled(asked);
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    await eventually(() => repeating.known.get('p/a.jsonl') === 3);
    expect(asked.known.get('p/a.jsonl')).toBe(0);
    control.sweep();
    await eventually(() => asked.known.get('p/a.jsonl') === 3);
  });

  it('sets the watch anew on a folder that turned out to be deaf', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    const opened: FolderEvents[] = [];
    const openEvents: OpenEvents = (listeners) => {
      const events = openFolderEvents(listeners);
      opened.push(events);
      return events;
    };
    const control = new RunControl();
    const watching = watchFolders([folder], { timings: { ...onlyEvents, settle: 100 }, openEvents, control });
    await whenSettled(watching);
    opened[0]!.unwatch(path.join(folder, 'p'));
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    // A change that just happened may still be announced.
    await setTimeout(500);
    expect(watching.known.get('p/a.jsonl')).toBe(0);
    control.sweep();
    await eventually(() => watching.sweeps() === 4);
    expect(watching.known.get('p/a.jsonl')).toBe(3);
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 6);
    expect(watching.sweeps()).toBe(4);
  });
});

describe('the sweep', () => {
  it('says which files are there, also those that the filters leave out', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '{}\n', 'q/b.jsonl': '{}\n' });
    const control = new RunControl();
    const watching = watchFolders([folder], { timings: onlyEvents, control, filters: { pattern: 'p/*' } });
    await whenSettled(watching);
    expect([...(watching.changes[0]?.present ?? [])].map(({ root, file }) => `${root}\0${file}`)).toEqual([
      `${folder}\0p/a.jsonl`,
      `${folder}\0q/b.jsonl`,
    ]);
    await appendFile(path.join(folder, 'q/b.jsonl'), '{}\n');
    await rm(path.join(folder, 'p/a.jsonl'));
    await appendFile(path.join(folder, 'p/c.jsonl'), '{}\n');
    await eventually(() => watching.known.has('p/c.jsonl'));
    control.sweep();
    await eventually(() => watching.sweeps() === 3);
    expect([...(watching.changes.at(-1)?.present ?? [])].map(({ root, file }) => `${root}\0${file}`)).toEqual(
      [`${folder}\0p/c.jsonl`, `${folder}\0q/b.jsonl`],
    );
    expect(watching.known.has('q/b.jsonl')).toBe(false);
  });

  it('says nothing of what is there when it could not look everywhere, and reports that once', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '' });
    // Permissions bite no administrator; a link to itself can be followed by nobody.
    await symlink('round', path.join(folder, 'round'));
    const timings = { ...onlyEvents, shortestSweep: 20, longestSweep: 20 };
    const watching = watchFolders([folder], { timings });
    await eventually(() => watching.sweeps() >= 5);
    expect(watching.changes.some(({ present }) => present !== undefined)).toBe(false);
    expect(watching.log.said.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 3);
    await rm(path.join(folder, 'round'));
    await eventually(() => watching.changes.at(-1)?.present !== undefined);
    expect(watching.states.at(-1)).toMatchObject({ mode: 'events', notice: null });
  });

  it('looks for a root that is not there yet, loses it and finds it again', async () => {
    const folder = await tempFolder();
    const root = path.join(folder, 'later');
    const timings = { ...onlyEvents, shortestSweep: 50, longestSweep: 50, settle: 50 };
    const watching = watchFolders([root], { timings });
    await eventually(() => watching.sweeps() >= 2);
    expect(watching.changes[0]).toEqual({ files: [], isSweep: true });
    await writeTree(root, { 'p/a.jsonl': '{}\n' });
    await eventually(() => watching.known.get('p/a.jsonl') === 3);
    await rename(root, path.join(folder, 'away'));
    await eventually(() => watching.changes.at(-1)?.present === undefined);
    await writeTree(root, { 'p/a.jsonl': '{}\n{}\n' });
    await eventually(() => watching.known.get('p/a.jsonl') === 6);
    watching.forget();
    await appendFile(path.join(root, 'p/a.jsonl'), '{}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 9);
  });

  it('goes on when a root is no folder', async () => {
    const folder = await writeTree(await tempFolder(), { file: '', 'p/a.jsonl': '{}\n' });
    const watching = watchFolders([path.join(folder, 'file'), folder], { timings: onlyEvents });
    await whenSettled(watching);
    expect(watching.known.get('p/a.jsonl')).toBe(3);
    expect(watching.changes[0]).not.toHaveProperty('present');
  });

  it('names a file as findFiles does, whichever of its names an event speaks of', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '{}\n', 'real/b.jsonl': '{}\n' });
    await link(path.join(folder, 'p/a.jsonl'), path.join(folder, 'p/z.jsonl'));
    await symlink(path.join(folder, 'real'), path.join(folder, 'a-link'));
    await symlink(folder, path.join(folder, 'p', 'up'));
    const watching = watchFolders([folder, path.join(folder, 'real')], { timings: onlyEvents });
    await whenSettled(watching);
    await appendFile(path.join(folder, 'p/z.jsonl'), '{}\n');
    await appendFile(path.join(folder, 'real/b.jsonl'), '{}\n');
    await eventually(
      () => watching.known.get('p/a.jsonl') === 6 && watching.known.get('a-link/b.jsonl') === 6,
    );
    expect([...watching.known.keys()]).toEqual(['a-link/b.jsonl', 'p/a.jsonl']);
  });

  it('hears of files in folders outside that links lead to', async () => {
    const outside = await writeTree(await tempFolder(), { 'x/b.jsonl': '{}\n' });
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '{}\n' });
    await symlink(outside, path.join(folder, 'out'));
    const watching = watchFolders([folder], { timings: { ...onlyEvents, settle: 50 } });
    await eventually(() => watching.sweeps() >= 3);
    watching.forget();
    await appendFile(path.join(outside, 'x/b.jsonl'), '{}\n');
    await writeFile(path.join(outside, 'x/c.jsonl'), '{}\n');
    await eventually(() => watching.known.get('out/x/b.jsonl') === 6 && watching.known.has('out/x/c.jsonl'));
    expect(watching.changes.at(-1)?.isSweep).toBe(false);
  });
});

import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../src/engine/run-control.ts';
import type { Timings } from '../../../src/engine/watch/timings.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { eventually, onlyEvents, watchFolders, whenSettled, type Watching } from './watching.ts';

/** The sweeps that new watches ask for come soon; none comes after them. */
const timings: Partial<Timings> = { ...onlyEvents, settle: 100 };

/** Longer than what is done about a folder that is back at once. */
const away = 1000;

interface Started {
  readonly folder: string;
  readonly root: string;
  readonly watching: Watching;
  readonly control: RunControl;
}

async function start(files: Readonly<Record<string, string>>): Promise<Started> {
  const folder = await tempFolder();
  const root = await writeTree(path.join(folder, 'above/root'), files);
  const control = new RunControl();
  const watching = watchFolders([root], { timings, control });
  await whenSettled(watching);
  return { folder, root, watching, control };
}

/** Appends a line when no sweep is to come, so that only an event can tell of it. */
async function expectHeard(watching: Watching, root: string, file: string): Promise<void> {
  for (let sweeps = -1; sweeps !== watching.sweeps(); await setTimeout(500)) sweeps = watching.sweeps();
  const sweeps = watching.sweeps();
  const size = watching.known.get(file) ?? 0;
  await appendFile(path.join(root, file), '{}\n');
  await eventually(() => watching.known.get(file) === size + 3);
  expect(watching.sweeps()).toBe(sweeps);
}

describe('a root that was away', () => {
  it('is watched again when it was deleted and made again', async () => {
    const { root, watching } = await start({ 'p/a.jsonl': '{}\n' });
    await rm(root, { recursive: true });
    await setTimeout(away);
    await writeTree(root, { 'p/a.jsonl': '{}\n{}\n', 'q/b.jsonl': '{}\n' });
    await eventually(() => watching.known.get('p/a.jsonl') === 6 && watching.known.has('q/b.jsonl'));
    await expectHeard(watching, root, 'p/a.jsonl');
  });

  it('is watched again when it was moved away and back', async () => {
    const { folder, root, watching } = await start({ 'p/a.jsonl': '{}\n' });
    await rename(root, path.join(folder, 'moved'));
    await setTimeout(away);
    await rename(path.join(folder, 'moved'), root);
    await setTimeout(away);
    await writeTree(root, { 'p/new.jsonl': '{}\n', 'q/b.jsonl': '{}\n' });
    await eventually(() => watching.known.has('p/new.jsonl') && watching.known.has('q/b.jsonl'));
    await expectHeard(watching, root, 'p/a.jsonl');
  });

  it('is watched again when the folder above it went too, and it had more folders than are looked after', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 200; index += 1) files[`p${index}/a.jsonl`] = '{}\n';
    const { root, watching } = await start(files);
    await rm(path.dirname(root), { recursive: true });
    await setTimeout(away);
    await writeTree(root, { 'p7/a.jsonl': '{}\n{}\n' });
    await eventually(() => watching.known.get('p7/a.jsonl') === 6);
    await expectHeard(watching, root, 'p7/a.jsonl');
  });

  it('is watched again when a sweep missed it, and another tree has the same names by then', async () => {
    const { folder, root, watching, control } = await start({ 'p/a.jsonl': '{}\n', 'q/r/b.jsonl': '{}\n' });
    // Announced to nobody: the root itself stays as it is.
    await rename(path.dirname(root), path.join(folder, 'moved'));
    control.sweep();
    await eventually(() => watching.changes.at(-1)?.present === undefined);
    await mkdir(path.join(root, 'q/r'), { recursive: true });
    await writeTree(root, { 'p/a.jsonl': '{}\n{}\n' });
    await eventually(() => watching.known.get('p/a.jsonl') === 6);
    await expectHeard(watching, root, 'q/r/new.jsonl');
  });
});

describe('a root that is not there yet', () => {
  it('is watched as soon as it appears, whether another one is watched or none', async () => {
    const folder = await tempFolder();
    const roots = ['above/one', 'two'].map((name) => path.join(folder, name));
    const watching = watchFolders(roots, { timings });
    await eventually(() => watching.sweeps() === 1);
    for (const root of roots) {
      const file = `${path.basename(root)}/a.jsonl`;
      await setTimeout(away);
      await mkdir(root, { recursive: true });
      await setTimeout(away);
      await writeTree(root, { [file]: '{}\n' });
      await eventually(() => watching.known.has(file));
      await expectHeard(watching, root, file);
    }
  });
});

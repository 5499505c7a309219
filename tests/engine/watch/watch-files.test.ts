import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { eventually, onlyEvents, watchFolders, whenSettled, type Watching } from './watching.ts';

async function start(
  files: Readonly<Record<string, string>>,
): Promise<{ folder: string; watching: Watching }> {
  const folder = await writeTree(await tempFolder(), files);
  const watching = watchFolders([folder], { timings: onlyEvents });
  await whenSettled(watching);
  watching.forget();
  return { folder, watching };
}

describe('watchFiles, by events alone', () => {
  it('sees a line that is appended', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '{}\n', 'p/b.jsonl': '{}\n' });
    await appendFile(path.join(folder, 'p/a.jsonl'), '{"more":1}\n');
    await eventually(() => watching.known.get('p/a.jsonl') === 14);
    expect(new Set(watching.names())).toEqual(new Set(['p/a.jsonl']));
  });

  it('does not wait for a file that is written all the time to come to rest', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '' });
    const file = path.join(folder, 'p/a.jsonl');
    for (let line = 0; !watching.names().includes('p/a.jsonl'); line += 1) {
      expect(line).toBeLessThan(1000);
      await appendFile(file, '{}\n');
      await setTimeout(50);
    }
  });

  it('sees a new file, and one in a new folder', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '' });
    await writeTree(folder, { 'p/new.jsonl': '{}\n', 'q/r/deep.jsonl': '{}\n', 'q/other.txt': 'no' });
    await eventually(() => watching.known.has('p/new.jsonl') && watching.known.has('q/r/deep.jsonl'));
    await appendFile(path.join(folder, 'q/r/deep.jsonl'), '{}\n');
    await eventually(() => watching.known.get('q/r/deep.jsonl') === 6);
    expect(watching.names()).not.toContain('q/other.txt');
  });

  it('sees a tree that is moved in as a whole, and what is written in it later', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '' });
    const files: Record<string, string> = {};
    for (let index = 0; index < 60; index += 1) files[`t/${index % 6}/${index % 4}/${index}.jsonl`] = '{}\n';
    const outside = await writeTree(await tempFolder(), files);
    await rename(path.join(outside, 't'), path.join(folder, 't'));
    await eventually(() => Object.keys(files).every((file) => watching.known.has(file)));
    await appendFile(path.join(folder, 't/5/1/5.jsonl'), '{}\n');
    await eventually(() => watching.known.get('t/5/1/5.jsonl') === 6);
  });

  it('sees a file that another replaces, whatever its size', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '{"a":1}\n' });
    await writeFile(path.join(folder, 'p/a.tmp'), '{"a":2}\n');
    await rename(path.join(folder, 'p/a.tmp'), path.join(folder, 'p/a.jsonl'));
    await eventually(() => watching.names().includes('p/a.jsonl'));
  });

  it('sees a renamed file under its new name, and a renamed folder', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '{}\n', 'q/b.jsonl': '{}\n' });
    await rename(path.join(folder, 'p/a.jsonl'), path.join(folder, 'p/c.jsonl'));
    await rename(path.join(folder, 'q'), path.join(folder, 'z'));
    await eventually(() => watching.known.has('p/c.jsonl') && watching.known.has('z/b.jsonl'));
    expect(new Set(watching.names())).toEqual(new Set(['p/c.jsonl', 'z/b.jsonl']));
    await appendFile(path.join(folder, 'z/b.jsonl'), '{}\n');
    await eventually(() => watching.known.get('z/b.jsonl') === 6);
  });

  it('drops a deleted file and goes on; a folder made again is watched again', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '{}\n', 'q/b.jsonl': '{}\n' });
    await rm(path.join(folder, 'p/a.jsonl'));
    await rm(path.join(folder, 'q'), { recursive: true });
    await appendFile(path.join(folder, 'p/last.jsonl'), '{}\n');
    await eventually(() => watching.names().includes('p/last.jsonl'));
    expect(watching.names()).toEqual(['p/last.jsonl']);
    await mkdir(path.join(folder, 'q'));
    await writeFile(path.join(folder, 'q/b.jsonl'), '{}\n{}\n');
    await eventually(() => watching.known.get('q/b.jsonl') === 6);
  });

  it('watches a folder that another took the place of at once', async () => {
    const { folder, watching } = await start({ 'p/q/a.jsonl': '{}\n' });
    for (let lines = 2; lines < 6; lines += 2) {
      rmSync(path.join(folder, 'p'), { recursive: true });
      mkdirSync(path.join(folder, 'p/q'), { recursive: true });
      writeFileSync(path.join(folder, 'p/q/a.jsonl'), '{}\n'.repeat(lines));
      await eventually(() => watching.known.get('p/q/a.jsonl') === lines * 3);
      // Until the watches are set; the second look at the folder comes later.
      await setTimeout(1000);
      await appendFile(path.join(folder, 'p/q/a.jsonl'), '{}\n');
      await eventually(() => watching.known.get('p/q/a.jsonl') === lines * 3 + 3);
      await setTimeout(3000);
      await appendFile(path.join(folder, 'p/q/a.jsonl'), '{}\n');
      await eventually(() => watching.known.get('p/q/a.jsonl') === lines * 3 + 6);
    }
  });

  it('sees a file that is truncated', async () => {
    const { folder, watching } = await start({ 'p/a.jsonl': '{"a":1}\n{"b":2}\n' });
    await truncate(path.join(folder, 'p/a.jsonl'), 8);
    await eventually(() => watching.known.get('p/a.jsonl') === 8);
    await truncate(path.join(folder, 'p/a.jsonl'), 0);
    await eventually(() => watching.known.get('p/a.jsonl') === 0);
  });

  it('queues nothing twice and loses nothing while its reader is busy', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '', 'p/b.jsonl': '' });
    const busy = { isBusy: false };
    const read = async (): Promise<void> => {
      while (busy.isBusy) await setTimeout(10);
    };
    const watching = watchFolders([folder], { timings: onlyEvents, read });
    await whenSettled(watching);
    watching.forget();
    busy.isBusy = true;
    await appendFile(path.join(folder, 'p/a.jsonl'), '{}\n');
    for (let line = 0; line < 100; line += 1) await appendFile(path.join(folder, 'p/b.jsonl'), '{}\n');
    await setTimeout(1500);
    expect(watching.names()).toEqual([]);
    busy.isBusy = false;
    await eventually(() => watching.known.get('p/a.jsonl') === 3 && watching.known.get('p/b.jsonl') === 300);
    expect(watching.names().filter((name) => name === 'p/b.jsonl').length).toBeLessThanOrEqual(2);
  });
});

import { appendFile, copyFile, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFolderScene } from './folder-scene.ts';

const { workspace, line, lines, nextFolder, migrateFolder, uuids, files, findings, known } =
  await makeFolderScene();
let folder = '';
let file = '';
let number = 0;

beforeEach(async () => {
  ({ folder, file, number } = await nextFolder());
});

describe('a file that is gone', () => {
  it('keeps its rows and is marked, and is itself again when it comes back', async () => {
    await writeFile(file, lines(1, 2));
    await migrateFolder();
    await rm(file);
    expect((await migrateFolder()).receipt).toMatchObject({ files: 0, filesVanished: 1 });
    expect(await files()).toEqual([known('-p/a.jsonl', '', true)]);
    expect(await uuids()).toEqual(['u1', 'u2']);
    expect((await migrateFolder()).receipt.filesVanished).toBe(0);
    await writeFile(file, lines(1, 3));
    expect((await migrateFolder()).receipt.imported.lines).toBe(1);
    expect(await files()).toEqual([known('-p/a.jsonl')]);
  });

  it.each([
    ['folder', (path: string) => mkdir(path)],
    ['link to a folder', (path: string) => symlink(join(folder, '-q'), path)],
  ])('is marked when a %s took its name', async (_, put) => {
    await writeFile(file, lines(1, 2));
    await migrateFolder();
    await rm(file);
    await put(file);
    expect((await migrateFolder()).receipt).toMatchObject({ files: 0, filesVanished: 1 });
    expect(await files()).toEqual([known('-p/a.jsonl', '', true)]);
    expect((await migrateFolder()).receipt.filesVanished).toBe(0);
    expect(await findings()).toEqual([]);
  });

  it.each([
    ['the second name became a hard link of the first', 'a.jsonl', 'b.jsonl', link],
    ['the first name became a hard link of the second', 'b.jsonl', 'a.jsonl', link],
    ['the second name became a link to the first', 'a.jsonl', 'b.jsonl', symlink],
  ])('is one of two copies when %s', async (_, kept, replaced, put) => {
    const [from, to] = [join(folder, '-p', kept), join(folder, '-p', replaced)];
    await writeFile(from, lines(1, 5));
    await copyFile(from, to);
    await migrateFolder();
    await rm(to);
    await put(from, to);
    await appendFile(from, line(6));
    expect((await migrateFolder()).receipt).toMatchObject({
      files: 1,
      imported: { lines: 1 },
      filesVanished: 1,
    });
    // A file goes by the first of its names.
    expect(await files()).toEqual([known('-p/a.jsonl'), known('-p/b.jsonl', '', true)]);
    expect(await findings()).toEqual([]);
    expect((await migrateFolder()).receipt).toMatchObject({ filesUnchanged: 1, filesVanished: 0 });
    // Each name is a file of its own again.
    await rm(to);
    await copyFile(from, to);
    await migrateFolder();
    expect(await files()).toEqual([known('-p/a.jsonl'), known('-p/b.jsonl')]);
    expect(await uuids('lines')).toHaveLength(12);
  });

  it('is not one that a pattern left out, though it has another name', async () => {
    const copy = join(folder, '-p', 'b.jsonl');
    await writeFile(file, lines(1, 2));
    await copyFile(file, copy);
    await migrateFolder();
    await rm(copy);
    await link(file, copy);
    await workspace.migrate({ sources: [folder], filters: { pattern: 'b.jsonl', order: 'newest' } });
    expect(await files()).toEqual([known('-p/a.jsonl'), known('-p/b.jsonl')]);
  });

  it('is not gone when its whole root is, as a drive that is not mounted', async () => {
    await writeFile(file, line(1));
    await migrateFolder();
    await rename(folder, `${folder}-away`);
    const other = join(folder, '..', `other-${number}`);
    await mkdir(other, { recursive: true });
    await workspace.migrate({ sources: [other] });
    expect(await files()).toEqual([known('-p/a.jsonl')]);
  });
});

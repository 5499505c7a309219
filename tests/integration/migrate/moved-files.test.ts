import { appendFile, copyFile, link, rename, rm, symlink, utimes, writeFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { rebuildCheckpoints } from '../../../src/engine/checkpoints/maintain.ts';
import { openInspectPool } from '../../../src/engine/discover/inspect-pool.ts';
import { openExtractPool } from '../../../src/engine/extract/extract-pool.ts';
import { makeFolderScene } from './folder-scene.ts';
import { engineFiles } from './workspace.ts';

const { workspace, line, lines, nextFolder, migrateFolder, uuids, files, findings, known } =
  await makeFolderScene();
let folder = '';
let file = '';
let number = 0;

beforeEach(async () => {
  ({ folder, file, number } = await nextFolder());
});

describe('a file that goes while its lines are counted again', () => {
  const task = { path: '/nowhere/a.jsonl', file: '-p/a.jsonl', from: 0, until: 10 };

  it('fails alone: the reason comes with the code of the system out of the worker', async () => {
    const pool = openExtractPool(engineFiles.extractWorker, 1, 1024);
    await expect(pool.recount(task)).rejects.toMatchObject({ code: 'ENOENT' });
    await pool.close();
    const { recount } = openInspectPool(engineFiles.inspectWorker);
    await expect(recount(task)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a file that moves between two runs', () => {
  it.each([
    ['renamed', '-p/b.jsonl'],
    ['moved to another project', '-q/a.jsonl'],
  ])('keeps its lines when it was %s, and goes on there', async (_, name) => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    const target = join(folder, name);
    await rename(file, target);
    expect((await migrateFolder()).receipt).toMatchObject({
      lines: 3,
      imported: { lines: 0 },
      filesUnchanged: 1,
      filesVanished: 0,
    });
    expect(await files()).toEqual([known('-p/a.jsonl', target)]);
    await appendFile(target, lines(4, 5));
    expect((await migrateFolder()).receipt.imported.lines).toBe(2);
    expect(await uuids('lines')).toEqual(['u1', 'u2', 'u3', 'u4', 'u5']);
    expect((await migrateFolder()).receipt.imported.lines).toBe(0);
  });

  it('is recognised by its content when its inode is another one, as after a move to another disk', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    const target = join(folder, '-q', 'a.jsonl');
    await copyFile(file, target);
    await appendFile(target, line(4));
    await rm(file);
    expect((await migrateFolder()).receipt.imported.lines).toBe(1);
    expect(await uuids('lines')).toEqual(['u1', 'u2', 'u3', 'u4']);
  });

  it('is recognised also when its checkpoint was made anew from the lines', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    const database = await workspace.engine.openDatabase();
    await rebuildCheckpoints(database.client, workspace.engine.source);
    await database.close();
    const target = join(folder, '-q', 'other.jsonl');
    await rename(file, target);
    await appendFile(target, line(4));
    expect((await migrateFolder()).receipt.imported.lines).toBe(1);
    expect(await uuids('lines')).toEqual(['u1', 'u2', 'u3', 'u4']);
  });

  it('is two files when it was copied', async () => {
    await writeFile(file, lines(1, 2));
    await migrateFolder();
    await copyFile(file, join(folder, '-q', 'a.jsonl'));
    expect((await migrateFolder()).receipt).toMatchObject({ files: 2, imported: { lines: 2 } });
    expect(await uuids()).toEqual(['u1', 'u2', 'u1', 'u2']);
  });

  it('is one file when a hard link or another root leads to it', async () => {
    await writeFile(file, lines(1, 2));
    await migrateFolder();
    await link(file, join(folder, '-p', '0.jsonl'));
    expect((await migrateFolder()).receipt).toMatchObject({ files: 1, imported: { lines: 0 } });
    const elsewhere = join(folder, '..', `link-${number}`);
    await symlink(folder, elsewhere);
    expect((await workspace.migrate({ sources: [elsewhere] })).receipt.imported.lines).toBe(0);
    expect((await workspace.migrate({ sources: [join(folder, '-p')] })).receipt.imported.lines).toBe(0);
    expect(await uuids('lines')).toEqual(['u1', 'u2']);
  });

  it('is imported anew under its new name when another file takes the old one', async () => {
    await writeFile(file, lines(1, 2));
    await migrateFolder();
    const target = join(folder, '-q', 'a.jsonl');
    await rename(file, target);
    await migrateFolder();
    await writeFile(file, lines(7, 9));
    await migrateFolder();
    expect(await uuids()).toEqual(['u7', 'u8', 'u9', 'u1', 'u2']);
    expect(await files()).toEqual([known('-p/a.jsonl', '', false, 1), known('-q/a.jsonl')]);
    expect((await migrateFolder()).receipt).toMatchObject({ lines: 5, imported: { lines: 0 } });
  });

  it('is a new generation where it is when it was emptied or rewritten there', async () => {
    await writeFile(file, lines(1, 5));
    await migrateFolder();
    const target = join(folder, '-p', 'b.jsonl');
    await rename(file, target);
    await migrateFolder();
    await writeFile(target, '');
    await migrateFolder();
    expect(await files()).toEqual([known('-p/a.jsonl', target, false, 1)]);
    expect(await uuids()).toEqual([]);
    expect((await migrateFolder()).receipt).toMatchObject({ filesUnchanged: 1, filesVanished: 0 });
    await appendFile(target, lines(8, 9));
    await migrateFolder();
    expect(await files()).toEqual([known('-p/a.jsonl', target, false, 1)]);
    expect(await uuids()).toEqual(['u8', 'u9']);
    expect(await findings()).toEqual([]);
  });

  it('is not mistaken for another one that begins alike', async () => {
    await writeFile(file, lines(1, 40));
    await migrateFolder();
    await rm(file);
    const fork = join(folder, '-q', 'fork.jsonl');
    await writeFile(fork, lines(1, 39) + line(99));
    await migrateFolder();
    expect(await uuids()).toHaveLength(80);
    expect(await files()).toEqual([known('-p/a.jsonl', '', true), known('-q/fork.jsonl')]);
  });
});

describe('a file of the same size and time', () => {
  it('is read again when its bytes are others', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    const { atime, mtime } = await stat(file);
    await writeFile(file, line(1) + line(8) + line(3));
    await utimes(file, atime, mtime);
    await migrateFolder();
    expect(await uuids()).toEqual(['u1', 'u8', 'u3']);
    expect(await files()).toEqual([known('-p/a.jsonl', '', false, 1)]);
  });

  it('is read again when two of its lines changed places', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    await writeFile(file, line(2) + line(1) + line(3));
    await migrateFolder();
    expect(await uuids()).toEqual(['u2', 'u1', 'u3']);
  });

  it('is not imported again when it was only touched', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    await utimes(file, 1, 1);
    expect((await migrateFolder()).receipt).toMatchObject({ filesUnchanged: 1, imported: { lines: 0 } });
  });
});

describe('a database that does not hold what was confirmed', () => {
  it('gets back lines that were deleted', async () => {
    await writeFile(file, lines(1, 9));
    await migrateFolder();
    await workspace.command(`DELETE FROM lines WHERE root = '${folder}' AND uuid IN ('u8', 'u9')`);
    expect((await migrateFolder()).receipt.imported.lines).toBe(2);
    expect(await uuids('lines')).toEqual(Array.from({ length: 9 }, (_, index) => `u${index + 1}`));
  });

  it('gets a whole generation anew when a line is missing in the middle, or is there twice', async () => {
    await writeFile(file, lines(1, 9));
    await migrateFolder();
    await workspace.command(`DELETE FROM lines WHERE root = '${folder}' AND uuid = 'u4'`);
    await migrateFolder();
    expect(await uuids()).toEqual(Array.from({ length: 9 }, (_, index) => `u${index + 1}`));
    await workspace.command(
      `INSERT INTO lines SELECT * FROM lines WHERE root = '${folder}' AND uuid = 'u5' AND generation = 1`,
    );
    await migrateFolder();
    expect(await uuids()).toEqual(Array.from({ length: 9 }, (_, index) => `u${index + 1}`));
    expect(await files()).toEqual([known('-p/a.jsonl', '', false, 2)]);
    // Nothing is doubted any more.
    const { receipt } = await migrateFolder();
    expect(receipt).toMatchObject({ lines: 9, filesUnchanged: 1, imported: { lines: 0 } });
  });

  it('is filled again when its tables were dropped', async () => {
    await writeFile(file, lines(1, 3));
    await migrateFolder();
    await workspace.command('DROP TABLE lines SYNC');
    await workspace.command('DROP TABLE response_evidence SYNC');
    await migrateFolder();
    expect(await uuids()).toEqual(['u1', 'u2', 'u3']);
  });
});

import { appendFile, copyFile, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyAll } from '../verify/scene.ts';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { query } = workspace;
let number = 0;
let folder = '';
let file = '';

const line = (n: number): string =>
  `${JSON.stringify({ type: 'user', uuid: `u${n}`, sessionId: `s${number}`, message: { role: 'user', content: `text ${n}` } })}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join('');

beforeEach(async () => {
  folder = join(workspace.sources, '..', `gone-${++number}`);
  await mkdir(join(folder, '-p'), { recursive: true });
  await mkdir(join(folder, '-q'), { recursive: true });
  file = join(folder, '-p', 'a.jsonl');
});

const migrateFolder = () => workspace.migrate({ sources: [folder] });

async function uuids(table = 'records'): Promise<string[]> {
  const found = await query<{ uuid: string }>(
    `SELECT uuid FROM ${table} WHERE startsWith(root, '${folder}') ORDER BY file, generation, offset`,
  );
  return found.map(({ uuid }) => uuid);
}

const files = () =>
  query<{ file: string; found_at: string; gone: boolean; generation: number }>(
    `SELECT file, found_at, CAST(isNotNull(vanished_at), 'Bool') AS gone, generation FROM files WHERE startsWith(root, '${folder}') ORDER BY file`,
  );

const findings = async () => (await verifyAll(workspace, { sources: [folder] })).findings;

const known = (name: string, found_at = '', gone = false, generation = 0) => ({
  file: name,
  found_at,
  gone,
  generation,
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

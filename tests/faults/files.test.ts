import {
  appendFile,
  copyFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type Scene } from './scene.ts';

const server = await makeProxyScene();
let number = 0;
let scene: Scene;
let file = '';

beforeEach(async () => {
  scene = await siblingScene(server, `files_${++number}`);
  file = join(scene.sources, '-p', 'a.jsonl');
});

async function countLines(): Promise<number> {
  const [row] = await scene.query<{ lines: number }>('SELECT count() AS lines FROM lines');
  return row?.lines ?? -1;
}

async function generations(): Promise<number[]> {
  const rows = await scene.query<{ generation: number }>('SELECT DISTINCT generation FROM lines ORDER BY 1');
  return rows.map(({ generation }) => generation);
}

describe('lines that are not finished', () => {
  it('09 half-written line: wherever it was cut, also inside a character, it comes once and whole', async () => {
    const line = Buffer.from(`${JSON.stringify({ type: 'user', uuid: 'cut', text: 'é 東 🙂' })}\n`);
    // A file for every byte from the first character outside of ASCII on, the newline alone included.
    const cuts = Array.from({ length: line.length - line.indexOf('é') }, (_, back) => line.length - 1 - back);
    const pathOf = (cut: number): string => join(scene.sources, '-p', `${cut}.jsonl`);
    for (const cut of cuts) {
      await writeFile(pathOf(cut), new MadeUpSession(cut).text(3));
      await appendFile(pathOf(cut), line.subarray(0, cut));
    }
    await scene.migrate();
    await expectExact(scene);
    for (const cut of cuts) await appendFile(pathOf(cut), line.subarray(cut));
    await scene.migrate();
    await expectExact(scene);
    expect(await scene.query("SELECT DISTINCT raw FROM lines WHERE uuid = 'cut'")).toEqual([
      { raw: line.toString().trimEnd() },
    ]);
  });

  it('10 no newline at the end, ever: a complete record is taken, a half one stays pending', async () => {
    await writeFile(file, new MadeUpSession(2).text(3).trimEnd());
    const half = join(scene.sources, '-p', 'half.jsonl');
    await writeFile(half, new MadeUpSession(3).text(3).slice(0, -20));
    for (let run = 0; run < 3; run++) {
      const { receipt } = await scene.migrate();
      expect(receipt).toMatchObject({ records: 5, rejects: 0, pending: 1 });
      await expectExact(scene);
    }
    await appendFile(half, new MadeUpSession(3).text(3).slice(-20));
    expect((await scene.migrate()).receipt).toMatchObject({
      records: 6,
      pending: 0,
      imported: { records: 1 },
    });
    await expectExact(scene);
  });
});

describe('a half line that is cut away again', () => {
  it.each([0, 3])('10 behind %s whole lines: nothing is pending any more', async (lines) => {
    const whole = new MadeUpSession(22).text(lines);
    await writeFile(file, `${whole}{"type":"user","text":"ha`);
    expect((await scene.migrate()).receipt).toMatchObject({ lines: lines + 1, pending: 1 });
    await truncate(file, Buffer.byteLength(whole));
    expect((await scene.migrate()).receipt).toMatchObject({ lines, pending: 0 });
    await expectExact(scene);
  });
});

describe('a file that is written anew while nobody looks', () => {
  const before = new MadeUpSession(4);

  it.each([
    ['shorter', new MadeUpSession(5).text(4)],
    ['longer than it was', new MadeUpSession(5).text(40)],
    ['longer, with the same first line', before.text(1) + new MadeUpSession(6).text(40)],
  ])('17 rewrite %s: a new generation, the old lines stay', async (_, text) => {
    await writeFile(file, new MadeUpSession(4).text(10));
    await scene.migrate();
    await truncate(file);
    await writeFile(file, text);
    await scene.migrate();
    await expectExact(scene);
    expect(await generations()).toEqual([0, 1]);
    expect(await countLines()).toBe(10 + text.split('\n').length - 1);
  });

  it('17 rewrite after truncation to nothing: the empty file is a generation of its own', async () => {
    await writeFile(file, new MadeUpSession(4).text(10));
    await scene.migrate();
    await truncate(file);
    await scene.migrate();
    await expectExact(scene);
    await writeFile(file, new MadeUpSession(5).text(20));
    await scene.migrate();
    await expectExact(scene);
    expect(await countLines()).toBe(30);
  });

  it('18 atomic replace with the same lines and more: only the new ones are imported', async () => {
    const session = new MadeUpSession(7);
    const first = session.text(10);
    await writeFile(file, first);
    await scene.migrate();
    await writeFile(`${file}.tmp`, first + session.text(5));
    await rename(`${file}.tmp`, file);
    expect((await scene.migrate()).receipt.imported.lines).toBe(5);
    await expectExact(scene);
    expect(await generations()).toEqual([0]);
  });

  it('20 same size, same time: a rewrite in place is noticed', async () => {
    const text = new MadeUpSession(8).text(10);
    await writeFile(file, text);
    const { atime, mtime } = await stat(file);
    await utimes(file, atime, mtime);
    await scene.migrate();
    await writeFile(file, text.replaceAll('end_turn', 'END_TURN').replaceAll('"user"', '"USER"'));
    await utimes(file, atime, mtime);
    await scene.migrate();
    await expectExact(scene);
  });

  it('20 same inode: a new file in the place of a deleted one is noticed', async () => {
    await writeFile(file, new MadeUpSession(9).text(10));
    await scene.migrate();
    const { ino } = await stat(file);
    // File systems like to give a number again; where this one does not, the content alone must tell.
    for (let attempt = 0; attempt < 50; attempt++) {
      await rm(file);
      await writeFile(file, new MadeUpSession(10).text(30));
      if ((await stat(file)).ino === ino) break;
    }
    await scene.migrate();
    await expectExact(scene);
    expect(await countLines()).toBe(40);
  });
});

describe('a file under another name', () => {
  it('19 rename and move: nothing is imported again, and the file is shown where it is', async () => {
    const session = new MadeUpSession(11);
    await writeFile(file, session.text(10));
    await scene.migrate();
    const moved = join(scene.sources, '-other', 'b.jsonl');
    await mkdir(join(scene.sources, '-other'));
    await rename(file, moved);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
    expect(await countLines()).toBe(10);
    expect(await scene.query('SELECT file, found_at FROM files')).toEqual([
      { file: '-p/a.jsonl', found_at: moved },
    ]);
    await expectExact(scene);
    await appendFile(moved, session.text(3));
    expect((await scene.migrate()).receipt.imported.lines).toBe(3);
    await expectExact(scene);
  });

  it.each([
    ['shorter', new MadeUpSession(21).text(4)],
    ['longer', new MadeUpSession(21).text(40)],
  ])('19 a moved file that is written anew, %s: it is in the list of files once', async (_, text) => {
    await writeFile(file, new MadeUpSession(11).text(10));
    await scene.migrate();
    const moved = join(scene.sources, '-p', 'moved.jsonl');
    await rename(file, moved);
    await scene.migrate();
    await writeFile(moved, text);
    await scene.migrate();
    await expectExact(scene);
    expect(await countLines()).toBe(10 + text.split('\n').length - 1);
    await rename(moved, file);
    await scene.migrate();
    await expectExact(scene);
  });

  it('19 a new file under the old name after a rename: both are there', async () => {
    await writeFile(file, new MadeUpSession(12).text(10));
    await scene.migrate();
    await rename(file, join(scene.sources, '-p', 'renamed.jsonl'));
    await writeFile(file, new MadeUpSession(13).text(20));
    await scene.migrate();
    await expectExact(scene);
  });

  it('19 copy: a file of its own, whose responses are not counted again', async () => {
    await writeFile(file, new MadeUpSession(14).text(20));
    const { totals } = await scene.migrate();
    await copyFile(file, join(scene.sources, '-p', 'copy.jsonl'));
    const report = await scene.migrate();
    expect(report.totals).toEqual(totals);
    expect(report.receipt).toMatchObject({ files: 2, lines: 40, imported: { lines: 20 } });
    await expectExact(scene);
  });

  it('19 hard link and a loop of links: every file once, and the search ends', async () => {
    await writeFile(file, new MadeUpSession(15).text(10));
    await link(file, join(scene.sources, '-p', 'z.jsonl'));
    await symlink(scene.sources, join(scene.sources, '-p', 'up'));
    await symlink(join(scene.sources, '-p'), join(scene.sources, 'round'));
    expect((await scene.migrate()).receipt).toMatchObject({ files: 1, lines: 10 });
    await expectExact(scene);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
  });

  it('19 a file that is gone: its lines stay, and it is marked as vanished', async () => {
    await writeFile(file, new MadeUpSession(16).text(10));
    await writeFile(join(scene.sources, '-p', 'b.jsonl'), new MadeUpSession(17).text(10));
    await scene.migrate();
    const kept = await readFile(file);
    await rm(file);
    expect((await scene.migrate()).receipt).toMatchObject({ filesVanished: 1, imported: { lines: 0 } });
    await expectExact(scene);
    expect(await countLines()).toBe(20);
    await writeFile(file, kept);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
    await expectExact(scene);
  });

  it('21 fork: two files with the same first lines are read fully, their usage counts once', async () => {
    const parent = new MadeUpSession(18);
    const shared = parent.text(30);
    await writeFile(file, shared + parent.text(10));
    await writeFile(join(scene.sources, '-p', 'fork.jsonl'), shared + new MadeUpSession(19).text(10));
    expect((await scene.migrate()).receipt).toMatchObject({ files: 2, lines: 80 });
    await expectExact(scene);
    await appendFile(join(scene.sources, '-p', 'fork.jsonl'), new MadeUpSession(20).text(5));
    expect((await scene.migrate()).receipt.imported.lines).toBe(5);
    await expectExact(scene);
  });
});

import { appendFile, mkdir, rename, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { query } = workspace;
let number = 0;
let folder = '';
let file = '';

beforeEach(async () => {
  folder = join(workspace.sources, '..', `root-${++number}`);
  await mkdir(join(folder, '-p'), { recursive: true });
  file = join(folder, '-p', 'a.jsonl');
});

const line = (n: number): string =>
  JSON.stringify({
    type: 'user',
    uuid: `u${n}`,
    sessionId: 's',
    message: { role: 'user', content: `text ${n} é` },
  });

const migrateFolder = () => workspace.migrate({ sources: [folder] });

async function rows(table = 'records'): Promise<string[]> {
  const found = await query<{ uuid: string }>(
    `SELECT uuid FROM ${table} WHERE root = '${folder}' ORDER BY generation, offset`,
  );
  return found.map(({ uuid }) => uuid);
}

describe('a file that changes between two runs', () => {
  it('is read on from where it was known when it has grown', async () => {
    await writeFile(file, `${line(1)}\n`);
    await migrateFolder();
    await appendFile(file, `${line(2)}\n${line(3)}\n`);
    const { receipt } = await migrateFolder();
    expect(receipt).toMatchObject({ lines: 3, imported: { lines: 2, records: 2 } });
    expect(await rows()).toEqual(['u1', 'u2', 'u3']);
  });

  it('waits for the rest of a half-written line', async () => {
    await writeFile(file, `${line(1)}\n${line(2).slice(0, 20)}`);
    const first = await migrateFolder();
    expect(first.receipt).toMatchObject({ lines: 2, records: 1, rejects: 0, pending: 1 });
    await appendFile(file, `${line(2).slice(20)}\n`);
    const second = await migrateFolder();
    expect(second.receipt).toMatchObject({ lines: 2, records: 2, rejects: 0, pending: 0 });
    expect(await rows()).toEqual(['u1', 'u2']);
  });

  it('ends well when the half-written line was cut shorter', async () => {
    await writeFile(file, `${line(1)}\n${line(2).slice(0, 40)}`);
    await migrateFolder();
    await truncate(file, line(1).length + 1 + 10);
    const { status, receipt } = await migrateFolder();
    expect(status).toBe('completed');
    expect(receipt).toMatchObject({
      bytes: line(1).length + 1 + 10,
      lines: 2,
      pending: 1,
      imported: { bytes: 0, lines: 0 },
    });
    expect(await rows()).toEqual(['u1']);
  });

  it('takes a complete last line without newline and does not count its newline as a blank later', async () => {
    await writeFile(file, `${line(1)}\n${line(2)}`);
    expect((await migrateFolder()).receipt).toMatchObject({ lines: 2, records: 2, pending: 0 });
    await appendFile(file, `\n${line(3)}\n`);
    expect((await migrateFolder()).receipt).toMatchObject({
      lines: 3,
      records: 3,
      blanks: 0,
      imported: { records: 1 },
    });
    expect(await rows()).toEqual(['u1', 'u2', 'u3']);
  });

  it('is read anew when its last line went on without a newline', async () => {
    await writeFile(file, `${line(1)}\n${line(2)}`);
    await migrateFolder();
    await appendFile(file, `${line(3)}\n`);
    expect((await migrateFolder()).receipt).toMatchObject({ lines: 2, records: 1, rejects: 1 });
    expect(await rows('rejects AS r INNER JOIN lines USING (root, file, generation, offset)')).toHaveLength(
      1,
    );
  });

  it.each([
    ['shorter', 1],
    ['longer', 5],
  ])('becomes a new generation when it was rewritten %s', async (_, count) => {
    await writeFile(file, `${line(1)}\n${line(2)}\n`);
    await migrateFolder();
    const other = Array.from({ length: count }, (_unused, index) => `${line(index + 10)}\n`).join('');
    await writeFile(file, other);
    const { receipt } = await migrateFolder();
    expect(receipt).toMatchObject({ lines: count, records: count });
    expect(await rows()).toEqual(Array.from({ length: count }, (_unused, index) => `u${index + 10}`));
    // The older generation stays in the archive.
    expect(await rows('lines')).toHaveLength(2 + count);
  });

  it('becomes a new generation when it was cut off', async () => {
    await writeFile(file, `${line(1)}\n${line(2)}\n`);
    await migrateFolder();
    await truncate(file, line(1).length + 2);
    expect((await migrateFolder()).receipt).toMatchObject({ lines: 1, records: 1 });
    expect(await rows()).toEqual(['u1']);
  });

  it('is not read again when only its time changed or it was replaced by a copy', async () => {
    await writeFile(file, `${line(1)}\n`);
    await migrateFolder();
    await utimes(file, 1, 1);
    expect((await migrateFolder()).receipt).toMatchObject({ filesUnchanged: 1, imported: { lines: 0 } });
    await writeFile(`${file}.tmp`, `${line(1)}\n${line(2)}\n`);
    await rename(`${file}.tmp`, file);
    expect((await migrateFolder()).receipt).toMatchObject({ lines: 2, imported: { lines: 1 } });
    expect(await rows()).toEqual(['u1', 'u2']);
  });

  it('does not stop the rest when it can not be read', async () => {
    await mkdir(join(folder, '-p', 'b.jsonl.d'));
    await writeFile(file, `${line(1)}\n`);
    const { symlink } = await import('node:fs/promises');
    await symlink('/nowhere/at/all.jsonl', join(folder, '-p', 'gone.jsonl'));
    const { receipt, problems, status } = await migrateFolder();
    expect(status).toBe('completed');
    expect(receipt).toMatchObject({ files: 1, records: 1, filesFailed: 1 });
    expect(problems).toEqual([expect.objectContaining({ file: '-p/gone.jsonl', offset: null })]);
  });
});

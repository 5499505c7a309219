import { chmod, link, mkdir, rename, rm, rmdir, stat, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  findFiles,
  measureFile,
  type FileFilters,
  type FolderProblem,
} from '../../../src/engine/discover/find-files.ts';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import type { Root } from '../../../src/shared/discovery.ts';
import { collect } from '../../fixtures/collect.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';

function rootAt(folder: string): Root {
  return { path: folder, origin: 'option', state: 'present' };
}

async function find(
  folders: readonly string[],
  filters: FileFilters = {},
): Promise<{ found: FoundFile[]; names: string[]; problems: FolderProblem[] }> {
  const problems: FolderProblem[] = [];
  const found: FoundFile[] = [];
  const options = { onProblem: (problem: FolderProblem) => problems.push(problem) };
  for await (const file of findFiles(folders.map(rootAt), filters, options)) found.push(file);
  return { found, names: found.map(({ file }) => file), problems };
}

describe('findFiles', () => {
  it('finds every *.jsonl in the order of names, also journals and in dot folders', async () => {
    const folder = await writeTree(await tempFolder(), {
      'p/b.jsonl': '',
      'p/a.jsonl': '{}\n',
      'p/a/subagents/agent-1.jsonl': '',
      'p/a/subagents/workflows/w/journal.jsonl': '',
      'p/a/tool-results/x.txt': 'no',
      '.dot/c.jsonl': '',
      'Z/d.jsonl': '',
      'p/sessions-index.json': '{}',
      '.jsonl': '',
    });
    const { found, names, problems } = await find([folder]);
    expect(names).toEqual([
      '.dot/c.jsonl',
      '.jsonl',
      'Z/d.jsonl',
      'p/a/subagents/agent-1.jsonl',
      'p/a/subagents/workflows/w/journal.jsonl',
      'p/a.jsonl',
      'p/b.jsonl',
    ]);
    expect(problems).toEqual([]);
    const stats = await stat(path.join(folder, 'p/a.jsonl'), { bigint: true });
    expect(found[5]).toEqual({
      root: folder,
      file: 'p/a.jsonl',
      path: path.join(folder, 'p/a.jsonl'),
      sizeBytes: 3,
      modifiedMs: Number(stats.mtimeNs) / 1e6,
      changedMs: Number(stats.ctimeNs) / 1e6,
      device: String(stats.dev),
      inode: String(stats.ino),
      problem: null,
    });
  });

  it('goes round no loop of links and lists a linked folder once', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '', 'other/b.jsonl': '' });
    await symlink(folder, path.join(folder, 'p', 'up'));
    await symlink(path.join(folder, 'p'), path.join(folder, 'p', 'self'));
    await symlink(path.join(folder, 'other'), path.join(folder, 'a-link'));
    expect((await find([folder])).names).toEqual(['a-link/b.jsonl', 'p/a.jsonl']);
  });

  it('follows a root that is itself a link, and links out of the root', async () => {
    const outside = await writeTree(await tempFolder(), { 'x/b.jsonl': '' });
    const folder = await writeTree(await tempFolder(), { 'real/a.jsonl': '' });
    await symlink(path.join(folder, 'real'), path.join(folder, 'root'));
    await symlink(path.join(outside, 'x'), path.join(folder, 'real', 'out'));
    await symlink(path.join(outside, 'x', 'b.jsonl'), path.join(folder, 'real', 'z.jsonl'));
    expect((await find([path.join(folder, 'root')])).names).toEqual(['a.jsonl', 'out/b.jsonl']);
  });

  it('counts a file with several hard links once, under the first name', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/b.jsonl': 'x', 'q/c.jsonl': 'y' });
    await link(path.join(folder, 'p/b.jsonl'), path.join(folder, 'p/a.jsonl'));
    await link(path.join(folder, 'p/b.jsonl'), path.join(folder, 'q/a.jsonl'));
    expect((await find([folder])).names).toEqual(['p/a.jsonl', 'q/c.jsonl']);
    expect((await find([folder], { pattern: 'q' })).names).toEqual(['q/a.jsonl', 'q/c.jsonl']);
  });

  it('gives a file of nested roots to the root that comes first', async () => {
    const outer = await writeTree(await tempFolder(), { 'p/a.jsonl': '', 'q/b.jsonl': '' });
    const inner = path.join(outer, 'p');
    const innerFirst = await find([inner, outer]);
    expect(innerFirst.found.map(({ root, file }) => [root, file])).toEqual([
      [inner, 'a.jsonl'],
      [outer, 'q/b.jsonl'],
    ]);
    const outerFirst = await find([outer, inner, outer]);
    expect(outerFirst.found.map(({ root, file }) => [root, file])).toEqual([
      [outer, 'p/a.jsonl'],
      [outer, 'q/b.jsonl'],
    ]);
  });

  it('tells of links to nothing and in a circle, and goes on', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/z.jsonl': '' });
    await symlink(path.join(folder, 'gone'), path.join(folder, 'p', 'a.jsonl'));
    await symlink(path.join(folder, 'p', 'c.jsonl'), path.join(folder, 'p', 'b.jsonl'));
    await symlink(path.join(folder, 'p', 'b.jsonl'), path.join(folder, 'p', 'c.jsonl'));
    await symlink(path.join(folder, 'gone'), path.join(folder, 'p', 'folder'));
    const { found, names, problems } = await find([folder], { minBytes: 100 });
    expect(names).toEqual(['p/a.jsonl', 'p/b.jsonl', 'p/c.jsonl']);
    expect(found[0]?.problem).toContain('ENOENT');
    expect(found[1]?.problem).toContain('ELOOP');
    expect(problems).toEqual([
      { path: path.join(folder, 'p', 'folder'), message: expect.stringContaining('ENOENT') },
    ]);
  });

  it('looks into a folder that is called like a transcript', async () => {
    const folder = await writeTree(await tempFolder(), { 'x.jsonl/a.jsonl': '' });
    expect((await find([folder])).names).toEqual(['x.jsonl/a.jsonl']);
  });

  it('tells of folders whose path is too long, and goes on', async () => {
    const base = await writeTree(await tempFolder(), { 'z.jsonl': '' });
    // No single call may name so long a path: it grows, and is taken down again, from the top.
    const name = 'd'.repeat(200);
    const [top, spare] = [path.join(base, name), path.join(base, 'spare')];
    await mkdir(top);
    for (let depth = 0; depth < 21; depth += 1) {
      await mkdir(spare);
      await rename(top, path.join(spare, name));
      await rename(spare, top);
    }
    const { names, problems } = await find([base]);
    for (let depth = 0; depth < 21; depth += 1) {
      await rename(top, spare);
      await rename(path.join(spare, name), top);
      await rmdir(spare);
    }
    expect(names).toEqual(['z.jsonl']);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('ENAMETOOLONG');
  });

  it.skipIf(process.getuid?.() === 0)('tells of folders that may not be listed', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': '', 'q/b.jsonl': '' });
    await chmod(path.join(folder, 'p'), 0);
    const { names, problems } = await find([folder]);
    await chmod(path.join(folder, 'p'), 0o700);
    expect(names).toEqual(['q/b.jsonl']);
    expect(problems[0]?.message).toContain('EACCES');
  });

  it('tells of roots that are missing or no folders', async () => {
    const folder = await writeTree(await tempFolder(), { 'a.jsonl': '' });
    const problems: FolderProblem[] = [];
    const roots: Root[] = [
      { path: path.join(folder, 'gone'), origin: 'default', state: 'missing' },
      rootAt(path.join(folder, 'gone-meanwhile')),
      rootAt(path.join(folder, 'a.jsonl')),
    ];
    const found = await collect(findFiles(roots, {}, { onProblem: (problem) => problems.push(problem) }));
    expect(found).toEqual([]);
    expect(problems.map((problem) => path.basename(problem.path))).toEqual([
      'gone',
      'gone-meanwhile',
      'a.jsonl',
    ]);
  });

  it('filters by size and age, limits included', async () => {
    const folder = await writeTree(await tempFolder(), {
      'a.jsonl': 'x'.repeat(10),
      'b.jsonl': 'x'.repeat(20),
      'c.jsonl': '',
    });
    const nowMs = Date.UTC(2026, 5, 15);
    const dayMs = 86_400_000;
    for (const [name, age] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const) {
      await utimes(path.join(folder, `${name}.jsonl`), new Date(), new Date(nowMs - age * dayMs));
    }
    const names = async (filters: FileFilters): Promise<string> => {
      const found = await collect(findFiles([rootAt(folder)], filters, { nowMs }));
      return found.map(({ file }) => file[0]).join('');
    };
    expect(await names({ minBytes: 10 })).toBe('ab');
    expect(await names({ minBytes: 11 })).toBe('b');
    expect(await names({ maxBytes: 10 })).toBe('ac');
    expect(await names({ maxBytes: 0 })).toBe('c');
    expect(await names({ maxAgeDays: 2 })).toBe('ab');
    expect(await names({ maxAgeDays: 1.5, minBytes: 1, pattern: '[ab].*' })).toBe('a');
  });

  it('stops with the reason of the signal', async () => {
    const folder = await writeTree(await tempFolder(), { 'a.jsonl': '', 'b.jsonl': '', 'c.jsonl': '' });
    const controller = new AbortController();
    const seen: string[] = [];
    const walk = async (): Promise<void> => {
      for await (const { file } of findFiles([rootAt(folder)], {}, { signal: controller.signal })) {
        seen.push(file);
        controller.abort(new Error('enough'));
      }
    };
    await expect(walk()).rejects.toThrow('enough');
    expect(seen).toEqual(['a.jsonl']);
  });

  it('streams ten thousand files without holding the event loop', { timeout: 60_000 }, async () => {
    const folder = await tempFolder();
    for (let project = 0; project < 100; project += 1) {
      const place = path.join(folder, `p${project}`);
      await mkdir(place);
      const files = Array.from({ length: 100 }, (_, index) => [`${index}.jsonl`, ''] as const);
      await writeTree(place, Object.fromEntries(files));
    }
    let turns = 0;
    const walk = new AbortController();
    const turning = (async () => {
      while (!walk.signal.aborted) {
        await setImmediate();
        turns += 1;
      }
    })();
    const turnsAtFile: number[] = [];
    for await (const _ of findFiles([rootAt(folder)], {})) turnsAtFile.push(turns);
    walk.abort();
    await turning;
    expect(turnsAtFile).toHaveLength(10_000);
    // Others had their turn all along: between any two hundred files in a row at least once.
    for (let index = 200; index < turnsAtFile.length; index += 200) {
      expect(turnsAtFile[index]).toBeGreaterThan(turnsAtFile[index - 200] ?? 0);
    }
    // The first file came long before the last one was found.
    expect(turnsAtFile[0]).toBeLessThan(turns / 2);
  });
});

describe('measureFile', () => {
  it('measures a file as the walk does', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': 'abc' });
    const [walked] = (await find([folder])).found;
    expect(await measureFile(folder, 'p/a.jsonl')).toEqual(walked);
  });

  it('answers a problem for what is gone or no file', async () => {
    const folder = await writeTree(await tempFolder(), { 'd.jsonl/a.jsonl': '' });
    expect((await measureFile(folder, 'd.jsonl')).problem).toContain('not a regular file');
    await rm(path.join(folder, 'd.jsonl'), { recursive: true });
    expect((await measureFile(folder, 'd.jsonl')).problem).toContain('ENOENT');
  });
});

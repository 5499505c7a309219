import { expect, test } from 'vitest';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import type { DatabaseFile } from '../../../src/engine/verify/database/file-sums.ts';
import { pairFiles } from '../../../src/engine/verify/pair-files.ts';

const root = '/home/me/.claude/projects';

const inDatabase = (file: string, more: Partial<DatabaseFile> = {}): DatabaseFile =>
  ({ root, file, foundAt: '', isVanished: false, ...more }) as DatabaseFile;

const onDisk = (file: string, more: Partial<FoundFile> = {}): FoundFile =>
  ({ root, file, path: `${root}/${file}`, problem: null, ...more }) as FoundFile;

const closed = onDisk('', { root: `${root}/closed`, path: `${root}/closed`, problem: 'permission denied' });

function pairs(
  found: readonly FoundFile[],
  database: readonly DatabaseFile[],
  folders: readonly FoundFile[] = [],
): unknown[] {
  return pairFiles(found, database, { roots: new Set([root]), folders }).map((pair) => [
    pair.found && [pair.found.path, pair.found.problem],
    pair.database?.file ?? null,
  ]);
}

test('a file goes with its rows, a moved one too', () => {
  const moved = inDatabase('p/old.jsonl', { foundAt: `${root}/p/new.jsonl` });
  expect(pairs([onDisk('p/a.jsonl'), onDisk('p/new.jsonl')], [moved, inDatabase('p/a.jsonl')])).toEqual([
    [[`${root}/p/a.jsonl`, null], 'p/a.jsonl'],
    [[`${root}/p/new.jsonl`, null], 'p/old.jsonl'],
  ]);
});

test('what one side alone has is a pair with nothing; other roots are left out', () => {
  const elsewhere = inDatabase('p/b.jsonl', { root: '/elsewhere' });
  expect(pairs([onDisk('p/a.jsonl')], [inDatabase('p/gone.jsonl'), elsewhere])).toEqual([
    [[`${root}/p/a.jsonl`, null], null],
    [null, 'p/gone.jsonl'],
  ]);
});

test('below a folder that can not be looked into a file is not gone: it can not be read', () => {
  const database = [
    inDatabase('closed/a.jsonl'),
    inDatabase('p/old.jsonl', { foundAt: `${root}/closed/new.jsonl` }),
    inDatabase('closed/long-gone.jsonl', { isVanished: true }),
    inDatabase('closed-too/b.jsonl'),
  ];
  expect(pairs([], database, [closed])).toEqual([
    [[`${root}/closed/a.jsonl`, 'permission denied'], 'closed/a.jsonl'],
    [[`${root}/closed/new.jsonl`, 'permission denied'], 'p/old.jsonl'],
    [null, 'closed/long-gone.jsonl'],
    [null, 'closed-too/b.jsonl'],
  ]);
});

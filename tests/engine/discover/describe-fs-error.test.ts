import { readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeFsError } from '../../../src/engine/discover/describe-fs-error.ts';
import { tempFolder } from '../../fixtures/temp-folder.ts';

const failure = (path: string): Promise<unknown> => readFile(path).then(String, (error: unknown) => error);

it('says why a file can not be read, with the code', async () => {
  const folder = await tempFolder();
  expect(describeFsError(await failure(join(folder, 'gone.jsonl')))).toBe(
    'it does not exist (a link to nothing, or deleted meanwhile) (ENOENT)',
  );
  expect(describeFsError(await failure(folder))).toBe('it is a folder, not a file (EISDIR)');
});

it('throws on what is no error of the file system', () => {
  expect(() => describeFsError(new TypeError('a bug'))).toThrow('a bug');
});

// Other systems have no such names.
it.runIf(process.platform === 'linux')('says to rename a file whose name is no UTF-8', async () => {
  const folder = await tempFolder();
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff]), Buffer.from('.jsonl')]), '');
  const [name = ''] = readdirSync(folder);
  expect(describeFsError(await failure(join(folder, name)))).toContain('rename it (ENOENT)');
});

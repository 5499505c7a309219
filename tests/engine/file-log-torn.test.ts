import type * as FsPromises from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openFileLog } from '../../src/engine/file-log.ts';
import { tempFolder } from '../fixtures/temp-folder.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return {
    ...real,
    appendFile: async (path: string, text: string, options: object) => {
      await real.appendFile(path, disk.isFull ? text.slice(0, 20) : text, options);
      if (disk.isFull) throw Object.assign(new Error('ENOSPC: made up'), { code: 'ENOSPC' });
    },
  };
});

it('begins a new line after one that a full disk has torn', async () => {
  const file = join(await tempFolder(), 't.log');
  const log = openFileLog({ path: file });
  log.info('before');
  await log.flush();
  disk.isFull = true;
  log.info('torn');
  await log.flush();
  disk.isFull = false;
  log.info('after');
  await log.flush();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  const whole = [lines[0]!, lines[2]!, lines[3]!].map((line) => JSON.parse(line) as { message: string });
  expect(whole.map(({ message }) => message)).toEqual(['before', 'torn', 'after']);
});

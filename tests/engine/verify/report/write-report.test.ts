import type * as FsPromises from 'node:fs/promises';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { checkReportFile, writeReport } from '../../../../src/engine/verify/report/write-report.ts';
import { tempFolder } from '../../../fixtures/temp-folder.ts';
import { passedReport } from '../../../fixtures/verification-reports.ts';

/** Decides what happens to the next file that is opened for writing. */
const disk = vi.hoisted(() => ({
  failure: null as { code: string; when: 'open' | 'write' | 'sync' } | null,
}));

function fail(when: string): void {
  if (disk.failure?.when !== when) return;
  throw Object.assign(new Error(`${disk.failure.code}: made up`), { code: disk.failure.code });
}

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      fail('open');
      const handle = await real.open(...args);
      const write = handle.writeFile.bind(handle);
      const sync = handle.sync.bind(handle);
      handle.writeFile = async (...content: Parameters<typeof write>) => {
        if (disk.failure?.when === 'write') await write('half');
        fail('write');
        return write(...content);
      };
      handle.sync = async () => {
        fail('sync');
        return sync();
      };
      return handle;
    },
  };
});

async function withFailure<Result>(
  failure: typeof disk.failure,
  action: () => Promise<Result>,
): Promise<Result> {
  disk.failure = failure;
  try {
    return await action();
  } finally {
    disk.failure = null;
  }
}

describe('writeReport', () => {
  it.each([
    ['report.json', /^\{\n "version": 1,/],
    ['report.html', /^<!doctype html>/],
    ['REPORT.HTM', /^<!doctype html>/],
  ])('writes %s by its ending, and leaves nothing beside it', async (name, start) => {
    const folder = await tempFolder();
    await writeReport(join(folder, name), passedReport());
    expect(await readFile(join(folder, name), 'utf8')).toMatch(start);
    expect(await readdir(folder)).toEqual([name]);
  });

  it.each(['report.pdf', 'report', '.json', 'report.json.txt'])('refuses %s in words', async (name) => {
    const folder = await tempFolder();
    const file = join(folder, name);
    const refusal = { code: 'invalid-input', message: expect.stringContaining('.json or .html') as string };
    await expect(writeReport(file, passedReport())).rejects.toMatchObject(refusal);
    await expect(checkReportFile(file)).rejects.toMatchObject(refusal);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that a folder is missing, before and after', async () => {
    const file = join(await tempFolder(), 'missing', 'report.html');
    const refusal = { code: 'invalid-input', message: expect.stringContaining('does not exist') as string };
    await expect(writeReport(file, passedReport())).rejects.toMatchObject(refusal);
    await expect(checkReportFile(file)).rejects.toMatchObject(refusal);
  });

  it('does not replace a folder', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'report.html');
    await mkdir(file);
    await expect(writeReport(file, passedReport())).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await readdir(folder)).toEqual(['report.html']);
  });

  it.each([
    ['ENOSPC', 'open', 'disk-full'],
    ['ENOSPC', 'write', 'disk-full'],
    ['ENOSPC', 'sync', 'disk-full'],
    ['EDQUOT', 'write', 'disk-full'],
    ['EACCES', 'open', 'invalid-input'],
    ['EIO', 'sync', 'invalid-input'],
  ] as const)('leaves the old report when %s comes at %s', async (code, when, expected) => {
    const folder = await tempFolder();
    const file = join(folder, 'report.json');
    await writeFile(file, 'old');
    await expect(withFailure({ code, when }, () => writeReport(file, passedReport()))).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(file) as string,
    });
    expect(await readdir(folder)).toEqual(['report.json']);
    expect(await readFile(file, 'utf8')).toBe('old');
  });
});

describe('checkReportFile', () => {
  it('leaves no trace where a report can be written', async () => {
    const folder = await tempFolder();
    await chmod(folder, 0o700);
    await checkReportFile(join(folder, 'report.html'));
    expect(await readdir(folder)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { measureFile } from '../../../src/engine/discover/find-files.ts';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import { HotFiles } from '../../../src/engine/watch/hot-files.ts';
import { defaultTimings } from '../../../src/engine/watch/timings.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';

const nowMs = Date.UTC(2026, 5, 1);

async function measured(count: number): Promise<FoundFile[]> {
  const names = Array.from({ length: count }, (_each, index) => `${String(index).padStart(3, '0')}.jsonl`);
  const folder = await writeTree(await tempFolder(), Object.fromEntries(names.map((name) => [name, '{}\n'])));
  return Promise.all(names.map((name) => measureFile(folder, name)));
}

describe('HotFiles', () => {
  it('keeps the newest', async () => {
    const hot = new HotFiles(defaultTimings);
    for (const [index, file] of (await measured(300)).entries()) hot.note(file, nowMs + index, nowMs);
    hot.trim();
    const names = hot.names(nowMs).map(({ file }) => file);
    expect(names).toHaveLength(64);
    expect(names.toSorted()[0]).toBe('236.jsonl');
  });

  it('lets a file cool down, and takes no file whose time is far ahead', async () => {
    const hot = new HotFiles(defaultTimings);
    const [first, second, third] = await measured(3);
    hot.note(first!, nowMs - defaultTimings.hotFor + 1, nowMs);
    hot.note(second!, nowMs + 2 * defaultTimings.hotFor, nowMs);
    hot.note(third!, nowMs, nowMs);
    expect(hot.names(nowMs).map(({ file }) => file)).toEqual(['000.jsonl', '002.jsonl']);
    expect(hot.names(nowMs + 1).map(({ file }) => file)).toEqual(['002.jsonl']);
    expect(hot.size).toBe(1);
  });

  it('knows whether a file measures as before', async () => {
    const hot = new HotFiles(defaultTimings);
    const [file] = await measured(1);
    expect(hot.hasChanged(file!)).toBe(true);
    hot.note(file!, nowMs, nowMs);
    expect(hot.hasChanged(file!)).toBe(false);
    expect(hot.hasChanged({ ...file!, sizeBytes: 4 })).toBe(true);
    expect(hot.hasChanged({ ...file!, modifiedMs: 4 })).toBe(true);
    expect(hot.hasChanged({ ...file!, inode: '4' })).toBe(true);
  });
});

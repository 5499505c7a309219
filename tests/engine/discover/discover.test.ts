import { symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover, type DiscoverOptions } from '../../../src/engine/discover/discover.ts';
import type { FoundFile } from '../../../src/engine/discover/found-file.ts';
import { inspectFile, type Inspection } from '../../../src/engine/discover/inspect-file.ts';
import { collect } from '../../fixtures/collect.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { assistantLine, transcript, userLine } from '../../fixtures/transcript-lines.ts';

const usage = { input_tokens: 1, output_tokens: 2 };

function options(folder: string, changes: Partial<DiscoverOptions> = {}): DiscoverOptions {
  return {
    roots: [{ path: folder, origin: 'option', state: 'present' }],
    filters: { order: 'newest' },
    stateOf: () => Promise.resolve({ state: 'new', reason: '' }),
    inspect: inspectFile,
    ...changes,
  };
}

/** Files `0.jsonl` to `<count - 1>.jsonl`, the last one newest. */
async function severalFiles(count: number): Promise<string> {
  const folder = await tempFolder();
  for (let index = 0; index < count; index += 1) {
    await writeTree(folder, { [`${index}.jsonl`]: transcript(userLine('x')) });
    await utimes(path.join(folder, `${index}.jsonl`), 1000 + index, 1000 + index);
  }
  return folder;
}

function knownState(): ReturnType<DiscoverOptions['stateOf']> {
  return Promise.resolve({ state: 'unchanged', reason: '' });
}

function buggyInspect(): Promise<Inspection> {
  return Promise.reject(new TypeError('bug'));
}

describe('discover', () => {
  it('says everything about a file', async () => {
    const folder = await writeTree(await tempFolder(), {
      'p/s.jsonl': transcript(userLine('x'), assistantLine('msg_1', usage)),
    });
    const [file] = await collect(discover(options(folder)));
    expect(file).toEqual({
      root: folder,
      file: 'p/s.jsonl',
      sizeBytes: expect.any(Number),
      modifiedMs: expect.any(Number),
      identity: {
        device: expect.stringMatching(/^\d+$/),
        inode: expect.stringMatching(/^\d+$/),
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      project: '/home/me/project',
      sessionId: '11111111-2222-4333-8444-555555555555',
      kind: 'session',
      state: 'new',
      reason: '',
      estimate: { lines: 2, responses: 1, tokens: 3, isExact: true },
    });
  });

  it('answers in processing order, whichever inspection is done first, and cuts at maxFiles', async () => {
    const folder = await severalFiles(6);
    let running = 0;
    let most = 0;
    const inspect = async (found: FoundFile): Promise<Inspection> => {
      running += 1;
      most = Math.max(most, running);
      const wait = Number(found.file[0]) % 2 === 0 ? 6 : 1;
      for (let turn = 0; turn < wait; turn += 1) await new Promise(setImmediate);
      running -= 1;
      return inspectFile(found);
    };
    const files = await collect(discover(options(folder, { inspect, concurrency: 2 })));
    expect(files.map(({ file }) => file[0]).join('')).toBe('543210');
    expect(most).toBe(2);
    const filters = { order: 'newest', maxFiles: 2 } as const;
    const first = await collect(discover(options(folder, { filters })));
    expect(first.map(({ file }) => file[0]).join('')).toBe('54');
  });

  it('gives results before all files are looked into', async () => {
    const folder = await severalFiles(10);
    let inspected = 0;
    let found = 0;
    const inspect = (file: FoundFile): Promise<Inspection> => {
      inspected += 1;
      return inspectFile(file);
    };
    const results = discover(options(folder, { inspect, concurrency: 2, onFound: () => (found += 1) }));
    await results.next();
    expect([inspected, found]).toEqual([2, 10]);
    await results.return(undefined);
    expect(inspected).toBe(2);
  });

  it('asks for the state with the inspection and keeps what the database says', async () => {
    const folder = await severalFiles(1);
    const seen: (string | null)[] = [];
    const stateOf: DiscoverOptions['stateOf'] = async (_found, { fingerprint }) => {
      seen.push(fingerprint);
      return { state: 'grown', reason: '' };
    };
    const [file] = await collect(discover(options(folder, { stateOf })));
    expect(file?.state).toBe('grown');
    expect(seen).toEqual([file?.identity?.fingerprint]);
  });

  it('tells damaged and unreadable files from sound ones, unreadable last', async () => {
    const folder = await writeTree(await tempFolder(), {
      'bad.jsonl': 'x\ny\n',
      'good.jsonl': transcript(userLine('x')),
    });
    await symlink(path.join(folder, 'gone'), path.join(folder, 'away.jsonl'));
    const asked: string[] = [];
    const stateOf: DiscoverOptions['stateOf'] = async ({ file }) => {
      asked.push(file);
      return { state: 'new', reason: '' };
    };
    const files = await collect(discover(options(folder, { stateOf, filters: { order: 'smallest' } })));
    expect(files.map(({ file, state }) => [file, state])).toEqual([
      ['bad.jsonl', 'corrupt'],
      ['good.jsonl', 'new'],
      ['away.jsonl', 'unreadable'],
    ]);
    expect(files[0]?.reason).toContain('None of the 2 lines');
    expect(files[2]).toMatchObject({ identity: null, reason: expect.stringContaining('ENOENT') });
    // Files are looked into side by side.
    expect(asked.toSorted()).toEqual(['bad.jsonl', 'good.jsonl']);
    const again = await collect(discover(options(folder, { stateOf: knownState })));
    expect(again.find(({ file }) => file === 'bad.jsonl')).toMatchObject({ state: 'unchanged', reason: '' });
  });

  it('stops with the reason of the signal', async () => {
    const folder = await severalFiles(5);
    const controller = new AbortController();
    const results = discover(options(folder, { signal: controller.signal, concurrency: 1 }));
    await results.next();
    controller.abort(new Error('enough'));
    await expect(results.next()).rejects.toThrow('enough');
  });

  it('lets a bug of the inspection through', async () => {
    const folder = await severalFiles(3);
    await expect(collect(discover(options(folder, { inspect: buggyInspect })))).rejects.toThrow(TypeError);
  });
});

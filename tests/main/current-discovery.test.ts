import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { CurrentDiscovery, type DiscoverySource } from '../../src/main/current-discovery.ts';
import type { Announce } from '../../src/main/ipc/announce.ts';
import type { Announcements } from '../../src/shared/contract.ts';
import type { DiscoveredFile, DiscoveryFilters, Root } from '../../src/shared/discovery.ts';
import { memoryLog } from '../fakes/memory-log.ts';
import { discoveredFile } from '../fixtures/discovered-file.ts';

const roots: readonly Root[] = [{ path: '/r', origin: 'default', state: 'present' }];
const newest: DiscoveryFilters = { order: 'newest' };
const largest: DiscoveryFilters = { order: 'largest' };

function setUp(source: Partial<DiscoverySource>) {
  const found: Announcements['filesFound'][] = [];
  const summaries: Announcements['discoveryChanged'][] = [];
  const announce: Announce = (name, value) => {
    if (name === 'filesFound') found.push(value as Announcements['filesFound']);
    if (name === 'discoveryChanged') summaries.push(value as Announcements['discoveryChanged']);
  };
  const log = memoryLog();
  const nothing: DiscoverySource = {
    roots: () => Promise.resolve(roots),
    discover: async function* () {},
    writeManifest: () => Promise.resolve(),
  };
  const discovery = new CurrentDiscovery({ source: { ...nothing, ...source }, announce, log });
  const settled = () =>
    vi.waitFor(() => expect(['done', 'failed']).toContain(discovery.summary().status), {
      interval: 5,
      timeout: 20_000,
    });
  return { discovery, found, summaries, log, settled };
}

function names(files: readonly DiscoveredFile[]): string[] {
  return files.map(({ file }) => file);
}

describe('CurrentDiscovery', () => {
  it('announces rows in batches and the summary, and ends as done', async () => {
    const { discovery, found, settled } = setUp({
      discover: async function* () {
        for (let index = 0; index < 25; index += 1) yield discoveredFile({ file: `p/${index}.jsonl` });
      },
    });
    expect(discovery.summary()).toMatchObject({ status: 'idle', roots: [] });
    expect(discovery.start(newest)).toMatchObject({ status: 'scanning', files: 0 });
    await settled();
    expect(discovery.summary()).toMatchObject({ status: 'done', roots, files: 25, pendingFiles: 25 });
    expect(found).toHaveLength(1);
    expect(names(found.flatMap(({ files }) => files))).toEqual(names(discovery.files()));
  });

  it('drops what an older scan still finds after a restart', async () => {
    const gate = new AbortController();
    const opened = once(gate.signal, 'abort');
    const aborted: boolean[] = [];
    const { discovery, found, summaries, settled } = setUp({
      discover: async function* (_roots, { order }, signal) {
        yield discoveredFile({ file: `p/${order}-1.jsonl` });
        if (order === 'newest') await opened;
        aborted.push(signal.aborted);
        yield discoveredFile({ file: `p/${order}-2.jsonl` });
      },
    });
    discovery.start(newest);
    await vi.waitFor(() => expect(discovery.summary().files).toBe(1), { timeout: 20_000 });
    discovery.start(largest);
    gate.abort();
    await settled();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(aborted).toEqual(expect.arrayContaining([true, false]));
    expect(names(discovery.files())).toEqual(['p/largest-1.jsonl', 'p/largest-2.jsonl']);
    const late = found.filter(({ scan }) => scan === 2).flatMap(({ files }) => names(files));
    expect(late).toEqual(['p/largest-1.jsonl', 'p/largest-2.jsonl']);
    expect(
      found.every(({ scan, files }) => scan === 2 || !names(files).some((name) => name.includes('largest'))),
    ).toBe(true);
    expect(summaries.at(-1)).toMatchObject({ status: 'done', files: 2 });
  });

  it('restarts with the filters of the last scan, and not before there was one', async () => {
    const asked: DiscoveryFilters[] = [];
    const { discovery, settled } = setUp({
      discover: async function* (_roots, filters) {
        asked.push(filters);
        yield discoveredFile();
      },
    });
    discovery.restart();
    expect(discovery.summary().status).toBe('idle');
    discovery.start(largest);
    await settled();
    discovery.restart();
    await settled();
    expect(asked).toEqual([largest, largest]);
  });

  it('ends as failed with the reason, keeps what was found, and logs a bug', async () => {
    const { discovery, log, settled } = setUp({
      discover: async function* () {
        yield discoveredFile();
        throw new TypeError('broken');
      },
    });
    discovery.start(newest);
    await settled();
    expect(discovery.summary()).toMatchObject({ status: 'failed', files: 1 });
    expect(discovery.summary().message).toContain('broken');
    expect(discovery.files()).toHaveLength(1);
    expect(log.said).toMatchObject([{ level: 'error' }]);
    await expect(discovery.writeManifest('/m.json')).rejects.toMatchObject({ code: 'source-unreadable' });
  });

  it('is never heard of again once stopped', async () => {
    const { discovery, found, summaries } = setUp({
      discover: async function* () {
        yield discoveredFile();
        await new Promise((resolve) => setTimeout(resolve, 100));
        yield discoveredFile();
      },
    });
    discovery.start(newest);
    await vi.waitFor(() => expect(discovery.summary().files).toBe(1), { interval: 5, timeout: 20_000 });
    const count = summaries.length;
    discovery.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(summaries).toHaveLength(count);
    expect(found).toEqual([]);
  });

  it('writes a manifest of the whole scan, waiting for its end', async () => {
    const written: unknown[] = [];
    const { discovery } = setUp({
      discover: async function* () {
        yield discoveredFile({ file: 'p/1.jsonl' });
        await new Promise((resolve) => setTimeout(resolve, 20));
        yield discoveredFile({ file: 'p/2.jsonl' });
      },
      writeManifest: (path, { files, filters, roots: scanned }) => {
        written.push([path, names(files), filters, scanned]);
        return Promise.resolve();
      },
    });
    discovery.start(largest);
    await discovery.writeManifest('/m.json');
    expect(written).toEqual([['/m.json', ['p/1.jsonl', 'p/2.jsonl'], largest, roots]]);
  });

  it('scans first when a manifest is wanted before anything was scanned', async () => {
    let files = -1;
    const { discovery } = setUp({
      discover: async function* () {
        yield discoveredFile();
      },
      writeManifest: (_path, manifest) => {
        files = manifest.files.length;
        return Promise.resolve();
      },
    });
    await discovery.writeManifest('/m.json');
    expect(files).toBe(1);
  });
});

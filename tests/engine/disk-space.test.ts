import type * as FsPromises from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DiskSpace } from '../../src/engine/disk-space.ts';
import { importFiles } from '../../src/engine/import-files.ts';
import type { Waiting } from '../../src/shared/run.ts';
import { fakeClient } from '../fakes/fake-client.ts';
import { sleeps } from '../fakes/fake-sleep.ts';
import { fakePool, foundFile, madeUpRun } from './made-up-run.ts';

const megabyte = 1_000_000;
/** Free megabytes at each look; the last one stays. */
const disk = vi.hoisted(() => ({ free: [] as number[], looks: 0 }));

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof FsPromises>()),
  statfs: () => {
    disk.looks++;
    const free = disk.free.length > 1 ? disk.free.shift()! : disk.free[0]!;
    return Promise.resolve({ bavail: free * 1000, bsize: 1000 });
  },
}));

vi.mock('node:timers/promises', () => import('../fakes/fake-sleep.ts'));

const embedded = { kind: 'embedded', place: '/data/clickhouse' } as const;
const server = { kind: 'server', place: 'https://example.com' } as const;
const nothing = (): void => undefined;

beforeEach(() => {
  Object.assign(disk, { free: [0], looks: 0 });
  sleeps.splice(0);
});

describe('before an import', () => {
  it.each([
    { free: 500, privacy: 'full', fits: false },
    { free: 530, privacy: 'full', fits: true },
    { free: 500, privacy: 'redacted', fits: false },
    { free: 530, privacy: 'redacted', fits: true },
    { free: 120, privacy: 'metadata', fits: false },
    { free: 140, privacy: 'metadata', fits: true },
  ] as const)('a gigabyte at $privacy with $free MB free: $fits', async ({ free, privacy, fits }) => {
    disk.free = [free];
    const required = new DiskSpace(embedded).require(1000 * megabyte, privacy);
    if (fits) await expect(required).resolves.toBeUndefined();
    else await expect(required).rejects.toMatchObject({ code: 'disk-full', path: embedded.place });
  });

  it('nothing to import fits a full disk', async () => {
    await expect(new DiskSpace(embedded).require(0, 'full')).resolves.toBeUndefined();
  });

  it('the disks of a server are not looked at', async () => {
    await expect(new DiskSpace(server).require(1000 * megabyte, 'full')).resolves.toBeUndefined();
    expect(disk.looks).toBe(0);
  });

  it('a file that does not fit is neither read nor sent', async () => {
    disk.free = [500];
    const fake = fakeClient();
    const extract = vi.fn(() => Promise.resolve({ batches: [], failed: [] }));
    const run = madeUpRun(fake, { disk: new DiskSpace(embedded) });
    const large = foundFile('large.jsonl', 1000 * megabyte);
    await expect(importFiles(run, fakePool({ extract }), [large])).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(extract).not.toHaveBeenCalled();
    expect(fake.inserts).toEqual([]);
  });
});

describe('during a run', () => {
  const { signal } = new AbortController();

  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('it waits while the disk is nearly full, says so, and goes on when there is room', async () => {
    disk.free = [60, 50, 500];
    const heard: (Waiting | null)[] = [];
    await new DiskSpace(embedded).whenThereIsRoom(signal, (waiting) => heard.push(waiting));
    expect(disk.looks).toBe(3);
    expect(sleeps).toEqual([2000, 2000]);
    expect(heard).toEqual([
      expect.objectContaining({ reason: 'disk', attempts: 1, message: expect.stringContaining('60 MB') }),
      expect.objectContaining({ reason: 'disk', attempts: 2, message: expect.stringContaining('50 MB') }),
      null,
    ]);
  });

  it('it looks again every two seconds', async () => {
    const space = new DiskSpace(embedded);
    disk.free = [500];
    await space.whenThereIsRoom(signal, nothing);
    vi.setSystemTime(Date.now() + 1000);
    await space.whenThereIsRoom(signal, nothing);
    expect(disk.looks).toBe(1);
    vi.setSystemTime(Date.now() + 1000);
    disk.free = [60, 500];
    const onWaiting = vi.fn<(waiting: Waiting | null) => void>();
    await space.whenThereIsRoom(signal, onWaiting);
    expect(disk.looks).toBe(3);
    expect(onWaiting).toHaveBeenCalledTimes(2);
  });

  it('it says nothing while there is room', async () => {
    disk.free = [500];
    const onWaiting = vi.fn<(waiting: Waiting | null) => void>();
    await new DiskSpace(embedded).whenThereIsRoom(signal, onWaiting);
    expect(onWaiting).not.toHaveBeenCalled();
  });

  it('it does not wait any longer when it is stopped', async () => {
    disk.free = [60];
    const stop = new AbortController();
    await new DiskSpace(embedded).whenThereIsRoom(stop.signal, () => stop.abort());
    expect(disk.looks).toBe(1);
  });

  it('the disks of a server are not looked at', async () => {
    await new DiskSpace(server).whenThereIsRoom(signal, nothing);
    expect(disk.looks).toBe(0);
  });
});

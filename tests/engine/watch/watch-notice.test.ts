import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../src/engine/watch/network-folder.ts';
import { defaultTimings, sweepInterval } from '../../../src/engine/watch/timings.ts';
import { describeNetworkFolder, describeWatchError } from '../../../src/engine/watch/watch-notice.ts';
import { tempFolder } from '../../fixtures/temp-folder.ts';

function errorWith(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code });
}

describe('what is said when changes are not announced', () => {
  it('names the limit and how to raise it', () => {
    expect(describeWatchError(errorWith('ENOSPC'), 'linux')).toMatch(/sysctl fs\.inotify\.max_user_watches=/);
    expect(describeWatchError(errorWith('EMFILE'), 'linux')).toMatch(/max_user_instances=.*ulimit/);
    expect(describeWatchError(errorWith('EMFILE'), 'darwin')).not.toMatch(/sysctl/);
    expect(describeWatchError('odd')).toMatch(/: odd\. New lines still come in/);
    expect(describeNetworkFolder('/mnt/x', 'NFS')).toMatch(/^\/mnt\/x is on a network drive \(NFS\)/);
  });

  it('knows a network drive by its path on Windows and by its file system on Linux', async () => {
    expect(await networkOf('\\\\server\\share', 'win32')).toBe('network');
    expect(await networkOf('\\\\?\\C:\\me', 'win32')).toBeNull();
    expect(await networkOf('C:\\me', 'win32')).toBeNull();
    expect(await networkOf('/anywhere', 'darwin')).toBeNull();
    expect(await networkOf('/not/there', 'linux')).toBeNull();
    expect(await networkOf(await tempFolder())).toBeNull();
  });
});

describe('sweepInterval', () => {
  it('is paced by what a sweep costs', () => {
    expect(sweepInterval(defaultTimings, 'events', 1)).toBe(15_000);
    expect(sweepInterval(defaultTimings, 'events', 300)).toBe(300_000);
    expect(sweepInterval(defaultTimings, 'events', 60_000)).toBe(600_000);
    expect(sweepInterval(defaultTimings, 'polling', 1)).toBe(2000);
    expect(sweepInterval(defaultTimings, 'polling', 300)).toBe(6000);
    expect(sweepInterval(defaultTimings, 'polling', 60_000)).toBe(60_000);
  });
});

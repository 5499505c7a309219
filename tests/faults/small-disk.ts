import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';

/** Only root may mount. Where root can't, the tests fail: they must not pass without a full disk. */
export const canMount = process.getuid?.() === 0 && process.platform === 'linux';

/** A file system of its own that is really full when it is full. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all space but this much. */
  readonly fill: (leaveBytes: number) => void;
  /** Gives the space back. */
  readonly free: () => void;
}

/** Mounts a disk for a test. Call it before whatever lives on it: it is unmounted after that. */
export function mountSmallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tokenhouse-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  atEnd(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: (leaveBytes) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
    },
    free: () => rmSync(filler, { force: true }),
  };
}

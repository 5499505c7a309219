import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../scripts/lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenhouse-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what is locked never overlaps', async () => {
  const file = join(folder, 'lock');
  const events: string[] = [];
  const work = (name: string) =>
    withLock(file, async () => {
      events.push(name);
      await sleep(20);
      events.push(name);
    });
  await Promise.all([work('a'), work('b'), work('c')]);
  expect(events.join('')).toMatch(/^(aabbcc|aaccbb|bbaacc|bbccaa|ccaabb|ccbbaa)$/);
  expect(existsSync(file)).toBe(false);
});

test('the lock is released when the work fails', async () => {
  const file = join(folder, 'lock');
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(file, async () => 'free')).toBe('free');
});

test('the lock of a dead process is taken over', async () => {
  const file = join(folder, 'lock');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(file, String(dead));
  expect(await withLock(file, async () => 'taken')).toBe('taken');
});

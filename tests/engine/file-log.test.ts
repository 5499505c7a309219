import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileLog } from '../../src/engine/file-log.ts';
import { tempFolder } from '../fixtures/temp-folder.ts';

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('openFileLog', () => {
  it('writes one JSON document per line, in order, into a folder that it makes', async () => {
    const file = path.join(await tempFolder(), 'logs', 'tokenhouse.log');
    const log = openFileLog({ path: file, now: () => new Date('2026-11-23T04:00:00Z') });
    for (let number = 0; number < 500; number += 1) log.info('counted', { number });
    await log.flush();
    const lines = await linesOf(file);
    expect(lines.map(({ number }) => number)).toEqual(Array.from({ length: 500 }, (_, number) => number));
    expect(lines[0]).toEqual({
      time: '2026-11-23T04:00:00.000Z',
      level: 'info',
      message: 'counted',
      number: 0,
    });
  });

  it('writes debug lines only when asked to', async () => {
    const folder = await tempFolder();
    const quiet = openFileLog({ path: path.join(folder, 'quiet.log') });
    quiet.debug('no');
    quiet.warn('yes');
    await quiet.flush();
    const loud = openFileLog({ path: path.join(folder, 'loud.log'), debug: true });
    loud.debug('yes');
    await loud.flush();
    expect((await linesOf(path.join(folder, 'quiet.log'))).map(({ message }) => message)).toEqual(['yes']);
    expect((await linesOf(path.join(folder, 'loud.log'))).map(({ message }) => message)).toEqual(['yes']);
  });

  it('moves the file aside before it grows too large and keeps three', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 't.log');
    const log = openFileLog({ path: file, maxBytes: 1000, keep: 3 });
    for (let number = 0; number < 60; number += 1) {
      log.info('x'.repeat(100), { number });
      await log.flush();
    }
    expect((await readdir(folder)).toSorted()).toEqual(['t.log', 't.log.1', 't.log.2', 't.log.3']);
    for (const name of await readdir(folder)) {
      expect((await readFile(path.join(folder, name))).byteLength).toBeLessThanOrEqual(1000);
    }
    const newest = (await linesOf(file)).at(-1);
    const before = (await linesOf(`${file}.1`)).at(-1);
    expect(newest).toMatchObject({ number: 59 });
    expect(before?.['number']).toBe(60 - (await linesOf(file)).length - 1);
  });

  it('counts what an earlier start has written', async () => {
    const file = path.join(await tempFolder(), 't.log');
    await writeFile(file, `${'y'.repeat(950)}\n`);
    const log = openFileLog({ path: file, maxBytes: 1000 });
    log.info('a line that does not fit any more');
    await log.flush();
    expect(await linesOf(file)).toHaveLength(1);
    expect(await readFile(`${file}.1`, 'utf8')).toMatch(/^y+\n$/);
  });

  it('never throws, whatever it is given', async () => {
    const file = path.join(await tempFolder(), 't.log');
    const log = openFileLog({ path: file });
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    const hostile = {
      toJSON(): never {
        throw new Error('no');
      },
    };
    log.error('odd', {
      circle,
      big: 2n ** 64n,
      nothing: undefined,
      error: new Error('inner', { cause: new TypeError('root') }),
    });
    log.error('hostile', { hostile });
    await log.flush();
    const [odd] = await linesOf(file);
    expect(odd).toMatchObject({
      circle: { name: 'circle', self: '[circular]' },
      big: '18446744073709551616',
      error: { name: 'Error', message: 'inner', cause: { name: 'TypeError', message: 'root' } },
    });
    expect(odd?.['error']).toHaveProperty('stack');
  });

  it('keeps lines that could not be written until they can', async () => {
    const folder = await tempFolder();
    const blocked = path.join(folder, 'logs');
    await writeFile(blocked, 'a file where the folder should be');
    const log = openFileLog({ path: path.join(blocked, 't.log') });
    log.info('first');
    await log.flush();
    await rm(blocked);
    log.info('second');
    await log.flush();
    const messages = (await linesOf(path.join(blocked, 't.log'))).map(({ message }) => message);
    expect(messages).toEqual(['first', 'second']);
  });

  it('writes the words of the database, and masks secrets in fields and messages', async () => {
    const file = path.join(await tempFolder(), 't.log');
    const log = openFileLog({ path: file });
    log.warn('refused by http://me:hunter2@host', {
      runId: 'r1',
      cacheWrite5mTokens: 7,
      at: new Date('2026-11-23T04:00:00Z'),
      account: { password: 'hunter2' },
      quoted: 'cannot parse {"key":"AKIAIOSFODNN7EXAMPLQ","from":"jane.doe@corp-mail.de"}',
    });
    await log.flush();
    const text = await readFile(file, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      message: 'refused by http://me:***@host',
      run_id: 'r1',
      cache_write_5m_tokens: 7,
      at: '2026-11-23T04:00:00.000Z',
      account: { password: '***' },
    });
    expect(text).not.toMatch(/hunter2|AKIAIOSFODNN7EXAMPLQ|jane\.doe/);
  });

  it('can be read by its owner only', async () => {
    const file = path.join(await tempFolder(), 'logs', 't.log');
    const log = openFileLog({ path: file });
    log.info('said');
    await log.flush();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('loses no line and tears none when two processes write and rotate at once', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 't.log');
    const logs = [1, 2].map(() => openFileLog({ path: file, maxBytes: 20_000, keep: 20 }));
    for (let number = 0; number < 1000; number += 1) {
      logs[number % 2]?.info('x'.repeat(100), { number });
      if (number % 7 === 0) await Promise.all(logs.map((log) => log.flush()));
    }
    await Promise.all(logs.map((log) => log.flush()));
    const names = await readdir(folder);
    expect(names.length).toBeGreaterThan(3);
    const lines = await Promise.all(names.map((name) => linesOf(path.join(folder, name))));
    const numbers = lines.flat().map(({ number }) => Number(number));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, number) => number));
  });

  it('does not throw in a place where no folder can be made', async () => {
    const log = openFileLog({ path: '/proc/nowhere/logs/t.log' });
    log.error('said');
    await expect(log.flush()).resolves.toBeUndefined();
  });

  it.skipIf(!existsSync('/dev/full'))('does not throw when the disk is full', async () => {
    const file = path.join(await tempFolder(), 't.log');
    await symlink('/dev/full', file);
    const log = openFileLog({ path: file });
    log.error('said');
    await expect(log.flush()).resolves.toBeUndefined();
    await rm(file);
    log.error('said again');
    await log.flush();
    expect((await linesOf(file)).map(({ message }) => message)).toEqual(['said', 'said again']);
  });
});

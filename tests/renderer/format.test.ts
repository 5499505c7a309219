import { describe, expect, test } from 'vitest';
import {
  bytes,
  clock,
  compact,
  dayMs,
  duration,
  exact,
  middleCut,
  percent,
  plural,
  relative,
  remaining,
  unknown,
} from '../../src/renderer/format.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  test.each([
    [0, '0'],
    [1204, '1,204'],
    [19_312_345_678, '19,312,345,678'],
  ])('exact(%d) is %s', (count, text) => expect(exact(count)).toBe(text));

  test.each([
    [9504, '9,504'],
    [21_000, '21.0 K'],
    [651_204, '651 K'],
    [3_918_244, '3.92 M'],
    [19_312_345_678, '19.3 B'],
  ])('compact(%d) is %s', (count, text) => expect(plain(compact(count))).toBe(text));

  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [4096, '4.10 kB'],
    [999_600, '1.00 MB'],
    [48_212_000, '48.2 MB'],
    [412_883_112, '413 MB'],
    [4_830_000_000, '4.83 GB'],
  ])('bytes(%d) is %s', (count, text) => expect(plain(bytes(count))).toBe(text));

  test('a noun follows its number', () => {
    expect(plain(plural(1, 'file'))).toBe('1 file');
    expect(plain(plural(0, 'file'))).toBe('0 files');
  });

  test('a per cent is never rounded up to 100', () => {
    expect(plain(percent(0.9999))).toBe('99 %');
    expect(plain(percent(1))).toBe('100 %');
  });
});

describe('times', () => {
  test.each([
    [640, '0.6 s'],
    [9_960, '10 s'],
    [71_400, '1 min 11 s'],
    [3_840_000, '1 h 04 min'],
  ])('duration(%d) is %s', (ms, text) => expect(plain(duration(ms))).toBe(text));

  test.each([
    [null, unknown],
    [3, 'a few seconds'],
    [17, 'about 20 s'],
    [58, 'about 1 min'],
    [190, 'about 3 min'],
    [1300, 'about 20 min'],
    [3580, 'about 1 h'],
    [4900, 'about 1 h 20 min'],
  ])('remaining(%s) is %s', (seconds, text) => expect(plain(remaining(seconds))).toBe(text));

  test.each([
    [20_000, 'just now'],
    [8 * 60_000, '8 minutes ago'],
    [3 * 3_600_000, '3 hours ago'],
    [dayMs, 'yesterday'],
    [29 * dayMs, '29 days ago'],
    [100 * dayMs, '3 months ago'],
  ])('%d ms before is %s', (ago, text) => expect(relative(1e12 - ago, 1e12)).toBe(text));
});

describe('paths', () => {
  test('are cut in the middle and keep the end', () => {
    const cut = middleCut('/home/ines/.claude/projects/-home-ines-work/3f2c1a9e.jsonl', 30);
    expect(cut).toHaveLength(30);
    expect(cut).toMatch(/^\/home\/ines.*….*3f2c1a9e\.jsonl$/);
  });

  test('short ones stay whole', () => expect(middleCut('/tmp', 30)).toBe('/tmp'));
});

test('a moment of today is a time, one of another day has its day', () => {
  const now = new Date(2026, 10, 23, 18, 0).getTime();
  expect(clock(new Date(2026, 10, 23, 14, 7).getTime(), now)).toBe('14:07');
  expect(clock(new Date(2026, 10, 22, 9, 5).getTime(), now)).toBe('22 Nov, 09:05');
});

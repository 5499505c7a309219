import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../src/shared/format.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [3270, '3.27 kB'],
    [27_140, '27.1 kB'],
    [999_600, '1.00 MB'],
    [2_410_000_000, '2.41 GB'],
  ])('%d is %s', (count, text) => {
    expect(formatBytes(count)).toBe(text);
  });
});

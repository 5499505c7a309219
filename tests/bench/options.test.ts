import { expect, test } from 'vitest';
import { parseSize, readOptions, sizeLabel, UsageError } from './options.ts';
import { scenarios } from './scenarios/registry.ts';

const known = Object.keys(scenarios);

test('without arguments: five rounds of a gigabyte, and only scenarios that exist', () => {
  expect(readOptions([], known)).toMatchObject({
    rounds: 5,
    size: 1e9,
    sizes: [1e9, 4e9, 8e9],
    compare: null,
  });
});

test('scenarios are chosen by name', () => {
  expect(readOptions(['--scenarios', 'naive,status'], known).scenarios).toEqual(['naive', 'status']);
  expect(readOptions(['--scenarios', 'all'], known).scenarios).toEqual(known);
});

test.each([
  [['--scenarios', 'nothing']],
  [['--size', '5']],
  [['--rounds', '0']],
  [['--rounds', 'many']],
  [['--unknown']],
])('%j makes no sense', (args) => {
  expect(() => readOptions(args, known)).toThrow(UsageError);
});

test('sizes are read and shown in MB and GB of 10^6 and 10^9 bytes', () => {
  expect(parseSize('1.5GB')).toBe(1.5e9);
  expect(sizeLabel(1.5e9)).toBe('1.5 GB');
  expect(sizeLabel(parseSize('200MB'))).toBe('200 MB');
});

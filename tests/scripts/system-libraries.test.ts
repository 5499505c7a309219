import { expect, test } from 'vitest';
import { missingLibraries } from '../../scripts/system-libraries.mjs';

test('libraries that were not found are named, the others are not', () => {
  const output = `	linux-vdso.so.1 (0x00007ffc)
	libffmpeg.so => not found
	libnss3.so => not found
	libgtk-3.so.0 => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f93)
`;
  expect(missingLibraries(output)).toEqual(['libnss3.so', 'libgtk-3.so.0']);
});

test('nothing is missing where there is nothing to load', () => {
  expect(missingLibraries('	statically linked\n')).toEqual([]);
});

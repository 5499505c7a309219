import { expect, test } from 'vitest';
import { completeLock, platformOf } from '../../scripts/complete-lock.mjs';

test('a package that npm left out is added for its platform', () => {
  const { lock, added } = completeLock({
    packages: {
      '': {},
      'node_modules/tool': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@tool/cli-linux-x64': '1.0.0', '@tool/cli-android-arm64': '^1.0.0' },
      },
      'node_modules/@tool/cli-linux-x64': { version: '1.0.0' },
    },
  });
  expect(added).toEqual(['@tool/cli-android-arm64']);
  expect(lock.packages['node_modules/@tool/cli-android-arm64']).toEqual({
    version: '1.0.0',
    dev: true,
    optional: true,
    os: ['android'],
    cpu: ['arm64'],
  });
});

test('a package beside or above its dependent is not missing', () => {
  const nested = 'node_modules/a/node_modules/b';
  const { added } = completeLock({
    packages: {
      'node_modules/a': {},
      [nested]: { optionalDependencies: { beside: '1.0.0', above: '1.0.0', 'x-darwin-x64': '1.0.0' } },
      [`${nested}/node_modules/beside`]: {},
      'node_modules/a/node_modules/above': {},
    },
  });
  expect(added).toEqual(['x-darwin-x64']);
});

test('where packages were fetched from is left out', () => {
  const entry = { version: '1.0.0', resolved: 'https://registry.invalid/a.tgz', integrity: 'sha512-x' };
  const { lock } = completeLock({ packages: { 'node_modules/a': entry } });
  expect(lock.packages['node_modules/a']).toEqual({ version: '1.0.0', integrity: 'sha512-x' });
});

test('completing twice changes nothing', () => {
  const { lock } = completeLock({
    packages: { 'node_modules/a': { optionalDependencies: { 'a-win32-x64': '2.0.0' } } },
  });
  expect(completeLock(lock)).toEqual({ lock, added: [] });
});

test.each([
  ['@x/binding-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
  ['@x/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@x/binding-win32-arm64-msvc', { os: ['win32'], cpu: ['arm64'] }],
  ['@x/windows-x86_64', { os: ['win32'], cpu: ['x64'] }],
  ['@x/darwin-universal', { os: ['darwin'] }],
  ['fsevents', { os: ['darwin'] }],
  ['@x/binding-wasm32-wasi', { cpu: ['wasm32'] }],
])('%s is for %o', (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});

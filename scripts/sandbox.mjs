import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { say } from './project.mjs';

/**
 * What Electron must be told where Chromium's sandbox cannot work: it would refuse to start.
 *
 * That is the case for root, and where unprivileged users may not make namespaces (Ubuntu since 24.04, many containers).
 * Packages for users are not started this way.
 *
 * @param {string} executable
 * @returns {Promise<readonly string[]>}
 */
export async function sandboxArguments(executable) {
  if (process.platform !== 'linux') return [];
  if (process.getuid?.() === 0) return ['--no-sandbox'];
  if ((await runCommand('unshare', ['--user', '--map-root-user', 'true'])).code === 0) return [];
  if (isSetuidRoot(join(dirname(executable), 'chrome-sandbox'))) return [];
  say("This system does not let Chromium's sandbox work: starting without it.");
  return ['--no-sandbox'];
}

/** @param {string} file */
function isSetuidRoot(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.uid === 0 && (stats.mode & 0o4000) !== 0;
}

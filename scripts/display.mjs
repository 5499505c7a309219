import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './project.mjs';
import { hasNoDisplay } from './system-libraries.mjs';

/**
 * @typedef {object} Display
 * @property {boolean} isVirtual nobody sees what is shown on it
 * @property {NodeJS.ProcessEnv} env the environment for processes that open windows on it
 * @property {() => void} stop
 */

/**
 * The display to open windows on: the one that is there or else, on Linux, a virtual screen of our own.
 *
 * @returns {Promise<Display>}
 */
export async function openDisplay() {
  if (!hasNoDisplay()) return { isVirtual: false, env: process.env, stop: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'tokenhouse-display-'));
  const authority = join(folder, 'Xauthority');
  writeFileSync(authority, magicCookie(), { mode: 0o600 });
  const options = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-auth', authority];
  // Detached: Ctrl-C is for the application, which needs its screen until it has closed.
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
  const stop = () => {
    process.off('exit', stop);
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  const number = await displayNumber(server);
  server.unref();
  return { isVirtual: true, env: { ...process.env, DISPLAY: `:${number}`, XAUTHORITY: authority }, stop };
}

/**
 * An Xauthority file with one random cookie that is good for any display: other users of this machine stay out.
 *
 * Big-endian and length-prefixed: family (0xffff is any), address, display number, protocol, cookie.
 */
function magicCookie() {
  const protocol = Buffer.from('MIT-MAGIC-COOKIE-1');
  const prefix = Buffer.from([0xff, 0xff, 0, 0, 0, 0, 0, protocol.length]);
  return Buffer.concat([prefix, protocol, Buffer.from([0, 16]), randomBytes(16)]);
}

/**
 * The number that Xvfb chose and writes when it is ready.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<string>}
 */
function displayNumber(server) {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new SetupError('Xvfb could not be started.'));
    server.once('error', fail).once('exit', fail);
    server.stdio[3]?.once('data', (text) => resolve(String(text).trim()));
  });
}

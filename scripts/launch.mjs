import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { openDisplay } from './display.mjs';
import { projectRoot, say } from './project.mjs';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const sameSignalMs = 500;
const lookForParentMs = 1000;
const isRunByNpm = process.env['npm_lifecycle_event'] !== undefined;
const parent = process.ppid;

/**
 * Runs a program with windows until it ends, on a virtual screen where there is no display.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [extraEnv]
 * @returns {Promise<number>} its exit code
 */
export async function launch(command, args, extraEnv = {}) {
  const display = await openDisplay();
  if (display.isVirtual)
    say(`No display here: running on a virtual screen (DISPLAY=${display.env['DISPLAY']}).`);
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: { ...display.env, ...extraEnv },
    stdio: 'inherit',
    // A group of its own: the terminal's Ctrl-C would reach it besides ours, and a second one kills without clean-up.
    detached: process.platform !== 'win32',
  });
  const stopForwarding = forwardSignals(child);
  try {
    return await exitCode(child);
  } finally {
    stopForwarding();
    display.stop();
  }
}

/**
 * Forwards signals, each once: npm repeats the Ctrl-C that the terminal has sent already.
 *
 * Its SIGTERM never comes here where a shell stands between: npm ends the shell, which tells nobody. That the parent is
 * gone is taken for it, unless a signal came before: a second one would kill without clean-up. Run without npm, in the
 * background for instance, the parent may go.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  let lastAt = 0;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (Date.now() - lastAt > sameSignalMs) child.kill(signal);
    lastAt = Date.now();
  };
  for (const signal of signals) process.on(signal, forward);
  const looking = setInterval(() => {
    if (isRunByNpm && process.ppid !== parent && lastAt === 0) forward('SIGTERM');
  }, lookForParentMs);
  return () => {
    clearInterval(looking);
    signals.forEach((signal) => process.off(signal, forward));
  };
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} */
function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

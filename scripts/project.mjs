import { join } from 'node:path';

/** The folder that holds package.json; every script works on it, wherever it is started from. */
export const projectRoot = join(import.meta.dirname, '..');

/** Where a package's executable of this name is. @param {string} name */
export const bin = (name) => join(projectRoot, 'node_modules', '.bin', name);

/** One line for the person at the terminal. Never stdout: that belongs to the command line's results. @param {string} line */
export const say = (line) => void process.stderr.write(`${line}\n`);

/** What went wrong in words a person can act on: no stack is printed for it. */
export class SetupError extends Error {}

/** The code of an error of Node's: `ENOENT` and the like. @param {unknown} error */
export const codeOf = (error) => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Runs a script's main function; a SetupError becomes its message and exit code 1.
 *
 * @param {() => Promise<number | void>} main may answer the exit code
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? process.exitCode;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`\n${error.message}`);
    process.exitCode = 1;
  }
}

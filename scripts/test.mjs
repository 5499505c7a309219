import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { countPlaywright, countVitest, none, oneFailed, onePassed, sum, summary } from './count-tests.mjs';
import { openDisplay } from './display.mjs';
import { ensureElectron } from './electron-runtime.mjs';
import { failuresOfPlaywright, failuresOfVitest } from './list-failures.mjs';
import { bin, projectRoot, say, SetupError } from './project.mjs';

/** @typedef {import('./count-tests.mjs').Count} Count */

// npm test: every check and every test, in the order of how fast they tell. `npm test -- unit e2e` runs only those.
// The long part of the faults (hundreds of kills) runs only when asked for: npm run test:faults.

/** What failed so far, in words. @type {string[]} */
const failures = [];

/** @type {Readonly<Record<string, () => Promise<Count>>>} */
const steps = {
  async check() {
    const commands = [
      ['tsc', '-b'],
      ['oxlint', '--deny-warnings'],
      ['prettier', '--check', '--log-level', 'warn', '.'],
    ];
    const counts = [];
    for (const [name = '', ...args] of commands) {
      const passed = (await run(bin(name), args)) === 0;
      console.log(`${passed ? 'passed' : 'FAILED'}: ${[name, ...args].join(' ')}`);
      if (!passed) failures.push([name, ...args].join(' '));
      counts.push(passed ? onePassed : oneFailed);
    }
    return sum(counts);
  },
  async build() {
    await ensureBuilt();
    return onePassed;
  },
  unit: () => runVitest('unit'),
  integration: () => runVitest('integration'),
  faults: () => runVitest('faults'),
  async e2e() {
    await ensureElectron();
    const display = await openDisplay();
    try {
      const report = freshReport('e2e');
      const code = await run(bin('playwright'), ['test'], {
        ...display.env,
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      });
      return counted(report, countPlaywright, failuresOfPlaywright, code);
    } finally {
      display.stop();
    }
  },
};
/** @type {typeof steps} */
const stepsOnRequest = {
  'faults-long': () => runVitest('faults', { ...process.env, TOKENHOUSE_FAULTS: 'long' }),
};
const needBuild = ['integration', 'faults', 'faults-long', 'e2e'];

/**
 * @param {string} name of a kind of tests; the projects of that kind are named `<name>` and `<name>-...`
 * @param {NodeJS.ProcessEnv} [env]
 */
async function runVitest(name, env) {
  const report = freshReport(name);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(bin('vitest'), ['run', '--project', `${name}*`, ...reporters], env);
  return counted(report, countVitest, failuresOfVitest, code);
}

/**
 * Reads a report. A runner that complains without a failed test, or found no tests, counts as one failure.
 *
 * @template Counted
 * @template Listed
 * @param {string} file
 * @param {(report: Counted) => Count} count
 * @param {(report: Listed) => readonly string[]} list of what failed
 * @param {number} code the runner's exit code
 * @returns {Count}
 */
function counted(file, count, list, code) {
  let result = none;
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    result = count(report);
    failures.push(...list(report));
  }
  if (result.failed > 0 || (code === 0 && result.passed > 0)) return result;
  failures.push(`${file}: the runner ended with code ${code}, ${summary(result)}`);
  return sum([result, oneFailed]);
}

/** @param {string} name */
function freshReport(name) {
  const file = join(projectRoot, 'test-results', `${name}.json`);
  mkdirSync(join(projectRoot, 'test-results'), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code
 */
async function run(command, args, env = process.env) {
  const child = spawn(command, args, { cwd: projectRoot, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = () => child.kill();
  process.once('exit', stop);
  const [code] = await once(child, 'close');
  process.off('exit', stop);
  return Number(code ?? 1);
}

/**
 * Runs one step; whatever stops it counts as one failed test.
 *
 * @param {string} name
 * @param {() => Promise<Count>} step
 * @returns {Promise<Count>}
 */
async function runStep(name, step) {
  console.log(`\n===== ${name} =====`);
  const startedAt = Date.now();
  const count = await step().catch((error) => {
    const reason = error instanceof SetupError ? error.message : error.stack;
    say(reason);
    failures.push(`${name}: ${reason}`);
    return oneFailed;
  });
  console.log(`----- ${name}: ${summary(count)} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  return count;
}

/** @param {readonly string[]} names @returns {Promise<Count>} */
async function runSteps(names) {
  let total = none;
  let isBuilt = true;
  for (const [name, step] of Object.entries({ ...steps, ...stepsOnRequest }).filter(([key]) =>
    names.includes(key),
  )) {
    if (!isBuilt && needBuild.includes(name)) {
      console.log(`\n===== ${name}: not run, the build failed =====`);
      continue;
    }
    const count = await runStep(name, step);
    if (name === 'build') isBuilt = count.failed === 0;
    total = sum([total, count]);
  }
  return total;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
const asked = process.argv.slice(2);
const known = Object.keys({ ...steps, ...stepsOnRequest });
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  say(`There is no ${unknown.join(', ')} to test: choose from ${known.join(', ')}.`);
  process.exit(2);
}
// Worker threads and the embedded server are tested as they are built.
const wanted =
  asked.length === 0
    ? Object.keys(steps)
    : asked.some((name) => name !== 'check')
      ? ['build', ...asked]
      : asked;
const total = await runSteps(wanted);
if (failures.length > 0) console.log(`\n===== what failed =====\n${failures.join('\n\n')}`);
console.log(`\n${summary(total)}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

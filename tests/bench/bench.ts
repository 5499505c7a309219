import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cachedHistory } from './history-cache.ts';
import { canMeasureProcesses } from './measure/process-tree.ts';
import { readOptions, usage, UsageError, type BenchOptions } from './options.ts';
import { placesOf } from './places.ts';
import { compareRatios } from './report/compare.ts';
import { readStoredRatios, storeResults, type Results } from './report/stored-results.ts';
import { comparisonTable, measurementTable, ratioTable } from './report/tables.ts';
import { scenarios } from './scenarios/registry.ts';
import type { ScenarioContext } from './scenarios/scenario.ts';

/**
 * Runs the benchmark. Tables go to stdout, everything else to stderr.
 *
 * @returns the exit code: 1 when a ratio is much worse than the stored one, 2 for arguments that make no sense
 */
export async function bench(args: readonly string[], projectRoot: string): Promise<number> {
  if (args.includes('--help')) {
    say(usage);
    for (const [name, { about }] of Object.entries(scenarios)) say(`  ${name.padEnd(14)} ${about}`);
    return 0;
  }
  try {
    return await runAll(readOptions(args, Object.keys(scenarios)), projectRoot);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\n\n${usage}`);
    return 2;
  }
}

async function runAll(options: BenchOptions, projectRoot: string): Promise<number> {
  // Read first: an hour later is too late to hear that there is no such file.
  const stored = options.compare === null ? null : readStoredRatios(options.compare);
  if (!canMeasureProcesses) say('There is no /proc here: CPU and memory are not measured.');
  const results = await runScenarios(options, projectRoot);
  print(measurementTable(results.rows));
  print(
    'CPU: all processes until the last has ended, merges included. Peak: sum of resident sets, every 50 ms.',
  );
  print(ratioTable(results.ratios));
  if (options.json !== null) storeResults(options.json, results, options);
  if (stored === null) return 0;
  const comparisons = compareRatios(results.ratios, stored);
  print(comparisonTable(comparisons));
  return comparisons.some(({ verdict }) => verdict === 'worse') ? 1 : 0;
}

async function runScenarios(options: BenchOptions, projectRoot: string): Promise<Results> {
  mkdirSync(options.cache, { recursive: true });
  const workFolder = mkdtempSync(join(options.cache, 'work-'));
  process.once('exit', () => remove(workFolder));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const context: ScenarioContext = {
    options,
    places: placesOf(projectRoot),
    history: (shape) => cachedHistory(options.cache, shape, options.seed, say),
    freshFolder: () => {
      const path = mkdtempSync(join(workFolder, 'data-'));
      return { path, remove: () => remove(path) };
    },
    say,
  };
  const all: Results[] = [];
  for (const name of options.scenarios) {
    const scenario = scenarios[name];
    if (scenario !== undefined) all.push(await scenario.run(context));
  }
  return { rows: all.flatMap(({ rows }) => rows), ratios: all.flatMap(({ ratios }) => ratios) };
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 10 });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** How the benchmark was asked for. */
export interface BenchOptions {
  readonly scenarios: readonly string[];
  /** Bytes of history in scenarios of one size. */
  readonly size: number;
  /** Bytes of histories in `growth`. */
  readonly sizes: readonly number[];
  /** Lines of the databases in `queries`. */
  readonly lines: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  /** Files in `small-files`, and in `nothing-to-do`. */
  readonly smallFiles: number;
  readonly wideFiles: number;
  /** Where histories and databases are. */
  readonly cache: string;
  /** File for the results. */
  readonly json: string | null;
  /** File of earlier results. */
  readonly compare: string | null;
}

/** Something was asked for that can't be done. */
export class UsageError extends Error {}

export const usage = `npm run bench -- [options]
  --scenarios a,b      which (default: full,metadata,naive,nothing-to-do,status; or all)
  --size 1GB           of the history
  --sizes 1GB,4GB,8GB  of the histories in growth
  --lines 1000000,5000000,20000000  in the databases of queries
  --rounds 5           each contestant once a round; medians are shown
  --small-files 100000 files in small-files      --wide-files 10000 files in nothing-to-do
  --seed 1             of the history            --cache DIR where histories and databases are
  --json FILE          writes the results        --compare FILE compares the ratios with earlier results`;

const defaultScenarios = 'full,metadata,naive,nothing-to-do,status';

/** Reads the arguments. @throws UsageError */
export function readOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const values = parse(args);
  const asked = values.scenarios ?? defaultScenarios;
  const scenarios = asked === 'all' ? known : asked.split(',');
  const unknown = scenarios.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`There is no scenario ${unknown.join(', ')}: choose from ${known.join(', ')}.`);
  return {
    scenarios,
    size: parseSize(values.size ?? '1GB'),
    sizes: (values.sizes ?? '1GB,4GB,8GB').split(',').map(parseSize),
    lines: (values.lines ?? '1000000,5000000,20000000').split(',').map((n) => parseCount('--lines', n)),
    rounds: parseCount('--rounds', values.rounds ?? '5'),
    seed: parseCount('--seed', values.seed ?? '1'),
    smallFiles: parseCount('--small-files', values['small-files'] ?? '100000'),
    wideFiles: parseCount('--wide-files', values['wide-files'] ?? '10000'),
    cache: values.cache ?? join(tmpdir(), 'tokenhouse-bench'),
    json: values.json ?? null,
    compare: values.compare ?? null,
  };
}

function parse(args: readonly string[]): Readonly<Record<string, string | undefined>> {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenarios: string,
        size: string,
        sizes: string,
        lines: string,
        rounds: string,
        seed: string,
        'small-files': string,
        'wide-files': string,
        cache: string,
        json: string,
        compare: string,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseCount(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new UsageError(`${name} ${text}: give a whole number from 1.`);
  return count;
}

const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9 };

/** Bytes of `500MB` or `1GB`. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(MB|GB)$/.exec(text);
  const unit = units[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new UsageError(`${text} is no size: give it as 500MB or 1GB.`);
  return Number(match[1]) * unit;
}

/** `500 MB` or `1 GB`. */
export function sizeLabel(bytes: number): string {
  return bytes >= 1e9 ? `${Number((bytes / 1e9).toFixed(2))} GB` : `${Number((bytes / 1e6).toFixed(2))} MB`;
}

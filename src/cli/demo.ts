import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { generateHistory } from '../engine/demo/generate-history.ts';
import type { Printer } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, formatBytes, formatCount } from '../shared/format.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { describeLineSum } from './line-sum.ts';
import { ownName } from './own-name.ts';

const dayMs = 86_400_000;
const defaultLines = 20_000;
const defaultSeed = 1;

export interface DemoDeps {
  readonly print: Printer;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; the clock's when left out. */
  readonly nowMs?: number;
}

/** Options of `demo` as commander gives them. */
export interface DemoCommandOptions {
  readonly output: string;
  readonly lines?: number;
  readonly seed?: number;
  /** Day before which the history ends, in milliseconds since 1970 (midnight UTC); today when left out. */
  readonly end?: number;
  readonly json?: boolean;
}

/** Adds the options of `demo` to a command. */
export function addDemoOptions(command: Command): Command {
  return command
    .requiredOption('--output <dir>', 'new or empty folder; the history is in its folder projects')
    .option('--lines <n>', `lines in all files together (default: ${defaultLines})`, parseLines)
    .option('--seed <n>', 'the same seed, lines and end make the same history (default: 1)', parseSeed)
    .option('--end <day>', 'first day after the history, YYYY-MM-DD in UTC (default: today)', parseDay);
}

/**
 * Writes a made-up history and prints what it adds up to. Answers the exit code.
 *
 * @throws AppError `invalid-input`, `disk-full`
 */
export async function runDemo(options: DemoCommandOptions, deps: DemoDeps): Promise<number> {
  const { print, signal } = deps;
  const { output, lines = defaultLines, seed = defaultSeed } = options;
  const endMs = options.end ?? Math.floor((deps.nowMs ?? Date.now()) / dayMs) * dayMs;
  try {
    const totals = await generateHistory({ output, lines, seed, endMs, signal });
    const projects = path.join(path.resolve(output), 'projects');
    if (options.json === true) {
      print.json({ root: projects, seed, end: new Date(endMs).toISOString(), totals: snakeCase(totals) });
      return exitCodes.done;
    }
    const count = formatCount;
    const cacheWrites = totals.cacheWrite5mTokens + totals.cacheWrite1hTokens;
    print.line(`${counted(totals.files, 'file')}, ${formatBytes(totals.bytes)} in ${projects}`);
    print.line(`${counted(totals.lines, 'line')} = ${describeLineSum(totals)}`);
    print.line(
      `${counted(totals.responses, 'response')}; tokens: ${count(totals.inputTokens)} input, ${count(totals.outputTokens)} output, ${count(cacheWrites)} cache write, ${count(totals.cacheReadTokens)} cache read`,
    );
    const source = /\s/.test(projects) ? `"${projects}"` : projects;
    print.line(`Import it with: ${ownName} migrate --source ${source}`);
    print.line('Or in the window: Add folder, and choose that folder.');
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (/^\d+$/.test(text) && lines >= 1 && lines <= 100_000_000) return lines;
  throw new InvalidArgumentError('Give a whole number from 1 to 100000000.');
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw new InvalidArgumentError('Give a whole number from 0 to 4294967295.');
}

function parseDay(text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(day)) return day;
  throw new InvalidArgumentError('Give a day as YYYY-MM-DD.');
}

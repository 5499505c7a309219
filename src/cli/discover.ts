import { homedir } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { checkIntegrity, type IntegrityReport } from '../engine/discover/check-integrity.ts';
import { discover, type DiscoverOptions } from '../engine/discover/discover.ts';
import type { FolderProblem } from '../engine/discover/find-files.ts';
import { inspectFile } from '../engine/discover/inspect-file.ts';
import { fileDocument, makeManifest, writeManifest } from '../engine/discover/manifest.ts';
import { retentionMs } from '../engine/discover/order-files.ts';
import { defaultRoots, optionRoots, requireReadable } from '../engine/discover/roots.ts';
import { countFiles, groupByProject, sumFiles, type FileSum } from '../engine/discover/sum-files.ts';
import {
  discoveryFilters,
  fileKinds,
  fileStates,
  type DiscoveredFile,
  type DiscoveryFilters,
  type Root,
} from '../shared/discovery.ts';
import { AppError } from '../shared/failure.ts';
import type { Printer } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, formatBytes, formatCount } from '../shared/format.ts';
import { snakeCase } from '../shared/snake-case.ts';

export interface DiscoverDeps {
  readonly print: Printer;
  readonly signal: AbortSignal;
  /** Compares a file with the database; every file is `new` when left out. */
  readonly stateOf?: DiscoverOptions['stateOf'];
  /** `inspectFile` in this thread when left out. */
  readonly inspect?: DiscoverOptions['inspect'];
  /** Roots without `--source`; those of this machine when left out. */
  readonly findRoots?: () => Promise<readonly Root[]>;
}

/** Options of `discover` as commander gives them. Sizes in MB of 10^6 bytes. */
export interface DiscoverCommandOptions {
  readonly source?: readonly string[];
  readonly pattern?: string;
  readonly minSizeMb?: number;
  readonly maxSizeMb?: number;
  readonly maxAgeDays?: number;
  readonly maxFiles?: number;
  readonly sort?: DiscoveryFilters['order'];
  readonly checkIntegrity?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

const several = (value: string, all: readonly string[] = []): string[] => [...all, value];

/** Adds the options of `discover` to a command. */
export function addDiscoverOptions(command: Command): Command {
  return command
    .option('--source <dir>', 'folder that holds the project folders (repeatable)', several)
    .option('--pattern <glob>', 'only matching files or folders, such as "-home-me-work-*"')
    .option('--min-size-mb <n>', 'only files of at least this size', parseAmount)
    .option('--max-size-mb <n>', 'only files of at most this size', parseAmount)
    .option('--max-age-days <n>', 'only files changed in the last n days', parseAmount)
    .option('--max-files <n>', 'at most this many files, the first by --sort', parseCount)
    .option('--sort <order>', 'newest, largest, smallest or priority (nearest to deletion)', parseOrder)
    .option('--check-integrity', 'read every file to its end and report damaged lines')
    .option('--output <file>', 'write the list as a manifest for migrate --manifest');
}

/**
 * Finds and lists the transcripts; checks them and writes a manifest if asked for. Answers the exit code: failed when
 * `--check-integrity` could not read something. Damaged lines are listed, not a failure.
 *
 * @throws AppError `source-missing`, `source-unreadable`, `invalid-input`, `disk-full`
 */
export async function runDiscover(options: DiscoverCommandOptions, deps: DiscoverDeps): Promise<number> {
  const filters = filtersOf(options);
  const roots = await rootsOf(options.source ?? [], deps);
  try {
    const discovery = await collect(roots, filters, options, deps);
    const { files, problems, integrity } = discovery;
    if (options.output !== undefined) {
      await writeManifest(options.output, makeManifest({ roots, filters, files }));
    }
    if (options.json === true) deps.print.json(documentOf(discovery));
    else for (const line of describeDiscovery(discovery, filters.order)) deps.print.line(line);
    for (const { path, message } of problems) deps.print.note(printable(`${path}: ${message}`));
    if (options.output !== undefined)
      deps.print.note(`Manifest of ${counted(files.length, 'file')}: ${options.output}`);
    const isUnread =
      problems.length > 0 || [...integrity.values()].some((check) => check.unreadable !== null);
    return options.checkIntegrity === true && isUnread ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    if (deps.signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}

interface Discovery {
  readonly roots: readonly Root[];
  readonly files: readonly DiscoveredFile[];
  readonly problems: readonly FolderProblem[];
  /** Empty without `--check-integrity`. */
  readonly integrity: ReadonlyMap<DiscoveredFile, IntegrityReport>;
}

async function collect(
  roots: readonly Root[],
  filters: DiscoveryFilters,
  options: DiscoverCommandOptions,
  deps: DiscoverDeps,
): Promise<Discovery> {
  const { signal, stateOf, inspect } = deps;
  const files: DiscoveredFile[] = [];
  const problems: FolderProblem[] = [];
  const integrity = new Map<DiscoveredFile, IntegrityReport>();
  const found = discover({
    roots,
    filters,
    signal,
    stateOf: stateOf ?? (() => Promise.resolve({ state: 'new', reason: '' })),
    inspect: inspect ?? inspectFile,
    onProblem: (problem) => problems.push(problem),
  });
  for await (const file of found) {
    files.push(file);
    if (options.checkIntegrity === true) integrity.set(file, await checkIntegrity(file, { signal }));
  }
  return { roots, files, problems, integrity };
}

async function rootsOf(sources: readonly string[], deps: DiscoverDeps): Promise<readonly Root[]> {
  if (sources.length === 0) {
    return deps.findRoots ? deps.findRoots() : defaultRoots(process.env, homedir(), process.platform);
  }
  const roots = await optionRoots(sources);
  requireReadable(roots);
  return roots;
}

function documentOf({ roots, files, problems, integrity }: Discovery): unknown {
  return {
    roots,
    files: files.map((file) => {
      const check = integrity.get(file);
      return { ...fileDocument(file), ...(check ? { integrity: snakeCase(check) } : {}) };
    }),
    totals: snakeCase(sumFiles(files)),
    by_state: countFiles(fileStates, files, (file) => file.state),
    by_kind: countFiles(fileKinds, files, (file) => file.kind),
    problems,
  };
}

const projectsShown = 25;
const filesShown = 10;
const header = ['files', 'size', 'lines', 'responses', 'tokens'];

/** The list for people. `~` marks what is extrapolated from a sample. */
function describeDiscovery(discovery: Discovery, order: DiscoveryFilters['order']): string[] {
  const { roots, files } = discovery;
  const projects = groupByProject(files)
    .map(([name, own]) => ({ name, sum: sumFiles(own) }))
    .toSorted((a, b) => b.sum.sizeBytes - a.sum.sizeBytes || (a.name < b.name ? -1 : 1));
  const states = countFiles(fileStates, files, (file) => file.state);
  const kinds = countFiles(fileKinds, files, (file) => file.kind);
  const more = projects.length - projectsShown;
  return [
    ...table([
      [...header, 'root'],
      ...roots.map((root) => {
        const state = root.state === 'present' ? '' : ` (${root.state})`;
        return [...cells(sumFiles(files.filter((file) => file.root === root.path))), root.path + state];
      }),
    ]),
    ...(roots.length === 0 ? ['No folder with transcripts was found. Name one with --source DIR.'] : []),
    '',
    ...table([
      [...header, 'project'],
      ...projects.slice(0, projectsShown).map(({ name, sum }) => [...cells(sum), name]),
      [...cells(sumFiles(files)), 'total'],
    ]),
    ...(more > 0
      ? [`${counted(more, 'smaller project is', 'smaller projects are')} not listed, but in the total.`]
      : []),
    '',
    ...table([
      ['size', 'lines', 'responses', 'tokens', 'changed', 'state', `file (${order}, first ${filesShown})`],
      ...files.slice(0, filesShown).map((file) => {
        const [, ...own] = cells(sumFiles([file]));
        return [...own, new Date(file.modifiedMs).toISOString().slice(0, 10), file.state, file.file];
      }),
    ]),
    '',
    `By state: ${listCounts(states)}. By kind: ${listCounts(kinds)}.`,
    'Responses and tokens are per file: a response copied into several files counts once after the import.',
    ...describeTrouble(discovery),
  ].map(printable);
}

function describeTrouble({ files, integrity }: Discovery): string[] {
  const nowMs = Date.now();
  const isDue = ({ modifiedMs }: DiscoveredFile): boolean => {
    const leftMs = modifiedMs + retentionMs - nowMs;
    return leftMs > 0 && leftMs < retentionMs / 6;
  };
  const due = files.filter(isDue).length;
  const damaged = files.filter(({ state }) => state === 'corrupt' || state === 'unreadable');
  const rejects = [...integrity].filter(([, check]) => check.rejects > 0);
  const whole = integrity.size - [...integrity.values()].filter((check) => check.unreadable !== null).length;
  return [
    ...(due > 0
      ? [`${counted(due, 'file is', 'files are')} less than 5 days from Claude Code's 30-day deletion.`]
      : []),
    ...damaged.map(({ file, state, reason }) => `${state}: ${file}: ${reason}`),
    ...(integrity.size > 0
      ? [
          `Read to the end: ${formatCount(whole)} of ${counted(integrity.size, 'file')}; ${formatCount(rejects.length)} with lines that are not JSON.`,
        ]
      : []),
    ...rejects.map(([{ file }, check]) => `rejects: ${file}: ${listCounts(check.rejectsByReason)}`),
    ...[...integrity].flatMap(([{ file, state }, { unreadable }]) =>
      unreadable !== null && state !== 'unreadable' ? [`unreadable: ${file}: ${unreadable}`] : [],
    ),
  ];
}

function cells({ files, sizeBytes, lines, responses, tokens, isExact }: FileSum): string[] {
  const about = isExact ? '' : '~';
  const counts = [lines, responses, tokens].map((count) => about + formatCount(count));
  return [formatCount(files), formatBytes(sizeBytes), ...counts];
}

/** Aligned to the right, but for the last column, which is text. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(width(column)))).join('  '),
  );
}

function listCounts(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ') || 'none';
}

/** Names come from files: a control character in one must not reach the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}

function filtersOf(options: DiscoverCommandOptions): DiscoveryFilters {
  const { pattern, minSizeMb, maxSizeMb, maxAgeDays, maxFiles, sort: order } = options;
  const minBytes = minSizeMb === undefined ? undefined : Math.round(minSizeMb * 1e6);
  const maxBytes = maxSizeMb === undefined ? undefined : Math.round(maxSizeMb * 1e6);
  const given = { pattern, minBytes, maxBytes, maxAgeDays, maxFiles, order };
  const parsed = discoveryFilters.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('invalid-input', `${String(issue?.path[0])}: ${issue?.message ?? 'not valid'}`);
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() !== '' && Number.isFinite(amount) && amount >= 0) return amount;
  throw new InvalidArgumentError('Give a number that is not negative.');
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function parseOrder(text: string): DiscoveryFilters['order'] {
  const order = discoveryFilters.shape.order.safeParse(text);
  if (order.success) return order.data;
  throw new InvalidArgumentError('Choose newest, largest, smallest or priority.');
}

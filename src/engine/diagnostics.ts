import { readFile } from 'node:fs/promises';
import { availableParallelism, homedir, release, totalmem, userInfo } from 'node:os';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import { toFailure } from '../shared/failure.ts';
import type { RunReport } from '../shared/run.ts';
import { fsErrorCode } from './discover/describe-fs-error.ts';
import { logFileOf } from './file-log.ts';
import { maskPerson, type Person } from './mask-person.ts';
import { maskSecrets, maskText } from './mask-secrets.ts';

export interface DiagnosticsSources {
  readonly appVersion: string;
  readonly dataDir: string;
  /** As they are; secrets in them are masked. */
  readonly settings: unknown;
  /** What is known of the database: state, version, size. It may not answer. */
  readonly database: () => Promise<unknown>;
  /** Runs, newest first. */
  readonly runs: () => Promise<readonly RunReport[]>;
  /** Who must not be recognised; the person at this computer when left out. */
  readonly person?: Person;
  readonly now?: () => Date;
}

const mostRuns = 10;
const mostLogLines = 200;
/** A stack is whole, a quoted transcript is not. */
const longestLogLine = 4000;

/**
 * Everything that helps somebody else to find out what is wrong, as text to send: secrets, e-mail addresses and the
 * name of the person masked. What can't be read is said in its place; it never throws.
 */
export async function gatherDiagnostics(sources: DiagnosticsSources): Promise<string> {
  const { appVersion, dataDir, settings, database, runs, now = () => new Date() } = sources;
  const sections: readonly (readonly [string, () => Promise<readonly string[]>])[] = [
    ['Versions', async () => versionLines(appVersion)],
    ['Data folder', async () => [dataDir]],
    ['Settings', async () => jsonLines(settings)],
    ['Database', async () => jsonLines(await database())],
    ['Last runs', async () => runLines(await runs())],
    [`Last ${mostLogLines} lines of the log`, () => logLines(logFileOf(dataDir))],
  ];
  const texts = await Promise.all(
    sections.map(async ([title, gather]) => {
      const lines = await gather().catch((error: unknown) => [`Not known: ${toFailure(error).message}`]);
      return [title, ...(lines.length === 0 ? ['Nothing.'] : lines).map((line) => `  ${line}`), ''];
    }),
  );
  const text = [`Tokenhouse diagnostics of ${now().toISOString()}`, '', ...texts.flat()].join('\n');
  return maskPerson(maskText(text), sources.person ?? { home: homedir(), user: userInfo().username });
}

function versionLines(appVersion: string): string[] {
  const { node, electron, chrome } = process.versions as Readonly<Record<string, string | undefined>>;
  return [
    `Tokenhouse ${appVersion}`,
    `Node ${node ?? ''}${electron === undefined ? '' : `, Electron ${electron}, Chrome ${chrome ?? ''}`}`,
    `${process.platform} ${release()} ${process.arch}, ${formatCount(availableParallelism())} processors, ${formatBytes(totalmem())} memory`,
  ];
}

function jsonLines(value: unknown): string[] {
  return (JSON.stringify(maskSecrets(value), null, 1) ?? 'Nothing.').split('\n');
}

function runLines(runs: readonly RunReport[]): string[] {
  return runs.slice(0, mostRuns).flatMap((run) => {
    const { runId, status, startedAt, durationMs, receipt, verified, dryRun, failure, problems } = run;
    const reasons = new Map<string, number>();
    for (const { reason } of problems) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const went = [...reasons].map(([reason, count]) => `${reason} ${formatCount(count)}`).join(', ');
    return [
      `${runId} ${status}${dryRun ? ' (dry run)' : ''}, started ${startedAt}, ${formatDuration(durationMs / 1000)}, ${formatCount(receipt.imported.lines)} lines of ${formatCount(receipt.files)} files, ${formatCount(receipt.filesFailed)} failed, ${verified ? 'verified' : 'not verified'}`,
      ...(went === '' ? [] : [`  problems: ${went}`]),
      ...(failure === null ? [] : [`  ${failure.code}: ${failure.message}`]),
    ];
  });
}

/** Of the file and, when that was begun anew a moment ago, the one before. */
async function logLines(path: string): Promise<string[]> {
  const young = linesOf(await readIfThere(path));
  const old = young.length >= mostLogLines ? [] : linesOf(await readIfThere(`${path}.1`));
  return [...old, ...young]
    .slice(-mostLogLines)
    .map((line) => (line.length > longestLogLine ? `${line.slice(0, longestLogLine)} ...` : line));
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (fsErrorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

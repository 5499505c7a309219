import { resolve } from 'node:path';
import { migrate } from '../engine/migrate.ts';
import { AppError } from '../shared/failure.ts';
import { runOptions, type Progress, type RunOptions, type RunReport } from '../shared/run.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { snakeCase } from './snake-case.ts';

/** Options of `migrate` as commander gives them. */
export interface MigrateOptions {
  readonly source?: readonly string[];
  readonly manifest?: string;
  readonly batchSize?: string;
  readonly concurrency?: string;
  readonly memoryLimitMb?: string;
  readonly privacy?: string;
  /** `level=folder`, each for a root or for the projects in a folder. */
  readonly privacyFor?: readonly string[];
  readonly dryRun?: boolean;
}

/** Runs a migration and prints its receipt. Answers the exit code. */
export async function runMigrate(options: MigrateOptions, context: CommandContext): Promise<number> {
  const report = await migrate(context.engine, toRunOptions(options), {
    signal: context.signal,
    onProgress: progressPrinter(context),
  });
  if (context.options.json) context.print.json(snakeCase(report));
  else for (const line of describeReport(report)) context.print.line(line);
  if (report.failure) context.print.note(`error: ${report.failure.message}`);
  return exitCodeOf(report);
}

function exitCodeOf(report: RunReport): number {
  if (report.status === 'cancelled') return exitCodes.interrupted;
  return report.status === 'failed' || report.receipt.filesFailed > 0 ? exitCodes.failed : exitCodes.done;
}

function toRunOptions(options: MigrateOptions): RunOptions {
  if (options.manifest !== undefined && options.source?.length) {
    throw new AppError(
      'invalid-input',
      'Give either --manifest or --source: the manifest names its files itself.',
    );
  }
  const parsed = runOptions.safeParse({
    ...(options.source ? { sources: options.source } : {}),
    ...(options.manifest === undefined ? {} : { manifest: options.manifest }),
    ...(options.batchSize === undefined ? {} : { batchRows: Number(options.batchSize) }),
    ...(options.concurrency === undefined ? {} : { concurrency: Number(options.concurrency) }),
    ...(options.memoryLimitMb === undefined ? {} : { memoryLimitMb: Number(options.memoryLimitMb) }),
    privacy: {
      ...(options.privacy === undefined ? {} : { default: options.privacy }),
      rules: (options.privacyFor ?? []).flatMap(privacyRules),
    },
    dryRun: options.dryRun ?? false,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('invalid-input', `${nameOf(issue?.path[0])}: ${issue?.message ?? 'not valid'}`);
}

/** The same folder may be a root or hold projects: a rule for each. */
function privacyRules(option: string): object[] {
  const [level = '', ...rest] = option.split('=');
  const folder = rest.join('=');
  if (folder === '') {
    throw new AppError(
      'invalid-input',
      `--privacy-for ${option}: give it as LEVEL=FOLDER, such as redacted=/home/me/work.`,
    );
  }
  return [
    { root: resolve(folder), level },
    { project: resolve(folder), level },
  ];
}

const optionNames: Readonly<Record<string, string>> = {
  batchRows: '--batch-size',
  concurrency: '--concurrency',
  memoryLimitMb: '--memory-limit-mb',
  sources: '--source',
  privacy: '--privacy',
  manifest: '--manifest',
};

function nameOf(key: PropertyKey | undefined): string {
  return optionNames[String(key)] ?? String(key);
}

/** A line on a terminal that is written over, else one every five seconds. */
function progressPrinter(context: CommandContext): (progress: Progress) => void {
  const isTerminal = process.stderr.isTTY && !context.options.json;
  let printedMs = Date.now();
  return (progress) => {
    if (context.options.quiet || context.options.json) return;
    const nowMs = Date.now();
    if (nowMs - printedMs < (isTerminal ? 250 : 5000)) return;
    printedMs = nowMs;
    const rest =
      progress.remainingSeconds === null ? '' : `, about ${formatDuration(progress.remainingSeconds)} left`;
    const line = `${progress.phase}: ${formatBytes(progress.bytesDone)} of ${formatBytes(progress.bytesTotal)}, ${formatCount(progress.records)} records, ${formatBytes(progress.rates.bytes)}/s${rest}`;
    process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

function describeReport(report: RunReport): string[] {
  const { receipt } = report;
  const isNothingNew = receipt.imported.lines === 0 && report.status === 'completed' && !report.dryRun;
  const lines = [
    `${report.dryRun ? 'Dry run' : 'Migration'} ${report.status} in ${formatDuration(report.durationMs / 1000)}: ${report.destination}`,
    '',
    `  files    ${formatCount(receipt.files)} (${formatCount(receipt.filesUnchanged)} unchanged, ${formatCount(receipt.filesFailed)} failed)`,
    `  bytes    ${formatCount(receipt.bytes)}`,
    `  lines    ${formatCount(receipt.lines)} = ${formatCount(receipt.records)} records + ${formatCount(receipt.rejects)} rejects + ${formatCount(receipt.blanks)} blanks + ${formatCount(receipt.pending)} pending`,
    isNothingNew
      ? '  Nothing new: everything was in the database already.'
      : `  ${report.dryRun ? 'would import' : 'imported'} ${formatCount(receipt.imported.lines)} lines, ${formatBytes(receipt.imported.bytes)}`,
  ];
  if (report.totals) {
    const { totals } = report;
    lines.push(
      '',
      `  In the database: ${formatCount(totals.responses)} responses; tokens: ${formatCount(totals.inputTokens)} input, ${formatCount(totals.outputTokens)} output, ${formatCount(totals.cacheWrite5mTokens + totals.cacheWrite1hTokens)} cache write, ${formatCount(totals.cacheReadTokens)} cache read`,
    );
    if (totals.incompleteResponses > 0) {
      lines.push(
        `  ${formatCount(totals.incompleteResponses)} responses have no final usage on disk: their output, and so the sum, is a lower bound.`,
      );
    }
  }
  for (const problem of report.problems.slice(0, 20)) {
    const place = problem.offset === null ? '' : ` at byte ${problem.offset}`;
    lines.push(
      `  ${problem.reason}: ${problem.file === '' ? problem.root : problem.file}${place}: ${problem.message}`,
    );
  }
  if (!report.dryRun) lines.push('', '  Not verified.');
  return lines;
}

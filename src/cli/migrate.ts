import { resolve } from 'node:path';
import { migrate } from '../engine/migrate.ts';
import { AppError } from '../shared/failure.ts';
import { runOptions, type RunOptions } from '../shared/run.ts';
import type { CommandContext } from './context.ts';
import { progressPrinter } from './progress-line.ts';
import { printReport } from './run-report.ts';

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
  readonly watch?: boolean;
}

/** Runs a migration and prints its receipt. Answers the exit code. */
export async function runMigrate(options: MigrateOptions, context: CommandContext): Promise<number> {
  const report = await migrate(context.engine, toRunOptions(options), {
    signal: context.signal,
    onProgress: progressPrinter(context),
  });
  return printReport(report, context);
}

function toRunOptions(options: MigrateOptions): RunOptions {
  if (options.manifest !== undefined && options.source?.length) {
    throw new AppError(
      'invalid-input',
      'Give either --manifest or --source: the manifest names its files itself.',
    );
  }
  if (options.watch && (options.dryRun || options.manifest !== undefined)) {
    throw new AppError(
      'invalid-input',
      '--watch keeps the database in step with folders: it goes neither with --dry-run nor with --manifest.',
    );
  }
  const parsed = runOptions.safeParse({
    // Absolute: `resume` may be called from another folder.
    ...(options.source ? { sources: options.source.map((source) => resolve(source)) } : {}),
    ...(options.manifest === undefined ? {} : { manifest: resolve(options.manifest) }),
    ...(options.batchSize === undefined ? {} : { batchRows: Number(options.batchSize) }),
    ...(options.concurrency === undefined ? {} : { concurrency: Number(options.concurrency) }),
    ...(options.memoryLimitMb === undefined ? {} : { memoryLimitMb: Number(options.memoryLimitMb) }),
    privacy: {
      ...(options.privacy === undefined ? {} : { default: options.privacy }),
      rules: (options.privacyFor ?? []).flatMap(privacyRules),
    },
    dryRun: options.dryRun ?? false,
    watch: options.watch ?? false,
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

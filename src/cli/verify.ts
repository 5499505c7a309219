import { resolve } from 'node:path';
import type { Command } from 'commander';
import { repair } from '../engine/verify/repair.ts';
import { checkReportFile, writeReport } from '../engine/verify/report/write-report.ts';
import { verify } from '../engine/verify/verify.ts';
import { AppError, toFailure } from '../shared/failure.ts';
import { counted, formatBytes, formatCount } from '../shared/format.ts';
import { snakeCase } from '../shared/snake-case.ts';
import type {
  Finding,
  VerificationOptions,
  VerificationProgress,
  VerificationReport,
} from '../shared/verification.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { closeLine, linePrinter, progressPrinter } from './progress-line.ts';
import { describeVerification } from './verify-summary.ts';

/** Options of `verify` as commander gives them. */
export interface VerifyCommandOptions {
  readonly source?: readonly string[];
  readonly sampleSize?: string;
  readonly tolerance?: string;
  readonly output?: readonly string[];
  readonly repair?: boolean;
}

const several = (value: string, all: readonly string[] = []): string[] => [...all, value];

/** Adds the options of `verify` to a command. */
export function addVerifyOptions(command: Command): Command {
  return command
    .option('--source <dir>', 'folder that holds the project folders (repeatable)', several)
    .option('--sample-size <n>', 'lines compared column by column, or all (default: 1000)')
    .option('--tolerance <fraction>', 'relative variance of totals that still passes, 0 to 1 (default: 0)')
    .option('--output <file>', 'write the report, as .json or .html (repeatable)', several)
    .option('--repair', 'mend what was found, as far as a command can, and verify again');
}

/** The engine's two functions; tests give others. */
export interface Verifier {
  readonly verify: typeof verify;
  readonly repair: typeof repair;
}

/** Compares the files with the database and prints the report. Answers the exit code. */
export async function runVerify(
  options: VerifyCommandOptions,
  context: CommandContext,
  verifier: Verifier = { verify, repair },
): Promise<number> {
  const verification = toVerificationOptions(options);
  const outputs = options.output ?? [];
  for (const output of outputs) await checkReportFile(output);
  try {
    let report = await verifyOnce(verification, context, verifier);
    if (options.repair && (await mend(report, context, verifier))) {
      report = await verifyOnce(verification, context, verifier);
    }
    const areWritten = await writeAll(outputs, report);
    if (context.options.json) context.print.json(snakeCase(report));
    else for (const line of describeVerification(report)) context.print.line(line);
    return areWritten || report.result !== 'passed' ? exitCodeOf(report) : exitCodes.failed;
  } catch (error) {
    if (!context.signal.aborted) throw error;
    // Whatever it stumbled over on its way out: it was stopped, and there is no report.
    context.logFile.info('A verification was stopped', { reason: toFailure(error).message });
    context.print.note('Stopped before its end: nothing was proved.');
    return exitCodes.interrupted;
  }
}

function exitCodeOf({ result }: VerificationReport): number {
  if (result === 'passed') return exitCodes.done;
  return result === 'wanting' ? exitCodes.foundWanting : exitCodes.interrupted;
}

async function verifyOnce(
  options: VerificationOptions,
  context: CommandContext,
  verifier: Verifier,
): Promise<VerificationReport> {
  const say = linePrinter(context);
  return verifier.verify(context.engine, options, {
    signal: context.signal,
    onProgress: (progress) => say(() => describeProgress(progress)),
  });
}

/** Runs the actions of what was found. Answers whether there is a reason to verify again. */
async function mend(
  report: VerificationReport,
  context: CommandContext,
  verifier: Verifier,
): Promise<boolean> {
  const { print, signal, engine } = context;
  const findings = report.findings.filter(isMendable);
  if (report.result === 'cancelled') return false;
  if (findings.length === 0) {
    print.note('There is nothing that a repair could mend.');
    return false;
  }
  print.note(`Mending ${counted(findings.length, 'finding')} of verification ${report.verificationId}.`);
  const run = await verifier.repair(engine, findings, report.options, {
    signal,
    onProgress: progressPrinter(context),
  });
  if (run?.failure) print.note(`error: The repair did not come to its end: ${run.failure.message}`);
  else if (run && !signal.aborted)
    print.note(`${counted(run.receipt.imported.lines, 'line')} imported by run ${run.runId}.`);
  // Stopped: verified again it would be found wanting for being stopped.
  signal.throwIfAborted();
  print.note('Verifying again.');
  return true;
}

/** Notes tell of nothing that is wrong. */
function isMendable({ severity, action }: Finding): boolean {
  return severity !== 'note' && action.kind !== 'none';
}

/** What was found is told in any case: a report that can't be written does not take it away. */
async function writeAll(outputs: readonly string[], report: VerificationReport): Promise<boolean> {
  let areWritten = true;
  for (const output of outputs) {
    try {
      await writeReport(output, report);
    } catch (error) {
      areWritten = false;
      closeLine();
      process.stderr.write(`error: ${toFailure(error).message}\n`);
    }
  }
  return areWritten;
}

function toVerificationOptions(options: VerifyCommandOptions): VerificationOptions {
  return {
    sources: (options.source ?? []).map((source) => toSource(source)),
    sampleSize: toSampleSize(options.sampleSize ?? '1000'),
    tolerance: toTolerance(options.tolerance ?? '0'),
  };
}

function toSource(text: string): string {
  if (text === '') throw new AppError('invalid-input', '--source is empty: name a folder.');
  return resolve(text);
}

function toSampleSize(text: string): number | 'all' {
  if (text === 'all') return 'all';
  const size = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(size)) return size;
  throw new AppError('invalid-input', `--sample-size ${text}: give a number of lines, or all.`);
}

function toTolerance(text: string): number {
  const tolerance = Number(text);
  if (text.trim() !== '' && tolerance >= 0 && tolerance <= 1) return tolerance;
  throw new AppError('invalid-input', `--tolerance ${text}: give a fraction from 0 to 1, such as 0.001.`);
}

const phaseWords: Readonly<Record<VerificationProgress['phase'], string>> = {
  before: 'looking whether everything can be read',
  database: 'asking the database',
  files: 'reading the files',
  cross: 'comparing lines and tables',
  finishing: 'finishing',
};

/** One line about a verification that is going on. */
export function describeProgress(progress: VerificationProgress): string {
  const { phase, filesTotal, filesDone, bytesTotal, bytesDone, findings } = progress;
  const read =
    filesTotal === 0
      ? ''
      : `: ${formatCount(filesDone)} of ${counted(filesTotal, 'file')}, ${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`;
  const found = findings === 0 ? '' : `, ${counted(findings, 'finding')}`;
  return `${phaseWords[phase]}${read}${found}`;
}

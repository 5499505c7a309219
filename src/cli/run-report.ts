import type { RunReport } from '../shared/run.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { describeLineSum } from './line-sum.ts';
import { ownName } from './own-name.ts';

/** Prints the report of a run and answers the exit code of the command. */
export function printReport(report: RunReport, context: CommandContext): number {
  if (context.options.json) context.print.json(snakeCase(report));
  else for (const line of describeReport(report)) context.print.line(line);
  if (report.failure) context.print.note(`error: ${report.failure.message}`);
  return exitCodeOf(report, context.signal.aborted);
}

/** Watching ends by Ctrl-C, with everything in the database; the shell is told of the Ctrl-C all the same. */
function exitCodeOf(report: RunReport, isInterrupted: boolean): number {
  if (report.status === 'failed' || report.receipt.filesFailed > 0) return exitCodes.failed;
  return report.status === 'cancelled' || isInterrupted ? exitCodes.interrupted : exitCodes.done;
}

function describeReport(report: RunReport): string[] {
  const { receipt } = report;
  const isNothingNew = receipt.imported.lines === 0 && report.status === 'completed' && !report.dryRun;
  const vanished =
    receipt.filesVanished === 0 ? '' : `, ${formatCount(receipt.filesVanished)} gone from disk and kept`;
  const lines = [
    `${report.dryRun ? 'Dry run' : 'Migration'} ${describeEnd(report)}: ${report.destination}`,
    '',
    `  files    ${formatCount(receipt.files)} (${formatCount(receipt.filesUnchanged)} unchanged, ${formatCount(receipt.filesFailed)} failed${vanished})`,
    `  bytes    ${formatCount(receipt.bytes)}`,
    `  lines    ${formatCount(receipt.lines)} = ${describeLineSum(receipt)}`,
    isNothingNew
      ? '  Nothing new: everything was in the database already.'
      : `  ${report.dryRun ? 'would import' : 'imported'} ${counted(receipt.imported.lines, 'line')}, ${formatBytes(receipt.imported.bytes)}`,
    ...describeTotals(report),
  ];
  for (const problem of report.problems.slice(0, 20)) {
    const place = problem.offset === null ? '' : ` at byte ${problem.offset}`;
    lines.push(
      `  ${problem.reason}: ${problem.file === '' ? problem.root : problem.file}${place}: ${problem.message}`,
    );
  }
  if (report.status === 'cancelled') lines.push('', `  \`${ownName} resume\` goes on from here.`);
  if (!report.dryRun) lines.push('', '  Not verified.');
  return lines;
}

/** A run that left files out does not say that it completed without saying so. */
function describeEnd({ status, durationMs, receipt: { filesFailed } }: RunReport): string {
  const end = `${status} in ${formatDuration(durationMs / 1000)}`;
  if (status !== 'completed' || filesFailed === 0) return end;
  return `${end}, except for ${counted(filesFailed, 'file')} that could not be read`;
}

function describeTotals({ totals }: RunReport): string[] {
  if (!totals) return [];
  const cacheWrites = totals.cacheWrite5mTokens + totals.cacheWrite1hTokens;
  const sums = `  In the database: ${counted(totals.responses, 'response')}; tokens: ${formatCount(totals.inputTokens)} input, ${formatCount(totals.outputTokens)} output, ${formatCount(cacheWrites)} cache write, ${formatCount(totals.cacheReadTokens)} cache read`;
  if (totals.incompleteResponses === 0) return ['', sums];
  return [
    '',
    sums,
    `  ${counted(totals.incompleteResponses, 'response has', 'responses have')} no final usage on disk: the output, and so the sum, is a lower bound.`,
  ];
}

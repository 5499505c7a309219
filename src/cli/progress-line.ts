import type { Progress } from '../shared/run.ts';
import type { CommandContext } from './context.ts';
import { counted, formatBytes, formatDuration } from '../shared/format.ts';

/** One line about a run that is going on. */
export function describeProgress(progress: Progress): string {
  const { phase, waiting, watch, rates, remainingSeconds } = progress;
  if (waiting !== null) {
    const tries = waiting.attempts > 1 ? ` (${counted(waiting.attempts, 'try', 'tries')})` : '';
    return `waiting${tries}: ${waiting.message}`;
  }
  if (watch !== null && phase === 'watching') {
    const last = watch.lastLineAt === null ? 'none yet' : `last at ${watch.lastLineAt}`;
    const how = watch.notice === null ? '' : `; ${watch.notice}`;
    return `in step: ${counted(watch.files, 'file')}, ${counted(watch.lines, 'new line')} (${last})${how}`;
  }
  const rest = remainingSeconds === null ? '' : `, about ${formatDuration(remainingSeconds)} left`;
  return `${phase}: ${formatBytes(progress.bytesDone)} of ${formatBytes(progress.bytesTotal)}, ${counted(progress.records, 'record')}, ${formatBytes(rates.bytes)}/s${rest}`;
}

/** A line on a terminal that is written over, else one every five seconds while something changes. */
export function progressPrinter(context: CommandContext): (progress: Progress) => void {
  const say = linePrinter(context);
  return (progress) => say(() => describeProgress(progress), progress.phase === 'watching');
}

let isLineOpen = false;

/** Takes away the line that is written over: what is printed next begins a line of its own. */
export function closeLine(): void {
  if (isLineOpen) process.stderr.write('\r\u001b[K');
  isLineOpen = false;
}

/** Prints what `describe` answers when it is time for it, or at once when it is urgent; the same line never twice. */
export function linePrinter(context: CommandContext): (describe: () => string, isUrgent?: boolean) => void {
  const isTerminal = process.stderr.isTTY && !context.options.json;
  let printedMs = Date.now();
  let printed = '';
  return (describe, isUrgent = false) => {
    if (context.options.quiet || context.options.json) return;
    const nowMs = Date.now();
    if (nowMs - printedMs < (isTerminal ? 250 : 5000) && !isUrgent) return;
    const line = describe();
    if (line === printed) return;
    printedMs = nowMs;
    printed = line;
    isLineOpen = isTerminal;
    process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

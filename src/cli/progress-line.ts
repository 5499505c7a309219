import type { Progress } from '../shared/run.ts';
import type { CommandContext } from './context.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';

/** One line about a run that is going on. */
export function describeProgress(progress: Progress): string {
  const { phase, waiting, watch, rates, remainingSeconds } = progress;
  if (waiting !== null) {
    const tries = waiting.attempts > 1 ? ` (${waiting.attempts} tries)` : '';
    return `waiting${tries}: ${waiting.message}`;
  }
  if (watch !== null && phase === 'watching') {
    const last = watch.lastLineAt === null ? 'none yet' : `last at ${watch.lastLineAt}`;
    const how = watch.notice === null ? '' : `; ${watch.notice}`;
    return `in step: ${formatCount(watch.files)} files, ${formatCount(watch.lines)} new lines (${last})${how}`;
  }
  const rest = remainingSeconds === null ? '' : `, about ${formatDuration(remainingSeconds)} left`;
  return `${phase}: ${formatBytes(progress.bytesDone)} of ${formatBytes(progress.bytesTotal)}, ${formatCount(progress.records)} records, ${formatBytes(rates.bytes)}/s${rest}`;
}

/** A line on a terminal that is written over, else one every five seconds while something changes. */
export function progressPrinter(context: CommandContext): (progress: Progress) => void {
  const isTerminal = process.stderr.isTTY && !context.options.json;
  let printedMs = Date.now();
  let printed = '';
  return (progress) => {
    if (context.options.quiet || context.options.json) return;
    const nowMs = Date.now();
    if (nowMs - printedMs < (isTerminal ? 250 : 5000) && progress.phase !== 'watching') return;
    const line = describeProgress(progress);
    if (line === printed) return;
    printedMs = nowMs;
    printed = line;
    process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

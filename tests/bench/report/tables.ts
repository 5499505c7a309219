import type { Comparison } from './compare.ts';
import { isMet, type Ratio, type Row } from './ratio.ts';

/** What was measured, as a Markdown table. MB are 10^6 bytes. */
export function measurementTable(rows: readonly Row[]): string {
  const head = [
    'scenario',
    'size',
    'who',
    'wall s',
    'CPU s',
    'peak MB',
    'disk MB',
    'MB/s',
    'MB per CPU s',
    '',
  ];
  return markdown(
    head,
    rows.map((row) => [
      row.scenario,
      row.size,
      row.contestant,
      number(row.wallSeconds, 2),
      number(row.cpuSeconds, 2),
      megabytes(row.peakBytes),
      megabytes(row.diskBytes),
      number(quotient(row.sourceBytes, row.wallSeconds), 0),
      number(quotient(row.sourceBytes, row.cpuSeconds), 0),
      row.note,
    ]),
  );
}

/** The ratios with their targets. */
export function ratioTable(ratios: readonly Ratio[]): string {
  return markdown(
    ['scenario', 'size', 'ratio', 'value', 'target', ''],
    ratios.map((ratio) => [
      ratio.scenario,
      ratio.size,
      `${ratio.what}, ${ratio.pair}`,
      ratio.value.toFixed(2),
      ratio.target === null ? '' : `${ratio.better === 'higher' ? '≥' : '≤'} ${ratio.target}`,
      metWord(isMet(ratio)),
    ]),
  );
}

/** The ratios beside those of an earlier run. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  return markdown(
    ['scenario', 'size', 'ratio', 'stored', 'now', 'change', ''],
    comparisons.map(({ ratio, stored, verdict }) => [
      ratio.scenario,
      ratio.size,
      `${ratio.what}, ${ratio.pair}`,
      stored === null ? '' : stored.toFixed(2),
      ratio.value.toFixed(2),
      stored === null ? '' : `${((ratio.value / stored - 1) * 100).toFixed(0)} %`,
      { new: 'new', same: '', changed: 'changed', worse: 'WORSE' }[verdict],
    ]),
  );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function metWord(met: boolean | null): string {
  return met === null ? '' : met ? 'met' : 'not met';
}

/** Megabytes in a second. */
function quotient(bytes: number | null, seconds: number | null): number | null {
  return bytes === null || seconds === null || seconds === 0 ? null : bytes / 1e6 / seconds;
}

function megabytes(bytes: number | null): string {
  return number(bytes === null ? null : bytes / 1e6, bytes !== null && bytes < 10e6 ? 1 : 0);
}

function number(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits);
}

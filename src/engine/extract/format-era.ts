/**
 * The era of the transcript format, by the version of Claude Code that wrote the line (format.md 5).
 *
 * - `A` up to 1.0.9: several blocks a line, final usage on every line, `costUSD`
 * - `B` to 2.1.10: a line per block, `stop_reason` rarely written
 * - `C` to 2.1.58: output tokens are a placeholder, `stop_reason` never written
 * - `D` to 2.1.96: final usage on the last line
 * - `E` from 2.1.97: final usage on all lines of main sessions
 */
export type FormatEra = 'A' | 'B' | 'C' | 'D' | 'E' | '';

const lastOf: readonly (readonly [FormatEra, number])[] = [
  ['A', sortable(1, 0, 9)],
  ['B', sortable(2, 1, 10)],
  ['C', sortable(2, 1, 58)],
  ['D', sortable(2, 1, 96)],
];

function sortable(major: number, minor: number, patch: number): number {
  return (major * 1000 + minor) * 100_000 + patch;
}

const known = new Map<string, FormatEra>();

export function formatEra(version: string): FormatEra {
  let era = known.get(version);
  if (era === undefined) {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})/.exec(version);
    const number = match && sortable(Number(match[1]), Number(match[2]), Number(match[3]));
    era = number === null ? '' : (lastOf.find(([, last]) => number <= last)?.[0] ?? 'E');
    if (known.size < 10_000) known.set(version, era);
  }
  return era;
}

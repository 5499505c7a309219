import type { DiscoveredFile, FileState } from '../../../shared/discovery.ts';
import { dayMs } from '../../format.ts';

export const fileColumns = [
  'project',
  'file',
  'kind',
  'state',
  'size',
  'modified',
  'lines',
  'responses',
  'tokens',
] as const;
export type FileColumn = (typeof fileColumns)[number];

export interface FileView {
  readonly text: string;
  readonly state: FileState | null;
  readonly sort: FileColumn;
  readonly isDescending: boolean;
}

export const firstView: FileView = { text: '', state: null, sort: 'modified', isDescending: true };

const sortValue: Readonly<Record<FileColumn, (file: DiscoveredFile) => string | number>> = {
  project: (file) => file.project.toLowerCase(),
  file: (file) => file.file.toLowerCase(),
  kind: (file) => file.kind,
  state: (file) => file.state,
  size: (file) => file.sizeBytes,
  modified: (file) => file.modifiedMs,
  lines: (file) => file.estimate.lines,
  responses: (file) => file.estimate.responses,
  tokens: (file) => file.estimate.tokens,
};

/** Columns that are read from the largest down when first chosen. */
const largestFirst: ReadonlySet<FileColumn> = new Set(['size', 'modified', 'lines', 'responses', 'tokens']);

/** Rows in the chosen order. Equal rows keep the order of their paths, so that streaming never shuffles them. */
export function sortFiles(
  files: readonly DiscoveredFile[],
  { sort, isDescending }: Pick<FileView, 'sort' | 'isDescending'>,
): readonly DiscoveredFile[] {
  const value = sortValue[sort];
  const sign = isDescending ? -1 : 1;
  return files
    .map((file) => ({ file, value: value(file) }))
    .toSorted((a, b) => sign * order(a.value, b.value) || order(a.file.file, b.file.file))
    .map(({ file }) => file);
}

/** The rows of a state that have every word somewhere. */
export function filterFiles(
  files: readonly DiscoveredFile[],
  { text, state }: Pick<FileView, 'text' | 'state'>,
): readonly DiscoveredFile[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && state === null) return files;
  return files.filter(
    (file) =>
      (state === null || file.state === state) && words.every((word) => searchText(file).includes(word)),
  );
}

const searchTexts = new WeakMap<DiscoveredFile, string>();

function searchText(file: DiscoveredFile): string {
  const known = searchTexts.get(file);
  if (known !== undefined) return known;
  const text = `${file.project}\n${file.root}/${file.file}\n${file.sessionId}\n${file.kind}`.toLowerCase();
  searchTexts.set(file, text);
  return text;
}

function order(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The view after a click on a column's head. */
export function sortedBy(view: FileView, column: FileColumn): FileView {
  const isDescending = view.sort === column ? !view.isDescending : largestFirst.has(column);
  return { ...view, sort: column, isDescending };
}

export interface FileSums {
  readonly files: number;
  readonly sizeBytes: number;
  readonly lines: number;
  readonly responses: number;
  readonly tokens: number;
  readonly isExact: boolean;
}

export function sumFiles(files: readonly DiscoveredFile[]): FileSums {
  let sizeBytes = 0;
  let lines = 0;
  let responses = 0;
  let tokens = 0;
  let isExact = true;
  for (const file of files) {
    sizeBytes += file.sizeBytes;
    lines += file.estimate.lines;
    responses += file.estimate.responses;
    tokens += file.estimate.tokens;
    isExact &&= file.estimate.isExact;
  }
  return { files: files.length, sizeBytes, lines, responses, tokens, isExact };
}

/** Claude Code deletes transcripts this long after their last change, unless `cleanupPeriodDays` says otherwise. */
export const cleanupDays = 30;

export interface History {
  readonly oldestMs: number | null;
  /** Files that Claude Code deletes within seven days. */
  readonly expiring: number;
  /** Of these, the ones that are not completely in the database. */
  readonly expiringUnsaved: number;
}

export function historyOf(files: readonly DiscoveredFile[], nowMs: number): History {
  const limit = nowMs - (cleanupDays - 7) * dayMs;
  // Of one that could not be read nobody knows how old it is.
  const onDisk = files.filter(({ state, modifiedMs }) => state !== 'vanished' && modifiedMs > 0);
  const expiring = onDisk.filter((file) => file.modifiedMs < limit);
  return {
    oldestMs:
      onDisk.length === 0 ? null : onDisk.reduce((least, file) => Math.min(least, file.modifiedMs), Infinity),
    expiring: expiring.length,
    expiringUnsaved: expiring.filter((file) => file.state !== 'unchanged').length,
  };
}

/**
 * What tells a file from the others of its project: ids in front, so that cutting at the end does no harm.
 *
 * The project folder, `subagents` and the extension say nothing in a table that has columns for project and kind.
 */
export function shortName(file: string): string {
  const parts = file.replace(/\.jsonl$/, '').split('/');
  const within = parts.slice(parts.length > 1 ? 1 : 0).filter((part) => part !== 'subagents');
  return within.map((part, index) => (index < within.length - 1 ? part.slice(0, 8) : part)).join(' / ');
}

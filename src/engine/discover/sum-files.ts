import type { DiscoveredFile } from '../../shared/discovery.ts';

/** Sums over some files. Responses are per file: a copy in several files counts in each. */
export interface FileSum {
  readonly files: number;
  readonly sizeBytes: number;
  readonly lines: number;
  readonly responses: number;
  readonly tokens: number;
  /** No estimate among them is extrapolated. */
  readonly isExact: boolean;
}

export function sumFiles(files: readonly DiscoveredFile[]): FileSum {
  const sum = { files: files.length, sizeBytes: 0, lines: 0, responses: 0, tokens: 0, isExact: true };
  for (const { sizeBytes, estimate } of files) {
    sum.sizeBytes += sizeBytes;
    sum.lines += estimate.lines;
    sum.responses += estimate.responses;
    sum.tokens += estimate.tokens;
    sum.isExact &&= estimate.isExact;
  }
  return sum;
}

/** How many files have each of the given keys, none left out. */
export function countFiles<Key extends string>(
  keys: readonly Key[],
  files: readonly DiscoveredFile[],
  keyOf: (file: DiscoveredFile) => Key,
): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [key, files.filter((file) => keyOf(file) === key).length]));
}

/** The files of each project, in the order in which the projects first occur. */
export function groupByProject(files: readonly DiscoveredFile[]): [string, DiscoveredFile[]][] {
  const groups = new Map<string, DiscoveredFile[]>();
  for (const file of files) {
    const group = groups.get(file.project);
    if (group) group.push(file);
    else groups.set(file.project, [file]);
  }
  return [...groups];
}

import { describe, expect, it } from 'vitest';
import { countFiles, groupByProject, sumFiles } from '../../../src/engine/discover/sum-files.ts';
import { addToSummary, startSummary } from '../../../src/engine/discover/summary.ts';
import { fileStates, type DiscoverySummary, type Root } from '../../../src/shared/discovery.ts';
import { discoveredFile } from '../../fixtures/discovered-file.ts';

const roots: Root[] = [{ path: '/r', origin: 'default', state: 'present' }];

describe('addToSummary', () => {
  it('starts at nothing with every state', () => {
    const summary = startSummary(roots);
    expect(summary).toMatchObject({ status: 'scanning', roots, files: 0, pendingBytes: 0, message: null });
    expect(Object.keys(summary.byState)).toEqual([...fileStates]);
  });

  it('adds up files one by one and leaves earlier summaries as they were', () => {
    const start = startSummary(roots);
    const summary = fileStates.reduce<DiscoverySummary>(
      (sum, state, index) => addToSummary(sum, discoveredFile({ state, sizeBytes: 10 ** index })),
      start,
    );
    expect(start.files).toBe(0);
    expect(summary).toMatchObject({
      files: 7,
      sizeBytes: 1_111_111,
      estimatedLines: 70,
      estimatedResponses: 21,
      estimatedTokens: 35_000,
      pendingFiles: 4,
      byState: { new: 1, grown: 1, unchanged: 1, rewritten: 1, vanished: 1, unreadable: 1, corrupt: 1 },
    });
    // new, grown, rewritten and corrupt are what a migration reads.
    expect(summary.pendingBytes).toBe(1 + 10 + 1000 + 1_000_000);
  });
});

describe('sumFiles', () => {
  const files = [
    discoveredFile({ project: 'b' }),
    discoveredFile({ project: 'a', estimate: { lines: 1, responses: 1, tokens: 1, isExact: false } }),
    discoveredFile({ project: 'b', state: 'grown' }),
  ];

  it('adds up and is exact only when all are', () => {
    expect(sumFiles(files)).toEqual({
      files: 3,
      sizeBytes: 3000,
      lines: 21,
      responses: 7,
      tokens: 10_001,
      isExact: false,
    });
    expect(sumFiles([])).toMatchObject({ files: 0, isExact: true });
  });

  it('counts and groups', () => {
    expect(countFiles(fileStates, files, ({ state }) => state)).toMatchObject({
      new: 2,
      grown: 1,
      vanished: 0,
    });
    expect(groupByProject(files).map(([project, own]) => [project, own.length])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });
});

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkIntegrity } from '../../../src/engine/discover/check-integrity.ts';
import { discover } from '../../../src/engine/discover/discover.ts';
import { inspectFile } from '../../../src/engine/discover/inspect-file.ts';
import { optionRoots } from '../../../src/engine/discover/roots.ts';
import { sumFiles } from '../../../src/engine/discover/sum-files.ts';
import type { DiscoveredFile } from '../../../src/shared/discovery.ts';
import { collect } from '../../fixtures/collect.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const oracle = fileURLToPath(new URL('../../../../shared/tools/totals.mjs', import.meta.url));

interface Oracle {
  receipt: {
    files: number;
    bytes: number;
    lines: number;
    records: number;
    rejects: number;
    blanks: number;
    pending: number;
  };
  totals: { responses: number };
  rejects_by_file: Record<string, number>;
}

function allNew(): Promise<{ state: 'new'; reason: string }> {
  return Promise.resolve({ state: 'new', reason: '' });
}

describe.skipIf(!existsSync(corpus) || !existsSync(oracle))('discovery of genuine transcripts', () => {
  let files: DiscoveredFile[];
  let expected: Oracle;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [oracle, corpus], { maxBuffer: 1 << 26 });
    expected = JSON.parse(stdout) as Oracle;
    const roots = await optionRoots([corpus]);
    files = await collect(
      discover({ roots, filters: { order: 'largest' }, stateOf: allNew, inspect: inspectFile }),
    );
  }, 60_000);

  it('finds the files and bytes that the oracle counts', () => {
    expect(sumFiles(files)).toMatchObject({
      files: expected.receipt.files,
      sizeBytes: expected.receipt.bytes,
    });
  });

  it(
    'counts lines as the oracle does, file by file, when it reads them all',
    { timeout: 60_000 },
    async () => {
      const sum = { lines: 0, records: 0, rejects: 0, blanks: 0, pending: 0 };
      const rejectsByFile: Record<string, number> = {};
      for (const file of files) {
        const report = await checkIntegrity(file);
        expect(report.bytes).toBe(file.sizeBytes);
        if (file.estimate.isExact)
          expect([file.file, file.estimate.lines]).toEqual([file.file, report.lines]);
        for (const key of ['lines', 'records', 'rejects', 'blanks', 'pending'] as const)
          sum[key] += report[key];
        if (report.rejects > 0) rejectsByFile[file.file] = report.rejects;
      }
      expect({ files: files.length, bytes: sumFiles(files).sizeBytes, ...sum }).toEqual(expected.receipt);
      expect(rejectsByFile).toEqual(expected.rejects_by_file);
    },
  );

  it('estimates lines and responses within 25 % in sum', () => {
    const { lines, responses } = sumFiles(files);
    expect(lines / expected.receipt.lines).toBeGreaterThan(0.75);
    expect(lines / expected.receipt.lines).toBeLessThan(1.25);
    // Per file: copies in several files count in each, so the estimate lies above the oracle's number.
    expect(responses / expected.totals.responses).toBeGreaterThan(0.75);
    expect(responses / expected.totals.responses).toBeLessThan(1.35);
  });

  it('knows a project, a session and a kind for every file', () => {
    for (const { project, sessionId, file } of files) {
      expect([file, project !== '', sessionId !== '']).toEqual([file, true, true]);
    }
    expect(files.filter(({ kind }) => kind === 'subagent').length).toBeGreaterThan(50);
    expect(files.filter(({ state }) => state === 'unreadable')).toEqual([]);
  });
});

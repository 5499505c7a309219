import { describe, expect, test } from 'vitest';
import {
  filterFiles,
  firstView,
  historyOf,
  shortName,
  sortedBy,
  sortFiles,
  sumFiles,
  type FileView,
} from '../../src/renderer/features/sources/file-view.ts';
import { dayMs } from '../../src/renderer/format.ts';
import type { DiscoveredFile } from '../../src/shared/discovery.ts';
import { makeFiles } from './fake-files.ts';

const viewFiles = (rows: readonly DiscoveredFile[], view: FileView) =>
  filterFiles(sortFiles(rows, view), view);
const nowMs = Date.UTC(2026, 10, 23);
const files = makeFiles(400, nowMs, true);
const first = files[0]!;

describe('the table of files', () => {
  test('shows the newest first', () => {
    const times = viewFiles(files, firstView).map((file) => file.modifiedMs);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('keeps the rows that have every word, in any case', () => {
    const shown = viewFiles(files, { ...firstView, text: 'LEDGER subagent' });
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every((file) => file.project.includes('ledger') && file.kind === 'subagent')).toBe(true);
    expect(viewFiles(files, { ...firstView, text: 'no such thing' })).toEqual([]);
  });

  test('finds a session by its id', () => {
    const shown = viewFiles(files, { ...firstView, text: first.sessionId });
    expect(shown).toEqual([first]);
  });

  test('keeps the rows of a state', () => {
    const shown = viewFiles(files, { ...firstView, state: 'grown' });
    expect(shown).toEqual(expect.arrayContaining(files.filter(({ state }) => state === 'grown')));
    expect(shown.every(({ state }) => state === 'grown')).toBe(true);
  });

  test('sorts numbers from the largest and words from A, and turns round on the second click', () => {
    const bySize = sortedBy(firstView, 'size');
    expect(bySize).toMatchObject({ sort: 'size', isDescending: true });
    expect(sortedBy(bySize, 'size').isDescending).toBe(false);
    expect(sortedBy(bySize, 'project').isDescending).toBe(false);
  });

  test('rows that are equal in the sorted column do not depend on the order they came in', () => {
    const view = sortedBy(firstView, 'kind');
    expect(viewFiles(files.toReversed(), view)).toEqual(viewFiles(files, view));
  });
});

test('sums say whether they are estimates', () => {
  const exact = { ...first, estimate: { lines: 2, responses: 1, tokens: 7, isExact: true } };
  expect(sumFiles([exact, exact])).toMatchObject({ files: 2, lines: 4, tokens: 14, isExact: true });
  expect(sumFiles([exact, { ...exact, estimate: { ...exact.estimate, isExact: false } }]).isExact).toBe(
    false,
  );
});

test('a transcript expires 23 days after its last change, and only what is on disk can', () => {
  const aged = (days: number, state: typeof first.state) => ({
    ...first,
    state,
    modifiedMs: nowMs - days * dayMs,
  });
  const history = historyOf(
    [aged(22, 'new'), aged(24, 'new'), aged(25, 'unchanged'), aged(28, 'vanished'), aged(26, 'grown')],
    nowMs,
  );
  expect(history).toEqual({ oldestMs: nowMs - 26 * dayMs, expiring: 3, expiringUnsaved: 2 });
});

test('a file is named by its ids', () => {
  expect(shortName('-home-ines/3f2c1a9e-77b0.jsonl')).toBe('3f2c1a9e-77b0');
  expect(shortName('-home-ines/3f2c1a9e-77b0/subagents/agent-a12f.jsonl')).toBe('3f2c1a9e / agent-a12f');
  expect(shortName('alone.jsonl')).toBe('alone');
});

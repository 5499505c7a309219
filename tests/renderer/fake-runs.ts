import { emptyProgress } from '../../src/shared/empty-run.ts';
import type { DiscoveredFile } from '../../src/shared/discovery.ts';
import type { Account, Problem, Progress, RunReport, Totals, WatchState } from '../../src/shared/run.ts';

export const totals: Totals = {
  responses: 182_406,
  inputTokens: 3_918_244,
  outputTokens: 61_207_933,
  cacheWrite5mTokens: 812_440_118,
  cacheWrite1hTokens: 94_018_201,
  cacheReadTokens: 18_330_951_774,
  webSearchRequests: 1_284,
  incompleteResponses: 9_120,
};

const root = '/home/ines/.claude/projects';

export const problems: readonly Problem[] = [
  {
    root,
    file: '-home-ines-work-ledger-sync/3f2c1a9e-77b0-4c1d-a2e4-0f93b1c7d512.jsonl',
    offset: 1_482_113,
    reason: 'two-records',
    message: 'The newline between two records is missing; both are kept as one reject.',
  },
  {
    root,
    file: '-home-ines-work-harbour-map/91d0e3b2-5a8c-4e0f-a7d1-6b2f84c0e9a3.jsonl',
    offset: 88_201,
    reason: 'nul-bytes',
    message: 'The line holds 1,783 NUL bytes, as a crash of the computer leaves them.',
  },
  {
    root,
    file: '-srv-checkouts-monorepo/0be7714d-2c9f-4d8a-a0b3-95e1d7f6c248.jsonl',
    offset: null,
    reason: 'unreadable',
    message: 'The file could not be opened: permission denied. The rest goes on without it.',
  },
];

/** The progress of a made-up run at a part of its bytes. */
export function progressAt(files: readonly DiscoveredFile[], share: number, elapsedMs: number): Progress {
  const bytesTotal = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const bytesDone = Math.round(bytesTotal * share);
  const lines = Math.round(bytesDone / 3623);
  const rejects = share > 0.3 ? 14 : 0;
  const speed = 38_000_000 + 7_000_000 * Math.sin(elapsedMs / 3100) + 3_000_000 * Math.sin(elapsedMs / 700);
  const done = Math.floor(files.length * share);
  return {
    ...emptyProgress,
    phase: share >= 1 ? 'finishing' : 'importing',
    elapsedMs,
    filesTotal: files.length,
    filesDone: done,
    bytesTotal,
    bytesDone,
    records: lines - rejects,
    rejects,
    blanks: Math.round(lines / 40_000),
    tokens: {
      input: Math.round(bytesDone * 0.002),
      output: Math.round(bytesDone * 0.026),
      cacheRead: Math.round(bytesDone * 7.6),
      cacheWrite: Math.round(bytesDone * 0.31),
    },
    rates: { bytes: speed, records: speed / 3623, tokens: speed * 7.9 },
    remainingSeconds: elapsedMs < 2000 ? null : (bytesTotal - bytesDone) / speed,
    currentFile: files[Math.min(done, files.length - 1)]?.file ?? '',
    rejectsByReason: rejects === 0 ? {} : { 'two-records': 6, 'nul-bytes': 3, 'not-json': 5 },
    filesFailed: share > 0.5 ? 1 : 0,
    problems: share > 0.5 ? problems : share > 0.3 ? problems.slice(0, 2) : [],
    memoryBytes: 688_000_000 + share * 120_000_000,
  };
}

/** A run that has imported everything and looks after the files. */
export function watchingProgress(
  files: readonly DiscoveredFile[],
  watch: Partial<WatchState> = {},
  elapsedMs = 640_000,
): Progress {
  return {
    ...progressAt(files, 1, elapsedMs),
    phase: 'watching',
    rates: { bytes: 0, records: 0, tokens: 0 },
    rejectsByReason: {},
    filesFailed: 0,
    problems: [],
    memoryBytes: 331_000_000,
    watch: {
      files: files.length,
      lines: 42,
      lastLineAt: new Date(Date.now() - 130_000).toISOString(),
      sweptAt: new Date(Date.now() - 540_000).toISOString(),
      mode: 'events',
      notice: null,
      ...watch,
    },
  };
}

/** The report of a run that stopped at this progress. */
export function reportOf(
  progress: Progress,
  change: Partial<RunReport> & Pick<RunReport, 'status' | 'startedAt' | 'finishedAt'>,
): RunReport {
  const imported: Account = {
    files: progress.filesDone,
    bytes: progress.bytesDone,
    lines: progress.records + progress.rejects + progress.blanks + 1,
    records: progress.records,
    rejects: progress.rejects,
    blanks: progress.blanks,
    pending: 1,
  };
  return {
    runId: '0193f6a2-7c1e-7b30-9a55-2f0c41d86e77',
    dryRun: false,
    durationMs: progress.elapsedMs,
    receipt: {
      ...imported,
      imported,
      filesUnchanged: progress.filesUnchanged,
      filesFailed: progress.filesFailed,
      filesVanished: 0,
    },
    totals,
    rejectsByReason: progress.rejectsByReason,
    problems: progress.problems,
    verified: false,
    failure: null,
    destination: 'Embedded ClickHouse 26.7.3.1',
    ...change,
  };
}

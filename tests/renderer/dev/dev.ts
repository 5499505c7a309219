/**
 * The window without Electron: `npx vite --config tests/renderer/dev/vite.config.ts`, then
 * `http://127.0.0.1:5199/?state=running&scheme=dark`.
 */
import { emptyAccount } from '../../../src/shared/empty-run.ts';
import { FakeApi, failedReport, readyDatabase, type FakeOptions } from '../fake-api.ts';
import { makeFiles, roots } from '../fake-files.ts';
import { progressAt, reportOf, watchingProgress } from '../fake-runs.ts';

const asked = new URLSearchParams(location.search);
const nowMs = Date.now();
const at = (agoMs: number) => new Date(nowMs - agoMs).toISOString();
const due = makeFiles(1204, nowMs);
const known = makeFiles(1204, nowMs, true);
const empty = { ...readyDatabase, lines: 0, diskBytes: 48_212 };

const finished = reportOf(progressAt(due, 1, 71_400), {
  status: 'completed',
  startedAt: at(200_000),
  finishedAt: at(128_000),
});
const older = [
  reportOf(progressAt(due, 1, 71_400), {
    status: 'completed',
    startedAt: at(7.2e7),
    finishedAt: at(7.19e7),
    runId: 'a1',
  }),
  failedReport(
    reportOf(progressAt(due, 0.6, 31_400), {
      status: 'failed',
      startedAt: at(9.2e7),
      finishedAt: at(9.1e7),
      runId: 'a2',
    }),
  ),
  reportOf(progressAt(due, 0.2, 12_100), {
    status: 'cancelled',
    startedAt: at(2.6e8),
    finishedAt: at(2.5e8),
    runId: 'a3',
  }),
];
const nothingNew = {
  ...finished,
  durationMs: 640,
  problems: [],
  rejectsByReason: {},
  receipt: { ...finished.receipt, imported: emptyAccount, filesUnchanged: 1204, filesFailed: 0 },
};

const states: Readonly<Record<string, FakeOptions>> = {
  first: { files: due, database: empty },
  streaming: { files: due, database: empty, chunk: 13, pauseMs: 300 },
  many: { files: makeFiles(10_000, nowMs, true), chunk: 400, pauseMs: 20 },
  later: { files: known, runs: older },
  empty: {
    files: [],
    roots: roots.slice(0, 2).map((root) => ({ ...root, state: 'missing' as const })),
    database: empty,
  },
  broken: {
    files: due,
    database: {
      status: 'failed',
      failure: {
        code: 'data-dir-busy',
        message:
          'Another Tokenhouse (process 4182) is using /home/ines/.config/Tokenhouse. Nothing was changed.',
        detail: 'flock: resource temporarily unavailable',
      },
    },
  },
  idle: { files: due, database: empty },
  refused: { files: due, database: empty, refuseStart: true },
  running: { files: due, runs: older, step: 0.012 },
  paused: {
    files: due,
    run: { status: 'paused', runId: 'p', progress: progressAt(due, 0.4, 28_000) },
  },
  waiting: {
    files: due,
    run: {
      status: 'running',
      runId: 'w',
      progress: {
        ...progressAt(due, 0.4, 28_000),
        waiting: {
          reason: 'database',
          message: 'The database does not answer. Everything it has acknowledged is safe.',
          since: at(42_000),
          retryAt: at(-60_000),
          attempts: 4,
        },
      },
    },
  },
  watching: {
    files: known,
    settings: { sync: true },
    run: { status: 'running', runId: 's', progress: watchingProgress(known) },
  },
  elsewhere: {
    files: due,
    run: { status: 'elsewhere', runId: 'e', pid: 4182, progress: progressAt(due, 0.4, 28_000) },
  },
  interrupted: { files: due, runs: [{ ...finished, status: 'interrupted', totals: null }, ...older] },
  completed: { files: known, run: { status: 'completed', report: finished }, runs: [finished, ...older] },
  nothing: { files: known, run: { status: 'completed', report: nothingNew }, runs: [nothingNew, ...older] },
  cancelled: {
    files: due,
    run: {
      status: 'cancelled',
      report: reportOf(progressAt(due, 0.4, 28_000), {
        status: 'cancelled',
        startedAt: at(90_000),
        finishedAt: at(60_000),
      }),
    },
    runs: older,
  },
  failed: {
    files: due,
    run: {
      status: 'failed',
      report: failedReport(
        reportOf(progressAt(due, 0.6, 44_000), {
          status: 'failed',
          startedAt: at(90_000),
          finishedAt: at(60_000),
        }),
      ),
    },
    runs: older,
  },
};

const scheme = asked.get('scheme') === 'dark' ? 'dark' : 'light';
const state = states[asked.get('state') ?? 'first'];
const fake = new FakeApi({ ...state, settings: { ...state?.settings, colorScheme: scheme } });
Object.assign(window, { api: fake.api, fake });
await import('../../../src/renderer/main.tsx');

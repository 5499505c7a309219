import { emptyProgress } from '../../src/shared/empty-run.ts';
import type {
  Announcements,
  Api,
  DatabaseState,
  LastKnown,
  Requests,
  VerificationView,
} from '../../src/shared/contract.ts';
import type { DiscoveredFile, DiscoverySummary, Root } from '../../src/shared/discovery.ts';
import { AppError, toFailure } from '../../src/shared/failure.ts';
import type { RunReport, RunState } from '../../src/shared/run.ts';
import type { Settings } from '../../src/shared/settings.ts';
import { makeFiles, roots as someRoots, summarise } from './fake-files.ts';
import type { VerificationReport } from '../../src/shared/verification.ts';
import { progressAt, reportOf, totals } from './fake-runs.ts';
import { verificationRequests } from './fake-verification.ts';

export interface FakeOptions {
  readonly files?: readonly DiscoveredFile[];
  readonly roots?: readonly Root[];
  readonly database?: DatabaseState;
  readonly run?: RunState;
  readonly runs?: readonly RunReport[];
  readonly settings?: Partial<Settings>;
  /** Files per announcement; all at once and at once when 0. */
  readonly chunk?: number;
  readonly pauseMs?: number;
  /** Part of the bytes where the simulated run stops with a failure. */
  readonly failAt?: number;
  /** How much a tick of the simulated run imports; 0 leaves the run alone. */
  readonly step?: number;
  readonly refuseStart?: boolean;
  readonly lastKnown?: LastKnown;
  readonly verification?: VerificationView;
  /** What the database has of earlier verifications, newest first. */
  readonly verifications?: readonly VerificationReport[];
}

export const readyDatabase: DatabaseState = {
  status: 'ready',
  kind: 'embedded',
  version: '26.7.3.1',
  place: '/home/ines/.config/Tokenhouse/data/clickhouse',
  diskBytes: 412_883_112,
  lines: 651_204,
  files: 1204,
  fileBytes: 2_310_882_004,
};

type Listeners = { [Name in keyof Announcements]: Set<(value: Announcements[Name]) => void> };

/** `window.api` without a main process: answers are cloned as Electron does, and a run is played. */
export class FakeApi {
  readonly calls: [name: string, argument: unknown][] = [];
  readonly listeners: Listeners = {
    runChanged: new Set(),
    databaseChanged: new Set(),
    lastKnownChanged: new Set(),
    settingsChanged: new Set(),
    discoveryChanged: new Set(),
    verificationChanged: new Set(),
    filesFound: new Set(),
  };
  run: RunState;
  verification: VerificationView;
  verifications: readonly VerificationReport[];
  database: DatabaseState;
  settings: Settings;
  summary: DiscoverySummary;
  found: DiscoveredFile[] = [];
  runs: RunReport[];
  readonly api: Api;
  readonly #options: FakeOptions;
  #scan = 0;
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.run = options.run ?? { status: 'idle' };
    this.verification = options.verification ?? { status: 'idle' };
    this.verifications = options.verifications ?? [];
    this.database = options.database ?? readyDatabase;
    this.settings = {
      addedRoots: [],
      hiddenRoots: [],
      colorScheme: 'auto',
      sync: false,
      tray: false,
      ...options.settings,
    };
    this.runs = [...(options.runs ?? [])];
    this.summary = summarise([], 'idle', options.roots);
    this.api = this.#makeApi();
  }

  announce<Name extends keyof Announcements>(name: Name, value: Announcements[Name]): void {
    for (const listener of this.listeners[name]) listener(structuredClone(value));
  }

  setRun(run: RunState): void {
    this.run = run;
    if ('report' in run) this.runs.unshift(run.report);
    this.announce('runChanged', run);
    if ('report' in run) this.#discover();
  }

  setVerification(view: VerificationView): void {
    this.verification = view;
    this.announce('verificationChanged', view);
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #every(ms: number, step: () => boolean): void {
    const timer = setInterval(() => {
      if (!step()) clearInterval(timer);
    }, ms);
    this.#timers.push(timer);
  }

  #discover(): DiscoverySummary {
    const all = this.#options.files ?? makeFiles(40, Date.now());
    const { chunk = 0, roots } = this.#options;
    const scan = (this.#scan += 1);
    this.found = [];
    const take = (size: number) => {
      if (scan !== this.#scan) return false;
      const files = all.slice(this.found.length, this.found.length + size);
      this.found.push(...files);
      const isDone = this.found.length === all.length;
      this.summary = summarise(this.found, isDone ? 'done' : 'scanning', roots);
      if (files.length > 0) this.announce('filesFound', { scan, files });
      this.announce('discoveryChanged', this.summary);
      return !isDone;
    };
    if (chunk === 0) queueMicrotask(() => take(all.length));
    else this.#every(this.#options.pauseMs ?? 50, () => take(chunk));
    this.summary = summarise([], 'scanning', roots);
    this.announce('discoveryChanged', this.summary);
    return this.summary;
  }

  #start(): RunState {
    if (this.#options.refuseStart === true) {
      throw new AppError('run-in-progress', 'The command line is migrating into the same database.');
    }
    const runId = '0193f6a2-7c1e-7b30-9a55-2f0c41d86e77';
    this.setRun({ status: 'running', runId, progress: emptyProgress });
    this.#play(runId);
    return this.run;
  }

  #play(runId: string): void {
    const { step = 0.004, failAt } = this.#options;
    if (step === 0) return;
    const files = this.found;
    const startedAt = new Date().toISOString();
    let share = 0;
    let ticks = 0;
    this.#every(200, () => {
      ticks += 1;
      share = Math.min(1, share + (ticks < 4 ? 0 : step));
      const elapsedMs = ticks * 200;
      const early = { ...emptyProgress, elapsedMs, filesTotal: Math.min(files.length, ticks * 400) };
      const progress =
        ticks < 4 ? { ...early, phase: 'discovering' as const } : progressAt(files, share, elapsedMs);
      const end = { startedAt, finishedAt: new Date().toISOString(), runId };
      if (this.run.status === 'cancelling') {
        this.setRun({ status: 'cancelled', report: reportOf(progress, { status: 'cancelled', ...end }) });
        return false;
      }
      if (failAt !== undefined && share >= failAt) {
        this.setRun({
          status: 'failed',
          report: failedReport(reportOf(progress, { status: 'failed', ...end })),
        });
        return false;
      }
      if (share >= 1 && progress.phase === 'finishing') {
        this.setRun({ status: 'completed', report: reportOf(progress, { status: 'completed', ...end }) });
        return false;
      }
      if (this.run.status !== 'paused') this.setRun({ status: 'running', runId, progress });
      return true;
    });
  }

  #requests(): { [Name in keyof Requests]: Requests[Name] } {
    return {
      ...verificationRequests(this, this.#options.refuseStart === true),
      getAppInfo: () => ({ version: '0.1.0', dataDir: '/home/ines/.config/Tokenhouse', platform: 'linux' }),
      getSettings: () => this.settings,
      changeSettings: (change) => {
        this.settings = { ...this.settings, ...change } as Settings;
        this.announce('settingsChanged', this.settings);
        return this.settings;
      },
      getDatabase: () => this.database,
      getLastKnown: () => this.#options.lastKnown ?? null,
      getTotals: () => totals,
      startDiscovery: () => this.#discover(),
      getDiscovery: () => this.summary,
      listFiles: () => this.found,
      pickFolder: () => '/home/ines/backup',
      addRoots: (paths) => {
        this.settings = { ...this.settings, addedRoots: [...this.settings.addedRoots, ...paths] };
        this.#discover();
        return this.settings;
      },
      removeRoot: (path) => {
        this.settings = {
          ...this.settings,
          addedRoots: this.settings.addedRoots.filter((root) => root !== path),
        };
        return this.settings;
      },
      exportManifest: () => '/home/ines/manifest.json',
      getRun: () => this.run,
      startRun: () => this.#start(),
      cancelRun: () => {
        if (this.run.status === 'running' || this.run.status === 'paused')
          this.setRun({ ...this.run, status: 'cancelling' });
      },
      pauseRun: () => {
        if (this.run.status === 'running') this.setRun({ ...this.run, status: 'paused' });
      },
      continueRun: () => {
        if (this.run.status === 'paused') this.setRun({ ...this.run, status: 'running' });
      },
      resumeRun: () => this.#start(),
      listRuns: () => this.runs,
    };
  }

  #makeApi(): Api {
    const requests = this.#requests() as Record<string, (argument?: unknown) => unknown>;
    const answering = Object.fromEntries(
      Object.entries(requests).map(([name, request]) => [
        name,
        async (argument?: unknown) => {
          this.calls.push([name, structuredClone(argument)]);
          await Promise.resolve();
          try {
            return { ok: true, value: structuredClone(request(structuredClone(argument))) };
          } catch (error) {
            return { ok: false, failure: toFailure(error) };
          }
        },
      ]),
    );
    return {
      ...answering,
      on: <Name extends keyof Announcements>(name: Name, listener: (value: Announcements[Name]) => void) => {
        const listeners: Set<(value: Announcements[Name]) => void> = this.listeners[name];
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      pathOf: (file: object) => `/home/ines/${(file as File).name}`,
    } as unknown as Api;
  }
}

export function failedReport(report: RunReport): RunReport {
  return {
    ...report,
    status: 'failed',
    totals: null,
    failure: {
      code: 'disk-full',
      message:
        'The disk that holds /home/ines/.config/Tokenhouse/data is full: 0 bytes are free. Every acknowledged insert is kept.',
      detail:
        'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE) (version 26.7.3.1)',
      path: '/home/ines/.config/Tokenhouse/data',
    },
  };
}

export { someRoots };

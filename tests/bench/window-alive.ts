import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Session } from 'node:inspector/promises';
import type { IntervalHistogram } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { _electron, type CDPSession, type ElectronApplication, type Page } from '@playwright/test';
import { openDisplay } from '../../scripts/display.mjs';

/**
 * Whether the window stays alive while a history is imported at full speed.
 *
 *     node_modules/.bin/node tests/bench/window-alive.ts --source DIR [--project DIR] [--rounds N] [--profiles DIR]
 *
 * With `--profiles` it also writes a CPU profile of the main process and one of the page.
 */
export interface WindowAliveOptions {
  /** Folder with transcripts; 1 GB takes some ten seconds. */
  readonly source: string;
  /** Folder of the built application; this project's when left out. */
  readonly project?: string | undefined;
  readonly rounds?: number | undefined;
  readonly profiles?: string | undefined;
}

/** Milliseconds. */
export interface WindowAliveRow {
  readonly round: number;
  readonly importMs: number;
  /** Lateness of the main process' event loop, whatever the reason. */
  readonly mainP50: number;
  readonly mainP99: number;
  readonly mainMax: number;
  /** The same without the time in which the thread had work but no processor; null where the system does not tell. */
  readonly mainOwnP99: number | null;
  readonly mainOwnMax: number | null;
  /** Share of the time in which the main thread had work but no processor. */
  readonly mainStarved: number | null;
  /** Tasks of the page that took more than 50 ms by the clock, and the longest. */
  readonly longTasks: number;
  readonly longestTask: number;
  /** The same without the time in which the page's thread had work but no processor. */
  readonly ownLongTasks: number | null;
  readonly ownLongestTask: number | null;
  readonly frameP99: number;
  readonly frameMax: number;
}

export async function run(options: WindowAliveOptions): Promise<WindowAliveRow[]> {
  const display = await openDisplay();
  const rows: WindowAliveRow[] = [];
  try {
    for (let round = 1; round <= (options.rounds ?? 3); round += 1)
      rows.push({ round, ...(await importOnce(options, display.env)) });
    return rows;
  } finally {
    display.stop();
  }
}

async function importOnce(
  { source, profiles, project = resolve(import.meta.dirname, '..', '..') }: WindowAliveOptions,
  env: NodeJS.ProcessEnv,
): Promise<Omit<WindowAliveRow, 'round'>> {
  const home = mkdtempSync(join(tmpdir(), 'tokenhouse-alive-'));
  const profile = join(home, 'profile');
  mkdirSync(profile);
  const kept = Object.entries({ ...env, HOME: home }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'CLAUDE_CONFIG_DIR',
  );
  const app = await _electron.launch({
    args: [project, '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`],
    env: Object.fromEntries(kept),
    cwd: project,
  });
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState('load');
    await page.evaluate((folder) => window.api.addRoots([folder]), source);
    await until(page, async () => {
      const [database, found] = [await window.api.getDatabase(), await window.api.getDiscovery()];
      const isOpen = database.ok && database.value.status === 'ready';
      return isOpen && found.ok && found.value.status === 'done' && found.value.files > 0;
    });
    await page.getByLabel('Screens and database').getByRole('button', { name: 'Migrate' }).click();
    const profiler = profiles === undefined ? null : await startProfiles(app, page);
    await watchMain(app);
    await watchPage(page);
    const starved = watchStarving(
      await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
      ),
    );
    const startMs = performance.now();
    await page.evaluate(async () => {
      const started = await window.api.startRun({});
      if (!started.ok) throw new Error(started.failure.message);
    });
    await until(page, async () => {
      const asked = await window.api.getRun();
      return asked.ok && 'report' in asked.value;
    });
    const ended = await page.evaluate(() => window.api.getRun());
    if (!ended.ok || ended.value.status !== 'completed')
      throw new Error(`The import did not complete: ${JSON.stringify(ended).slice(0, 500)}`);
    const importMs = Math.round(performance.now() - startMs);
    const seen = { importMs, ...(await readMain(app)), ...(await readPage(page, starved())) };
    if (profiler !== null && profiles !== undefined) await endProfiles(app, profiler, profiles);
    return seen;
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }
}

/** Looks again and again, from here: `waitForFunction` takes a promise for a yes. */
async function until(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await page.evaluate(isSo))) await new Promise((done) => setTimeout(done, 200));
}

type Watched = typeof globalThis & {
  alive?: { histogram: IntervalHistogram; own: number[]; startMs: number; startStarvedMs: number };
  profiling?: Session;
};

const timerMs = 5;

async function watchMain(app: ElectronApplication): Promise<void> {
  await app.evaluate((_electronApi, everyMs) => {
    const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const file = '/proc/self/schedstat';
    const starvedMs = (): number =>
      existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e6 : NaN;
    const histogram = monitorEventLoopDelay({ resolution: everyMs });
    histogram.enable();
    const own: number[] = [];
    let [lastMs, lastStarvedMs] = [performance.now(), starvedMs()];
    (globalThis as Watched).alive = { histogram, own, startMs: lastMs, startStarvedMs: lastStarvedMs };
    setInterval(() => {
      const [nowMs, nowStarvedMs] = [performance.now(), starvedMs()];
      own.push(Math.max(0, nowMs - lastMs - everyMs - (nowStarvedMs - lastStarvedMs)));
      [lastMs, lastStarvedMs] = [nowMs, nowStarvedMs];
    }, everyMs);
  }, timerMs);
}

const known = (value: number, digits = 1): number => Number(value.toFixed(digits));
const orNull = (value: number, digits = 1): number | null =>
  Number.isNaN(value) ? null : known(value, digits);

async function readMain(app: ElectronApplication) {
  const seen = await app.evaluate((_electronApi, everyMs) => {
    const { alive } = globalThis as Watched;
    if (alive === undefined) throw new Error('Nobody watched');
    const { histogram, own, startMs, startStarvedMs } = alive;
    const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - everyMs);
    const file = '/proc/self/schedstat';
    const starvedMs = existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e6 : NaN;
    const sorted = own.toSorted((a, b) => a - b);
    return {
      mainP50: late(histogram.percentile(50)),
      mainP99: late(histogram.percentile(99)),
      mainMax: late(histogram.max),
      mainOwnP99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
      mainOwnMax: sorted.at(-1) ?? NaN,
      mainStarved: (starvedMs - startStarvedMs) / (performance.now() - startMs),
    };
  }, timerMs);
  return {
    mainP50: known(seen.mainP50),
    mainP99: known(seen.mainP99),
    mainMax: known(seen.mainMax),
    mainOwnP99: orNull(seen.mainOwnP99),
    mainOwnMax: orNull(seen.mainOwnMax),
    mainStarved: orNull(seen.mainStarved, 3),
  };
}

interface Starved {
  /** By the clock, milliseconds since 1970. */
  readonly atMs: number;
  /** Time without a processor so far. */
  readonly starvedMs: number;
}

/** Notes again and again how long the main thread of a process had to wait for a processor (Linux); ends when called. */
function watchStarving(pid: number | undefined): () => readonly Starved[] {
  const seen: Starved[] = [];
  const file = `/proc/${pid}/schedstat`;
  if (!existsSync(file)) return () => seen;
  const timer = setInterval(() => {
    const starvedMs = Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e6;
    seen.push({ atMs: performance.timeOrigin + performance.now(), starvedMs });
  }, 5);
  return () => {
    clearInterval(timer);
    return seen;
  };
}

interface LongTask {
  readonly fromMs: number;
  readonly durationMs: number;
}

/** How long a task took without its time without a processor; counted from the last note before to the first one after. */
function ownOf({ fromMs, durationMs }: LongTask, starved: readonly Starved[]): number {
  const before = starved.findLast(({ atMs }) => atMs <= fromMs);
  const after = starved.find(({ atMs }) => atMs >= fromMs + durationMs);
  return before && after ? Math.max(0, durationMs - (after.starvedMs - before.starvedMs)) : durationMs;
}

type WatchedPage = Window & { alivePage?: { tasks: LongTask[]; gaps: number[] } };

async function watchPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: { tasks: LongTask[]; gaps: number[] } = { tasks: [], gaps: [] };
    (window as WatchedPage).alivePage = seen;
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        seen.tasks.push({ fromMs: performance.timeOrigin + startTime, durationMs: duration });
    }).observe({ type: 'longtask' });
    let lastMs = performance.now();
    const frame = (nowMs: number): void => {
      seen.gaps.push(nowMs - lastMs);
      lastMs = nowMs;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

async function readPage(page: Page, starved: readonly Starved[]) {
  const { tasks, gaps } = await page.evaluate(
    () => (window as WatchedPage).alivePage ?? { tasks: [], gaps: [] },
  );
  const sorted = gaps.toSorted((a, b) => a - b);
  const own = starved.length === 0 ? null : tasks.map((task) => ownOf(task, starved));
  return {
    longTasks: tasks.length,
    longestTask: Math.round(Math.max(0, ...tasks.map(({ durationMs }) => durationMs))),
    ownLongTasks: own && own.filter((ms) => ms > 50).length,
    ownLongestTask: own && Math.round(Math.max(0, ...own)),
    frameP99: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    frameMax: Math.round(sorted.at(-1) ?? 0),
  };
}

async function startProfiles(app: ElectronApplication, page: Page): Promise<CDPSession> {
  await app.evaluate(async () => {
    const { Session } = process.getBuiltinModule('node:inspector/promises');
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
    (globalThis as Watched).profiling = session;
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 500 });
  await session.send('Profiler.start');
  return session;
}

async function endProfiles(app: ElectronApplication, session: CDPSession, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { profile } = await session.send('Profiler.stop');
  writeFileSync(join(folder, 'page.cpuprofile'), JSON.stringify(profile));
  const main = await app.evaluate(async () => {
    const { profiling } = globalThis as Watched;
    return JSON.stringify((await profiling?.post('Profiler.stop'))?.profile);
  });
  writeFileSync(join(folder, 'main.cpuprofile'), main);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { parseArgs } = await import('node:util');
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { source: text, project: text, rounds: text, profiles: text } });
  if (values.source === undefined) throw new Error('--source names a folder with transcripts');
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  console.table(await run({ ...values, source: resolve(values.source), rounds }));
}

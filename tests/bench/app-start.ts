import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { openDisplay } from '../../scripts/display.mjs';

/**
 * How long the application takes from the start of its process to a screen that shows what the database holds.
 *
 *     node_modules/.bin/node tests/bench/app-start.ts --profile DIR [--project DIR] [--rounds N]
 *
 * DIR is a user-data folder with an imported database. A round before the first makes sure that it has been open once.
 */
export interface AppStartOptions {
  /** The user-data folder; its database should be large. */
  readonly profile: string;
  /** Folder of the built application; this project's when left out. */
  readonly project?: string | undefined;
  readonly rounds?: number | undefined;
}

/** Milliseconds since the process was started. */
export interface AppStartRow {
  readonly round: number;
  /** Something of the page is drawn. */
  readonly paintMs: number;
  /** The number of lines is on the screen, as it is or as it was last known. */
  readonly usefulMs: number;
  /** The database is open and counted. */
  readonly readyMs: number;
  /** The page's own part: from its beginning to its first paint. */
  readonly pagePaintMs: number;
}

export async function run({
  profile,
  project = resolve(import.meta.dirname, '..', '..'),
  rounds = 5,
}: AppStartOptions): Promise<AppStartRow[]> {
  const display = await openDisplay();
  const home = join(profile, '..', 'app-start-home');
  mkdirSync(home, { recursive: true });
  try {
    const rows: AppStartRow[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const row = await startOnce(project, profile, { ...display.env, HOME: home });
      if (round > 0) rows.push({ round, ...row });
    }
    return rows;
  } finally {
    display.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function startOnce(
  project: string,
  profile: string,
  env: NodeJS.ProcessEnv,
): Promise<Omit<AppStartRow, 'round'>> {
  const electron = createRequire(join(project, 'package.json'))('electron') as string;
  const switches = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const startedMs = Date.now();
  const app = spawn(electron, [project, ...switches, `--user-data-dir=${profile}`], {
    env: { ...env, NODE_OPTIONS: undefined, ELECTRON_RUN_AS_NODE: undefined },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(app, 'exit');
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(app));
    const context = browser.contexts()[0];
    if (context === undefined) throw new Error('The application has no window');
    const page = context.pages()[0] ?? (await context.waitForEvent('page'));
    const seen = await watchPage(page);
    await browser.close();
    const since = (ms: number): number => Math.round(ms - startedMs);
    return {
      paintMs: since(seen.paint),
      usefulMs: since(seen.useful),
      readyMs: since(seen.ready),
      pagePaintMs: Math.round(seen.paint - seen.origin),
    };
  } finally {
    app.kill('SIGTERM');
    await ended;
    // The database ends two seconds after its last user: the next round starts one of its own.
    await new Promise((done) => setTimeout(done, 3000));
  }
}

function debuggerAddress(app: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let text = '';
    app.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (address !== undefined) found(address);
    });
    app.once('exit', (code) => failed(new Error(`The application ended with ${code}: ${text}`)));
  });
}

/** Moments by the clock, in milliseconds since 1970, seen frame by frame from inside the page. */
async function watchPage(page: Page) {
  return page.evaluate(
    () =>
      new Promise<{ origin: number; paint: number; useful: number; ready: number }>((done) => {
        let useful = 0;
        let ready = 0;
        const look = (): void => {
          const foot = document.querySelector('section.database')?.textContent ?? '';
          const hasLines = /[\d.]+\s?[KM]? lines/.test(foot);
          const nowMs = performance.timeOrigin + performance.now();
          if (hasLines && useful === 0) useful = nowMs;
          if (hasLines && foot.includes('version') && ready === 0) ready = nowMs;
          // Told of a frame or two after it was drawn.
          const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
          if (ready === 0 || paint === undefined) return void requestAnimationFrame(look);
          const origin = performance.timeOrigin;
          done({ origin, paint: origin + paint, useful, ready });
        };
        look();
      }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { parseArgs } = await import('node:util');
  const { values } = parseArgs({
    options: { profile: { type: 'string' }, project: { type: 'string' }, rounds: { type: 'string' } },
  });
  if (values.profile === undefined) throw new Error('--profile names a user-data folder with a database');
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  console.table(await run({ profile: resolve(values.profile), project: values.project, rounds }));
}

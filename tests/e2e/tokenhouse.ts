import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { generateHistory } from '../../src/engine/demo/generate-history.ts';
import type { DemoTotals } from '../../src/engine/demo/demo-totals.ts';
import { takeLease } from '../../src/engine/embedded/lease.ts';
import { socketPathOf } from '../../src/engine/embedded/socket-path.ts';
import type { Announcements, Api, Requests } from '../../src/shared/contract.ts';
import type { RunPhase } from '../../src/shared/run.ts';
import type { Outcome } from '../../src/shared/failure.ts';

declare global {
  interface Window {
    readonly api: Api;
  }
}

/** The folder of the built application, or a packaged program: the tests are the same for both. */
export const appFolder = process.env['TOKENHOUSE_E2E_APP'] ?? resolve(import.meta.dirname, '..', '..');
const executable = process.env['TOKENHOUSE_E2E_EXECUTABLE'];
export const isPackaged = executable !== undefined;

/** A person's computer: nothing of ours, nothing of Claude Code, unless a test puts it there. */
export interface Computer {
  readonly home: string;
  readonly profile: string;
}

/** The running application. */
export interface Tokenhouse {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** A request to the main process, as the page asks it; fails with the failure. */
  readonly ask: <Name extends keyof Requests>(
    name: Name,
    ...input: Parameters<Requests[Name]>
  ) => Promise<ReturnType<Requests[Name]>>;
  /** The native folder dialog answers this from now on. */
  readonly stubFolderDialog: (folder: string) => Promise<void>;
  /** Quits as a person does, and waits until the database has ended as well, two seconds after its last user. */
  readonly close: () => Promise<void>;
  /** Quits, and ends the database at once. */
  readonly tidyUp: () => Promise<void>;
}

interface Fixtures {
  readonly computer: Computer;
  /** Starts the application on the test's computer; it is closed when the test is over. */
  readonly start: (env?: Readonly<Record<string, string>>) => Promise<Tokenhouse>;
}

export const test = base.extend<Fixtures>({
  computer: async ({ browserName: _unused }, provide) => {
    const home = await mkdtemp(join(tmpdir(), 'tokenhouse-e2e-'));
    await provide({ home, profile: join(home, 'profile') });
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  },
  start: async ({ computer }, provide) => {
    const started: Tokenhouse[] = [];
    await provide(async (env = {}) => {
      const tokenhouse = await launch(computer, env);
      started.push(tokenhouse);
      return tokenhouse;
    });
    for (const tokenhouse of started) await tokenhouse.tidyUp();
  },
});

export { expect };

/** Arguments that start the application on a computer, after the program. */
export function argumentsFor({ profile }: Computer): string[] {
  const switches = ['--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
  return executable === undefined ? [appFolder, ...switches] : switches;
}

/** Our own environment without what would lead the application to this machine's real history. */
export function environmentOf({ home }: Computer): Record<string, string> {
  const strange = new Set([
    'CLAUDE_CONFIG_DIR',
    'XDG_CONFIG_HOME',
    'APPDATA',
    'LOCALAPPDATA',
    'ELECTRON_RUN_AS_NODE',
    'ELECTRON_RENDERER_URL',
    'NODE_OPTIONS',
  ]);
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !strange.has(entry[0]),
  );
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home };
}

async function launch(computer: Computer, env: Readonly<Record<string, string>>): Promise<Tokenhouse> {
  await mkdir(computer.profile, { recursive: true });
  const app = await _electron.launch({
    args: argumentsFor(computer),
    env: { ...environmentOf(computer), ...env },
    ...(executable === undefined ? {} : { executablePath: executable }),
  });
  const page = await app.firstWindow();
  await page.waitForLoadState('load');
  let isClosed = false;
  // Of the process, also one that was killed: Playwright's own `close` waits for the database as well.
  app.process().once('exit', () => {
    isClosed = true;
  });
  const ask: Tokenhouse['ask'] = async (name, ...input) => {
    const outcome = await page.evaluate(
      ([asked, given]) => (window.api[asked] as (...all: unknown[]) => Promise<unknown>)(...given),
      [name, input] as const,
    );
    const answer = outcome as Outcome<ReturnType<Requests[typeof name]>>;
    if (!answer.ok) throw new Error(`${name}: ${answer.failure.code}: ${answer.failure.message}`);
    return answer.value;
  };
  const close: Tokenhouse['close'] = async () => {
    if (isClosed) return;
    // Left alone while it starts, the database waits 15 s for its first user, and Playwright waits for the database.
    while ((await ask('getDatabase')).status === 'starting')
      await new Promise((done) => setTimeout(done, 50));
    await app.close();
  };
  return {
    app,
    page,
    ask,
    stubFolderDialog: async (folder) => {
      await app.evaluate(({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
      }, folder);
    },
    close,
    tidyUp: async () => {
      if (isClosed) return;
      const exited = once(app.process(), 'exit');
      const closed = close();
      await exited;
      await endDatabase(computer);
      await closed;
    },
  };
}

/** Does nothing when none runs. */
async function endDatabase({ profile }: Computer): Promise<void> {
  const lease = await takeLease(socketPathOf(profile));
  if (lease !== undefined) process.kill(lease.pid, 'SIGTERM');
}

/** A made-up history: the folder to pick, and what it adds up to. */
export interface History {
  readonly folder: string;
  readonly totals: DemoTotals;
}

export async function makeHistory(computer: Computer, lines: number, name = 'history'): Promise<History> {
  const output = join(computer.home, name);
  const totals = await generateHistory({ output, lines, seed: 7, endMs: Date.UTC(2026, 9, 1) });
  return { folder: join(output, 'projects'), totals };
}

/** Goes to the Migrate screen as a person does. */
export async function openMigrate(page: Page): Promise<void> {
  await page.getByLabel('Screens and database').getByRole('button', { name: 'Migrate' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sources');
}

/** The phase of the run that is going on; null when none is. */
export async function runPhase({ ask }: Tokenhouse): Promise<RunPhase | null> {
  const state = await ask('getRun');
  return 'progress' in state ? (state.progress?.phase ?? null) : null;
}

type State = Announcements['runChanged'];

/** Waits until the run is over; answers its report. */
export async function endOfRun({ ask }: Tokenhouse): Promise<Extract<State, { report: unknown }>['report']> {
  for (;;) {
    const state = await ask('getRun');
    if ('report' in state) return state.report;
    await new Promise((done) => setTimeout(done, 100));
  }
}

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { _electron } from '@playwright/test';
import { openDisplay } from '../../scripts/display.mjs';
import { ProcessTree } from './measure/process-tree.ts';

/**
 * What it costs to keep a history in step in which nothing changes. Linux only: it reads `/proc`.
 *
 *     node_modules/.bin/node tests/bench/idle.ts --source DIR [--window] [--minutes N] [--project DIR]
 *
 * Measures `migrate --watch`, or with `--window` the application, from a minute after it is in step.
 */
export interface IdleOptions {
  /** Folder with transcripts; what is wanted is wanted for 10,000 files. */
  readonly source: string;
  readonly window?: boolean | undefined;
  readonly minutes?: number | undefined;
  /** Folder of the built application; this project's when left out. */
  readonly project?: string | undefined;
}

/** One stretch of the time that was measured. */
export interface IdleRow {
  readonly minute: number;
  /** Of all processes, in percent of one core, in this stretch. */
  readonly corePercent: number;
  /** Sum of the resident sets of all processes at the end of the stretch. */
  readonly residentMb: number;
  /**
   * What the process that watches has read from files, pipes and sockets in this stretch, in KB: the contents of
   * transcripts would be among it. Looking at folders, names and sizes is not.
   */
  readonly readKb: number;
}

export async function run(options: IdleOptions): Promise<IdleRow[]> {
  const { window = false, minutes = 60 } = options;
  const home = mkdtempSync(join(tmpdir(), 'tokenhouse-idle-'));
  const idle = await (window ? openWindow : startCommand)(options, home);
  try {
    await idle.untilInStep();
    await sleep(60_000);
    const tree = new ProcessTree(idle.pid, idle.dataDir);
    const look = (): Omit<IdleRow, 'minute' | 'corePercent'> & { readonly cpuSeconds: number } => {
      // New members are looked for with every fifth look only.
      for (let looks = 0; looks < 10; looks += 1) tree.look();
      const { cpuSeconds, residentBytes } = tree;
      return { cpuSeconds, residentMb: Math.round(residentBytes / 1e6), readKb: readBytes(idle.pid) / 1000 };
    };
    const rows: IdleRow[] = [];
    const stretch = Math.min(5, minutes);
    let last = look();
    for (let minute = stretch; minute <= minutes; minute += stretch) {
      await sleep(stretch * 60_000);
      const now = look();
      rows.push({
        minute,
        corePercent: Number((((now.cpuSeconds - last.cpuSeconds) / (stretch * 60)) * 100).toFixed(3)),
        residentMb: now.residentMb,
        readKb: Math.round(now.readKb - last.readKb),
      });
      last = now;
    }
    return rows;
  } finally {
    await idle.end();
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }
}

/** Something that keeps a history in step. */
interface Idle {
  readonly pid: number;
  readonly dataDir: string;
  untilInStep(): Promise<void>;
  end(): Promise<void>;
}

const projectOf = ({ project }: IdleOptions): string => project ?? resolve(import.meta.dirname, '..', '..');

function startCommand(options: IdleOptions, home: string): Promise<Idle> {
  const dataDir = join(home, 'data');
  const cli = join(projectOf(options), 'out', 'main', 'cli.js');
  const args = ['migrate', '--watch', '--source', options.source, '--data-dir', dataDir];
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid === undefined) throw new Error('The command line does not start');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-10_000)));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  return Promise.resolve({
    pid: child.pid,
    dataDir,
    untilInStep: async () => {
      while (!/in step/i.test(said)) {
        if (child.exitCode !== null) throw new Error(`migrate --watch ended:\n${said}`);
        await sleep(200);
      }
    },
    end: async () => {
      child.kill('SIGINT');
      await ended;
    },
  });
}

async function openWindow(options: IdleOptions, home: string): Promise<Idle> {
  const project = projectOf(options);
  const profile = join(home, 'profile');
  mkdirSync(profile);
  const display = await openDisplay();
  const kept = Object.entries({ ...display.env, HOME: home }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'CLAUDE_CONFIG_DIR',
  );
  const app = await _electron.launch({
    args: [project, '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`],
    env: Object.fromEntries(kept),
    cwd: project,
  });
  const page = await app.firstWindow();
  const pid = await app.evaluate(() => process.pid);
  const dataDir = await app.evaluate(({ app: electronApp }) => electronApp.getPath('userData'));
  return {
    pid,
    dataDir,
    untilInStep: async () => {
      await page.waitForLoadState('load');
      await page.evaluate(async (folder) => {
        await window.api.changeSettings({ sync: true });
        await window.api.addRoots([folder]);
      }, options.source);
      const isSo = async (question: () => Promise<boolean>): Promise<void> => {
        while (!(await page.evaluate(question))) await sleep(500);
      };
      await isSo(async () => {
        const [database, found] = [await window.api.getDatabase(), await window.api.getDiscovery()];
        const isOpen = database.ok && database.value.status === 'ready';
        return isOpen && found.ok && found.value.status === 'done' && found.value.files > 0;
      });
      await page.evaluate(async () => {
        const started = await window.api.startRun({});
        if (!started.ok) throw new Error(started.failure.message);
      });
      await isSo(async () => {
        const asked = await window.api.getRun();
        return asked.ok && 'progress' in asked.value && asked.value.progress?.phase === 'watching';
      });
    },
    end: async () => {
      await app.close();
      display.stop();
    },
  };
}

function readBytes(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { parseArgs } = await import('node:util');
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { source: text, project: text, minutes: text, window: { type: 'boolean' } },
  });
  if (values.source === undefined) throw new Error('--source names a folder with transcripts');
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  console.table(await run({ ...values, source: resolve(values.source), minutes }));
}

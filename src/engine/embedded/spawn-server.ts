import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseServerReport, type ServerReport } from './server-report.ts';

/** How to start a server. */
export interface ServerCommand {
  readonly node: string;
  readonly serverScript: string;
  readonly dataDir: string;
  readonly memoryLimitMb: number;
  /** How long the server lives without users. */
  readonly graceMs: number;
}

/** The server's log is rotated once it has this size. */
const maximumLogBytes = 5 * 1024 * 1024;

/** Enough for every statement that runs at once (engine.ts: 40) and for stopping and closing them. */
const threads = '48';

/**
 * Both allocators of the process keep freed memory for themselves unless told otherwise: glibc an arena for each of the
 * threads, the engine's jemalloc dirty pages. Measured on 2 GB of transcripts: 1006 MB resident without, 800 MB with.
 */
const thriftyAllocators = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_CONF: 'dirty_decay_ms:500,muzzy_decay_ms:0,narenas:4',
};

/**
 * Starts a server that outlives this process, and waits for its report.
 *
 * Its standard error is the log file, where the engine also writes why it refuses a directory.
 */
export async function spawnServer(command: ServerCommand): Promise<ServerReport> {
  const logFile = prepareLog(command.dataDir);
  const log = openSync(logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(
      command.node,
      [
        command.serverScript,
        '--data-dir',
        command.dataDir,
        '--log-file',
        logFile,
        '--memory-limit-mb',
        String(command.memoryLimitMb),
        '--grace-ms',
        String(command.graceMs),
      ],
      {
        detached: true,
        cwd: command.dataDir,
        stdio: ['ignore', 'pipe', log],
        env: {
          ...process.env,
          UV_THREADPOOL_SIZE: threads,
          ...thriftyAllocators,
          ELECTRON_RUN_AS_NODE: undefined,
          NODE_OPTIONS: undefined,
          // The server speaks to nobody in Node; reading a company's certificates takes it 25 ms of each start.
          NODE_EXTRA_CA_CERTS: undefined,
        },
      },
    );
  } finally {
    closeSync(log);
  }
  const report = await firstReport(child, logFile);
  // Not before: with nothing else to wait for, this process would end without having heard why the server can't start.
  child.unref();
  return report;
}

async function firstReport(child: ChildProcess, logFile: string): Promise<ServerReport> {
  const report = await new Promise<ServerReport | undefined | Error>((resolve) => {
    let text = '';
    child.once('error', resolve);
    child.once('close', () => resolve(undefined));
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const line of text.split('\n').slice(0, -1)) {
        const found = parseServerReport(line);
        if (found !== undefined) resolve(found);
      }
    });
  });
  child.stdout?.destroy();
  if (report instanceof Error) return { state: 'failed', reason: 'missing', text: report.message };
  if (report !== undefined) return report;
  const { exitCode, signalCode } = child;
  const ending = signalCode === null ? `It ended with code ${exitCode}.` : `It was ended by ${signalCode}.`;
  const reason = signalCode === null ? 'failed' : 'killed';
  return { state: 'failed', reason, text: `${ending}\n${lastLines(logFile)}` };
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

function prepareLog(dataDir: string): string {
  const directory = join(dataDir, 'logs');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'clickhouse.log');
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maximumLogBytes) renameSync(path, `${path}.1`);
  return path;
}

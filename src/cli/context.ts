import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  connect,
  defaultDatabaseName,
  type Database,
  type Destination,
} from '../engine/clickhouse/connect.ts';
import { defaultDataDir } from '../engine/data-dir.ts';
import type { EngineFiles } from '../engine/engine-files.ts';
import { logFileOf, openFileLog } from '../engine/file-log.ts';
import { toAll, type Log } from '../engine/log.ts';
import type { Engine } from '../engine/migrate.ts';
import { sourceId } from '../engine/source-id.ts';
import { AppError } from '../shared/failure.ts';
import { exitCodes } from './exit-codes.ts';
import { closeLine } from './progress-line.ts';
import { terminalLog } from './terminal-log.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly dataDir?: string;
  readonly url?: string;
  readonly database?: string;
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Where a command writes: one document or lines to stdout, everything else to stderr. */
export interface Printer {
  json(document: unknown): void;
  line(text: string): void;
  note(text: string): void;
}

/** What a command works with. */
export interface CommandContext {
  readonly options: CommonOptions;
  readonly print: Printer;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly engine: Engine;
  /** The log of the data directory. What the engine says goes there and to the terminal. */
  readonly logFile: Log;
  openDatabase(): Promise<Database>;
}

/** Files of the product beside the built command line (`out/main/cli.js`). */
function filesBeside(folder: string): EngineFiles {
  return {
    migrations: resolve(folder, '..', '..', 'resources', 'migrations'),
    extractWorker: join(folder, 'extract.worker.js'),
    inspectWorker: join(folder, 'inspect.worker.js'),
    verifyWorker: join(folder, 'verify.worker.js'),
    embeddedServer: join(folder, 'embedded-server.js'),
  };
}

/** A question may take more than an import, whose memory the worker threads share. */
const queryMemoryMb = 1000;
const defaultRunMemoryMb = 450;

/** @param folder the one of the built command line */
export async function makeContext(
  options: CommonOptions,
  appVersion: string,
  folder: string,
): Promise<CommandContext> {
  if (options.dataDir === '') throw new AppError('invalid-input', '--data-dir is empty: name a folder.');
  const dataDir = resolve(options.dataDir ?? defaultDataDir(process.env, homedir(), process.platform));
  const destination = destinationOf(options, process.env);
  const print = makePrinter(options);
  const files = filesBeside(folder);
  const signal = stopOnSignals(print);
  const openDatabase = (): Promise<Database> =>
    connect(destination, { dataDir, files, memoryLimitMb: queryMemoryMb });
  const openForRun = (memoryLimitMb = defaultRunMemoryMb): Promise<Database> =>
    connect(destination, { dataDir, files, memoryLimitMb });
  const logFile = openFileLog({ path: logFileOf(dataDir), debug: options.verbose ?? false });
  const engine = {
    openDatabase: openForRun,
    ...(destination.kind === 'server' ? { destination: nameOf(destination) } : {}),
    dataDir,
    files,
    source: await sourceId(),
    appVersion,
    log: toAll(terminalLog(options, print), logFile),
  };
  return { options, print, signal, engine, logFile, openDatabase };
}

function nameOf({ url, database }: Extract<Destination, { kind: 'server' }>): string {
  return `${new URL(url).host}/${database}`;
}

function destinationOf(options: CommonOptions, env: NodeJS.ProcessEnv): Destination {
  if (options.url === undefined) return { kind: 'embedded' };
  if (!URL.canParse(options.url) || !/^https?:/.test(options.url)) {
    throw new AppError(
      'invalid-input',
      `--url ${options.url} is not an address. Give it as http://host:8123 or https://host:8443.`,
    );
  }
  if (new URL(options.url).search !== '') {
    throw new AppError('invalid-input', `--url ${options.url}: leave out the ? and what follows it.`);
  }
  const variable = options.passwordEnv;
  const password = variable === undefined ? '' : env[variable];
  if (password === undefined) {
    throw new AppError(
      'invalid-input',
      `--password-env ${String(variable)}: there is no such environment variable.`,
    );
  }
  return {
    kind: 'server',
    url: options.url,
    database: options.database ?? defaultDatabaseName,
    username: options.user ?? 'default',
    password,
  };
}

function makePrinter(options: CommonOptions): Printer {
  // Whoever reads has seen enough, as `head` does: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The command goes on to its end: its exit code tells how it went, not who listened.
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: The answer could not be written: ${error.message}\n`);
    process.exit(exitCodes.failed);
  });
  // Notes that nobody reads any more are no reason to stop.
  process.stderr.on('error', () => undefined);
  return {
    json: (document) => write(process.stdout, JSON.stringify(document, null, 1)),
    line: (text) => {
      if (!options.json) write(process.stdout, text);
    },
    note: (text) => {
      if (!options.quiet) write(process.stderr, text);
    },
  };
}

function write(stream: NodeJS.WriteStream, text: string): void {
  closeLine();
  stream.write(`${text}\n`);
}

/** A batch on its way is given up after ten seconds; the rest of a clean end takes a moment. */
const longestStopMs = 30_000;

/** The first Ctrl-C stops cleanly, the second at once. */
function stopOnSignals(print: Printer): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    print.note('Stopping after the batch on its way. Press Ctrl-C again to stop at once.');
    controller.abort();
    // A database that does not answer keeps its caller waiting for minutes. What it has confirmed is safe.
    setTimeout(() => {
      print.note('Stopped without waiting for the database any longer: what it has confirmed is safe.');
      process.exit(130);
    }, longestStopMs).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

import { randomUUID } from 'node:crypto';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { EngineException } from './exception.ts';
import { Libchdb, type ChdbConnection, type ChdbResult, type Pointer, type QueryParams } from './libchdb.ts';

/** The database that statements without a database run in. */
export const defaultDatabase = 'tokenhouse';

/** What one request asks of the session it runs in. */
export interface SessionOptions {
  readonly database: string;
  readonly queryId: string;
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>;
}

/** An INSERT in progress. */
export interface RowSink {
  /** False when the engine takes no more rows. */
  append(rows: Buffer): Promise<boolean>;
  /** Commits; throws the engine's reason when nothing was committed. */
  commit(): Promise<ChdbResult>;
  /** Ends without committing. Harmless after `commit`. */
  discard(): Promise<void>;
}

/** One connection for one request: settings, database and a failed statement's leftovers end with it. */
export interface Session {
  run(sql: Buffer, format: string, params: QueryParams): Promise<ChdbResult>;
  classify(sql: Buffer): { statements: number; queryClass: number };
  insert(sql: Buffer, format: string, params: QueryParams): Promise<RowSink>;
  /** Stops what runs here; resolves when `running` has ended. */
  stop(running: Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

interface RunningQuery {
  readonly marker: string;
  readonly queryId: string;
}

/** More than libuv's threads minus a few, so that stopping and closing never wait behind blocked statements. */
const maximumSessions = 40;

/** Where the database is and how much memory it may take. */
export interface EngineOptions {
  readonly libraryPath: string;
  readonly path: string;
  readonly memoryLimitMb: number;
}

/** Server settings of the embedded engine: a desktop application's share of the machine, not a server's. */
function bootArguments(options: EngineOptions): string[] {
  const megabyte = 1024 * 1024;
  return [
    `--path=${options.path}`,
    // A name that does not exist: otherwise ./config.xml and ~/.clickhouse-local/config.xml would be read.
    '--config-file=none',
    `--max_server_memory_usage=${options.memoryLimitMb * megabyte}`,
    `--mark_cache_size=${64 * megabyte}`,
    `--primary_index_cache_size=${64 * megabyte}`,
    `--index_mark_cache_size=${16 * megabyte}`,
    `--query_condition_cache_size=${16 * megabyte}`,
    '--uncompressed_cache_size=0',
    // Merges take memory each; two at a time keep up with one importer.
    '--background_pool_size=2',
    '--background_merges_mutations_concurrency_ratio=1',
    // The engine measures its own memory so often; the default of 50 ms is half of what it costs when nothing happens.
    '--memory_worker_period_ms=500',
  ];
}

/** Settings that make the embedded engine answer as a server does; a request's own settings come after them. */
const sessionDefaults: SessionOptions['settings'] = [
  ['implicit_select', '0'],
  ['allow_introspection_functions', '0'],
  ['async_insert', '0'],
  // 1 GB of TSV: 97 MB of memory instead of 759, half the CPU, three quarters of the speed (measured, 2 cores).
  ['output_format_parallel_formatting', '0'],
  // The default, 1 GB for each thread, would leave every query one thread of what a desktop application may take.
  ['max_threads_min_free_memory_per_thread', String(48 * 1024 * 1024)],
  // Words are indexed by merges and after a run, not while lines come in.
  ['exclude_materialize_skip_indexes_on_insert', 'by_word'],
  // Default 512 MB, which the writer holds in memory.
  ['output_format_parquet_row_group_size_bytes', String(64 * 1024 * 1024)],
  ['min_free_disk_bytes_to_perform_insert', String(32 * 1024 * 1024)],
];

/** The opened data directory. */
export class Engine {
  readonly serverVersion: string;
  readonly timezone: string;
  readonly #library: Libchdb;
  readonly #path: string;
  readonly #keeper: ChdbConnection;
  readonly #running = new Set<RunningQuery>();
  readonly #waiting: Array<() => void> = [];
  #sessions = 0;

  private constructor(library: Libchdb, path: string, keeper: ChdbConnection, about: readonly string[]) {
    this.#library = library;
    this.#path = path;
    this.#keeper = keeper;
    this.serverVersion = about[0] ?? '';
    this.timezone = about[1] ?? 'UTC';
  }

  /** Undefined when the engine refuses the directory; it writes the reason to standard error only. */
  static async open(options: EngineOptions): Promise<Engine | undefined> {
    const library = new Libchdb(options.libraryPath);
    const keeper = await library.connect(bootArguments(options));
    if (keeper === undefined) return undefined;
    const run = async (sql: string): Promise<string> => {
      const result = await library.query(keeper, Buffer.from(sql), 'TSV', []);
      if (result.error !== undefined) throw EngineException.parse(result.error);
      return result.output.toString();
    };
    await run(`CREATE DATABASE IF NOT EXISTS ${defaultDatabase} ENGINE = Atomic`);
    const about = (await run('SELECT version(), timezone()')).trim().split('\t');
    return new Engine(library, options.path, keeper, about);
  }

  /** A connection of its own for one request (0.2 ms; another 0.4 ms for its settings). */
  async session(options: SessionOptions): Promise<Session> {
    const query: RunningQuery = { marker: randomUUID(), queryId: options.queryId };
    const prelude = sessionPrelude(options, query.marker);
    await this.#takePlace();
    const connection = await this.#connect().catch((error: unknown) => {
      this.#givePlace();
      throw error;
    });
    const close = async (): Promise<void> => {
      this.#running.delete(query);
      await this.#library.close(connection);
      this.#givePlace();
    };
    const result = await this.#library.query(connection, prelude, 'Null', []);
    if (result.error !== undefined) {
      await close();
      throw EngineException.parse(result.error);
    }
    this.#running.add(query);
    return {
      run: async (sql, format, params) => {
        const result = await this.#library.query(connection, sql, format, params);
        if (result.error !== undefined) throw EngineException.parse(result.error);
        return result;
      },
      classify: (sql) => this.#library.classify(connection, sql),
      insert: async (sql, format, params) => this.#insert(connection, sql, format, params),
      stop: async (running) => this.#stop(query.marker, running),
      close,
    };
  }

  /** The engine's own id of a request in progress; a client's `query_id` is known here only. */
  async engineQueryId(queryId: string): Promise<string | undefined> {
    const query = [...this.#running].find((running) => running.queryId === queryId);
    if (query === undefined) return undefined;
    const sql = `SELECT query_id FROM system.processes WHERE Settings['query_cache_tag'] = '${query.marker}'`;
    const found = (await this.#aside(sql)).trim();
    return found === '' ? undefined : found;
  }

  makeFifo(path: string): boolean {
    return this.#library.makeFifo(path);
  }

  /** Stops everything that runs. */
  async stopAll(): Promise<void> {
    await this.#aside("KILL QUERY WHERE Settings['query_cache_tag'] != '' ASYNC");
  }

  /** Resolves when no session is open. */
  async drained(): Promise<void> {
    while (this.#sessions > 0) await sleep(20);
  }

  /** Flushes, gives the lock of the directory back and joins the engine's threads. */
  async close(): Promise<void> {
    await this.#library.close(this.#keeper);
    await this.#library.shutdown();
  }

  async #connect(): Promise<ChdbConnection> {
    const connection = await this.#library.connect([`--path=${this.#path}`]);
    if (connection === undefined)
      throw EngineException.of(210, 'NETWORK_ERROR', 'The engine opens no connection.');
    return connection;
  }

  async #insert(
    connection: ChdbConnection,
    sql: Buffer,
    format: string,
    params: QueryParams,
  ): Promise<RowSink> {
    const stream: Pointer = await this.#library.insert(connection, sql, format, params);
    const refusal = this.#library.insertError(stream);
    if (refusal !== undefined) {
      await this.#library.destroyInsert(stream);
      throw EngineException.parse(refusal);
    }
    let isOpen = true;
    const destroy = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      await this.#library.cancelInsert(stream);
      await this.#library.destroyInsert(stream);
    };
    return {
      append: async (rows) => this.#library.append(stream, rows),
      commit: async () => {
        const result = await this.#library.finish(stream);
        await destroy();
        if (result.error !== undefined) throw EngineException.parse(result.error);
        return result;
      },
      discard: destroy,
    };
  }

  /** KILL finds a query only once it has started, hence again until it has ended. */
  async #stop(marker: string, running: Promise<unknown>): Promise<void> {
    const ended = running.then(
      () => true,
      () => true,
    );
    // The first turn does not wait: a statement that has ended already wins the race against an immediate.
    let hasEnded = await Promise.race([ended, immediate(false)]);
    while (!hasEnded) {
      await this.#aside(`KILL QUERY WHERE Settings['query_cache_tag'] = '${marker}' ASYNC`);
      hasEnded = await Promise.race([ended, sleep(50, false)]);
    }
  }

  async #aside(sql: string): Promise<string> {
    const connection = await this.#connect();
    try {
      const result = await this.#library.query(connection, Buffer.from(sql), 'TSV', []);
      if (result.error !== undefined) throw EngineException.parse(result.error);
      return result.output.toString();
    } finally {
      await this.#library.close(connection);
    }
  }

  async #takePlace(): Promise<void> {
    if (this.#sessions < maximumSessions) {
      this.#sessions += 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #givePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#sessions -= 1;
    else next();
  }
}

/**
 * `USE` and `SET` of a session.
 *
 * `query_cache_tag` marks the request in `system.processes` (chdb makes its own query ids; the tag has no other effect,
 * as the embedded engine has no query cache). `log_comment` shows the client's query_id there.
 */
function sessionPrelude(options: SessionOptions, marker: string): Buffer {
  const merged = new Map<string, string>([
    ...sessionDefaults,
    ['log_comment', options.queryId],
    ...options.settings,
  ]);
  merged.set('async_insert', '0');
  merged.set('query_cache_tag', marker);
  const assignments = [...merged].map(([name, value]) => {
    if (!/^\w+$/.test(name)) throw EngineException.of(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
    return `${name} = '${escape(value, "'")}'`;
  });
  const database = `\`${escape(options.database, '`')}\``;
  return Buffer.from(`USE ${database}; SET ${assignments.join(', ')}`);
}

function escape(text: string, quote: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
}

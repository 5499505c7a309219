import { createRequire } from 'node:module';
import type * as ffiRs from 'ffi-rs';

/**
 * The C interface of libchdb (`programs/local/chdb.h` of chdb-io/chdb-core), called through ffi-rs.
 *
 * Why not the addon of the chdb package: docs/decisions/0002-embedded-engine-through-ffi.md. Calls that may block run
 * on libuv's pool; until one is done, `held` keeps its buffers from the garbage collector.
 */
const requireFrom = createRequire(import.meta.url);

type Ffi = typeof ffiRs;
type Field = ffiRs.DataType;

/** A handle of the engine. */
export type Pointer = ffiRs.JsExternal;

/** A chdb connection: what `chdb_connect` gave (to close it) and what it points to (to use it). */
export interface ChdbConnection {
  readonly owner: Pointer;
  readonly handle: Pointer;
}

/** What a finished statement tells about itself. */
export interface ChdbResult {
  readonly error: string | undefined;
  readonly output: Buffer;
  readonly elapsedSeconds: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
}

/** Values for `{name:Type}` placeholders. */
export type QueryParams = ReadonlyArray<readonly [name: string, value: string]>;

/** `chdb_query_class`: what a statement does to state that outlives it. */
export const queryClass = { readOnly: 0, mutating: 1, mutatingGlobal: 2, control: 3, unknown: 4 } as const;

/** The functions of libchdb that the server uses. */
export class Libchdb {
  private readonly ffi: Ffi;
  private readonly held = new Set<readonly unknown[]>();

  /** Loads the library; throws when the file is missing or does not fit the platform. */
  constructor(libraryPath: string) {
    this.ffi = requireFrom('ffi-rs') as Ffi;
    this.ffi.open({ library: 'chdb', path: libraryPath });
    // Node handles SIGTERM and SIGINT; the engine's own handlers would end the process first.
    this.callVoid('chdb_set_signal_handlers_enabled', [this.ffi.DataType.I32], [0]);
  }

  version(): string {
    return this.text('chdb_version', []) ?? '';
  }

  /** Opens a connection; undefined when the engine refuses (it writes the reason to standard error only). */
  async connect(args: readonly string[]): Promise<ChdbConnection | undefined> {
    const { I32, StringArray, External } = this.ffi.DataType;
    const argv = ['chdb', ...args];
    const owner = await this.inThread<Pointer>(
      'chdb_connect',
      External,
      [I32, StringArray],
      [argv.length, argv],
    );
    const handle = this.ffi.isNullPointer(owner) ? undefined : this.ffi.unwrapPointer([owner])[0];
    return handle === undefined ? undefined : { owner, handle };
  }

  async close(connection: ChdbConnection): Promise<void> {
    const { Void, External } = this.ffi.DataType;
    await this.inThread('chdb_close_conn', Void, [External], [connection.owner]);
  }

  /** Joins the engine's threads. Every connection must be closed before. */
  async shutdown(): Promise<void> {
    await this.inThread('chdb_shutdown', this.ffi.DataType.I32, [], []);
  }

  /** Runs one statement to its end. */
  async query(
    connection: ChdbConnection,
    sql: Buffer,
    format: string,
    params: QueryParams,
  ): Promise<ChdbResult> {
    const bound = this.boundParams(params);
    const bytes = this.bytes(sql, Buffer.from(format));
    const result = await this.inThread<Pointer>(
      'chdb_query_with_params_n',
      this.ffi.DataType.External,
      [this.ffi.DataType.External, ...bytes.types, ...bound.types],
      [connection.handle, ...bytes.values, ...bound.values],
    );
    return this.take(result);
  }

  /** What the engine's parser makes of a text, without running it. */
  classify(connection: ChdbConnection, sql: Buffer): { statements: number; queryClass: number } {
    const { I32, External, U8Array, U64 } = this.ffi.DataType;
    const analysis = Buffer.alloc(16);
    analysis.writeUInt32LE(16, 0);
    const none = Buffer.alloc(1);
    this.call(
      'chdb_classify_query_n',
      I32,
      [External, U8Array, U64, U8Array, U64, U8Array],
      [connection.handle, sql, sql.length, none, 0, analysis],
    );
    return { statements: analysis.readUInt32LE(4), queryClass: analysis.readUInt32LE(12) };
  }

  /** Begins an INSERT whose rows follow with `append`. The handle is never null; ask `insertError`. */
  async insert(
    connection: ChdbConnection,
    sql: Buffer,
    format: string,
    params: QueryParams,
  ): Promise<Pointer> {
    const bound = this.boundParams(params);
    const bytes = this.bytes(sql, Buffer.from(format));
    return this.inThread<Pointer>(
      'chdb_stream_insert_with_params_n',
      this.ffi.DataType.External,
      [this.ffi.DataType.External, ...bytes.types, ...bound.types],
      [connection.handle, ...bytes.values, ...bound.values],
    );
  }

  insertError(stream: Pointer): string | undefined {
    return this.text('chdb_stream_insert_error', [stream]);
  }

  /** False when the engine takes no more: `finish` then has the reason. Waits while the engine is behind. */
  async append(stream: Pointer, rows: Buffer): Promise<boolean> {
    const { I32, External, U8Array, U64 } = this.ffi.DataType;
    if (rows.length === 0) return true;
    const types = [External, U8Array, U64];
    return (await this.inThread<number>('chdb_stream_append', I32, types, [stream, rows, rows.length])) === 0;
  }

  /** Commits the rows. */
  async finish(stream: Pointer): Promise<ChdbResult> {
    const { External } = this.ffi.DataType;
    return this.take(await this.inThread<Pointer>('chdb_stream_done', External, [External], [stream]));
  }

  /** Ends an INSERT without committing. Harmless after `finish`. */
  async cancelInsert(stream: Pointer): Promise<void> {
    const { Void, External } = this.ffi.DataType;
    await this.inThread('chdb_stream_cancel_insert', Void, [External], [stream]);
  }

  async destroyInsert(stream: Pointer): Promise<void> {
    const { Void, External } = this.ffi.DataType;
    await this.inThread('chdb_destroy_insert_stream', Void, [External], [stream]);
  }

  /** mkfifo(3); Node has none. */
  makeFifo(path: string): boolean {
    const { I32, U32, U8Array } = this.ffi.DataType;
    return this.call('mkfifo', I32, [U8Array, U32], [Buffer.from(`${path}\0`), 0o600]) === 0;
  }

  /** Copies a result out of the engine's memory and frees it. */
  private take(result: Pointer): ChdbResult {
    const { External, Double, Void, U64 } = this.ffi.DataType;
    const count = (name: string): number => Number(this.call(name, U64, [External], [result]));
    const length = count('chdb_result_length');
    const taken: ChdbResult = {
      error: this.text('chdb_result_error', [result]),
      output: length === 0 ? Buffer.alloc(0) : this.copy('chdb_result_buffer', result, length),
      elapsedSeconds: Number(this.call('chdb_result_elapsed', Double, [External], [result])),
      resultRows: count('chdb_result_rows_read'),
      resultBytes: count('chdb_result_bytes_read'),
      readRows: count('chdb_result_storage_rows_read'),
      readBytes: count('chdb_result_storage_bytes_read'),
      writtenRows: count('chdb_result_rows_written'),
      writtenBytes: count('chdb_result_bytes_written'),
    };
    this.call('chdb_destroy_query_result', Void, [External], [result]);
    return taken;
  }

  private copy(name: string, argument: Pointer, length: number): Buffer {
    const { External } = this.ffi.DataType;
    const pointer = this.call(name, External, [External], [argument]) as Pointer;
    return Buffer.from(this.ffi.createExternalBuffer(pointer, length));
  }

  /** A C string, which may hold bytes of the user's rows that are not UTF-8. */
  private text(name: string, args: readonly Pointer[]): string | undefined {
    const { External, U64 } = this.ffi.DataType;
    const types = args.map(() => External);
    const pointer = this.call(name, External, types, args) as Pointer;
    if (this.ffi.isNullPointer(pointer)) return undefined;
    const length = Number(this.call('strlen', U64, [External], [pointer]));
    return length === 0 ? '' : Buffer.from(this.ffi.createExternalBuffer(pointer, length)).toString('utf8');
  }

  private bytes(...parts: readonly Buffer[]): { types: Field[]; values: unknown[] } {
    const { U8Array, U64 } = this.ffi.DataType;
    return {
      types: parts.flatMap(() => [U8Array, U64]),
      values: parts.flatMap((part) => [part, part.length]),
    };
  }

  private boundParams(params: QueryParams): { types: Field[]; values: unknown[] } {
    const { StringArray, U8Array, U64 } = this.ffi.DataType;
    const names = params.map(([name]) => name);
    const values = params.map(([, value]) => value);
    return {
      types: [StringArray, U8Array, StringArray, U8Array, U64],
      values: [orOne(names), lengths(names), orOne(values), lengths(values), params.length],
    };
  }

  private call(funcName: string, retType: Field, paramsType: Field[], args: readonly unknown[]): unknown {
    return this.ffi.load({ library: 'chdb', funcName, retType, paramsType, paramsValue: [...args] });
  }

  private callVoid(funcName: string, paramsType: Field[], paramsValue: readonly unknown[]): void {
    this.call(funcName, this.ffi.DataType.Void, paramsType, paramsValue);
  }

  private async inThread<T>(
    funcName: string,
    retType: Field,
    paramsType: Field[],
    values: unknown[],
  ): Promise<T> {
    this.held.add(values);
    try {
      const call = {
        library: 'chdb',
        funcName,
        retType,
        paramsType,
        paramsValue: values,
        runInNewThread: true,
      };
      return (await this.ffi.load(call)) as T;
    } finally {
      this.held.delete(values);
    }
  }
}

/** An empty array has no address to pass; the engine looks at none of its texts when the count is 0. */
function orOne(texts: string[]): string[] {
  return texts.length === 0 ? [''] : texts;
}

/** An array of `size_t`. */
function lengths(texts: readonly string[]): Buffer {
  const sizes = Buffer.alloc(8 * Math.max(1, texts.length));
  for (const [index, text] of texts.entries())
    sizes.writeBigUInt64LE(BigInt(Buffer.byteLength(text)), index * 8);
  return sizes;
}

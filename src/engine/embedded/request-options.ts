import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { defaultDatabase } from './engine.ts';
import type { QueryParams } from './libchdb.ts';

/** What a request says besides its statement. */
export interface RequestOptions {
  readonly urlQuery: string;
  readonly database: string;
  readonly queryId: string;
  /** Format of results of statements that name none. */
  readonly defaultFormat: string;
  readonly params: QueryParams;
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>;
  readonly isReadOnly: boolean;
  readonly wantsGzip: boolean;
}

/** Parameters of the HTTP interface itself: no settings of the engine, or without meaning on a private socket. */
const notSettings = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'user',
  'password',
  'quota_key',
  'role',
  'stacktrace',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'buffer_size',
  'wait_end_of_query',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'client_protocol_version',
  'cancel_http_readonly_queries_on_client_close',
  'add_http_cors_header',
  // Rows are acknowledged when they are in a part, never from a queue in memory.
  'async_insert',
  'wait_for_async_insert',
]);

/** Reads URL parameters and headers as ClickHouse's HTTP interface does. */
export function readRequestOptions(url: URL, headers: IncomingHttpHeaders, method: string): RequestOptions {
  const get = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const { settings, params } = readParameters(url.searchParams);
  const readOnly = settings.findLast(([name]) => name === 'readonly')?.[1] ?? '0';
  // A GET must not change anything, as on a real server.
  const isForced = method === 'GET' && readOnly === '0';
  return {
    urlQuery: get('query') ?? '',
    database: databaseOf(get('database') ?? header(headers, 'x-clickhouse-database')),
    queryId: get('query_id') || randomUUID(),
    defaultFormat: get('default_format') ?? header(headers, 'x-clickhouse-format') ?? 'TabSeparated',
    params,
    settings: isForced ? [...settings, ['readonly', '2']] : settings,
    isReadOnly: isForced || readOnly !== '0',
    wantsGzip:
      isOn(get('enable_http_compression')) && /\bgzip\b/.test(header(headers, 'accept-encoding') ?? ''),
  };
}

function readParameters(all: URLSearchParams): Pick<RequestOptions, 'settings' | 'params'> {
  const settings: Array<readonly [string, string]> = [];
  const params: Array<readonly [string, string]> = [];
  for (const [name, value] of all) {
    // A NUL ends a C string; the engine reads the values as escaped text, where it is `\0`.
    if (name.startsWith('param_')) params.push([name.slice('param_'.length), value.replaceAll('\0', '\\0')]);
    else if (!notSettings.has(name) && !name.startsWith('http_')) settings.push([name, value]);
  }
  return { settings, params };
}

/** The engine's own database `default` would read local files by name. */
function databaseOf(asked: string | undefined): string {
  return asked === undefined || asked === '' || asked === 'default' ? defaultDatabase : asked;
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';

/** An insert as it was sent. */
export interface SentInsert {
  readonly table: string;
  readonly queryId: string;
  readonly token: string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal | undefined;
}

export interface FakeAnswers {
  /** Called for every insert before it is answered; throws what the database says. */
  readonly insert?: (insert: SentInsert) => Promise<void> | void;
  /** The rows of an answer. */
  readonly query?: (query: string, params: Readonly<Record<string, unknown>>) => readonly object[];
}

export interface FakeClient {
  readonly client: ClickHouseClient;
  readonly inserts: readonly SentInsert[];
  readonly queries: readonly string[];
  /** What was inserted into one table, refused inserts too. */
  readonly into: (table: string) => SentInsert[];
}

interface ExecParams {
  readonly query: string;
  readonly values: AsyncIterable<Uint8Array>;
  readonly query_id?: string;
  readonly abort_signal?: AbortSignal;
  readonly clickhouse_settings?: Readonly<Record<string, unknown>>;
}

interface QueryParams {
  readonly query: string;
  readonly query_params?: Readonly<Record<string, unknown>>;
}

/** A client without a database behind it, that writes down what is asked of it. */
export function fakeClient({ insert, query }: FakeAnswers = {}): FakeClient {
  const inserts: SentInsert[] = [];
  const queries: string[] = [];
  const exec = async (params: ExecParams): Promise<object> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of params.values) pieces.push(piece);
    const sent: SentInsert = {
      table: /INSERT INTO (\w+)/.exec(params.query)?.[1] ?? '',
      queryId: params.query_id ?? '',
      token: String(params.clickhouse_settings?.['insert_deduplication_token']),
      bytes: Buffer.concat(pieces),
      signal: params.abort_signal,
    };
    inserts.push(sent);
    await insert?.(sent);
    return { stream: Readable.from([]), query_id: sent.queryId, response_headers: {}, http_status_code: 200 };
  };
  const ask = (params: QueryParams): Promise<object> => {
    queries.push(params.query);
    const rows = query?.(params.query, params.query_params ?? {}) ?? [];
    return Promise.resolve({
      json: () => Promise.resolve(rows),
      stream: () => Readable.from(rows.length === 0 ? [] : [rows.map((row) => ({ json: () => row }))]),
    });
  };
  return {
    client: { exec, query: ask } as unknown as ClickHouseClient,
    inserts,
    queries,
    into: (table) => inserts.filter((sent) => sent.table === table),
  };
}

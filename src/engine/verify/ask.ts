import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';

/** Asks the database; 64-bit numbers come as strings. */
export async function ask<Row>(
  client: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Row[]> {
  return asked<Row>(client, query, params, {}, signal);
}

/**
 * Asks about the bytes of lines: in small blocks and one thread, as lines of many megabytes stand beside each other.
 *
 * Slower by a fifth than with the usual blocks, in a third of the memory.
 */
export function askForBytes<Row>(
  client: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Row[]> {
  const thrifty = { max_threads: 1, max_block_size: '512', preferred_block_size_bytes: '1000000' };
  return asked<Row>(client, query, params, thrifty, signal);
}

async function asked<Row>(
  client: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, unknown>>,
  settings: ClickHouseSettings,
  signal?: AbortSignal,
): Promise<Row[]> {
  const answer = await client.query({
    query,
    query_params: { ...params },
    format: 'JSONEachRow',
    ...(signal === undefined ? {} : { abort_signal: signal }),
    clickhouse_settings: {
      ...settings,
      // Names of thousands of files may stand in a question.
      max_query_size: String(256 * 1024 * 1024),
      output_format_json_quote_64bit_integers: 1,
      output_format_json_named_tuples_as_objects: 1,
    },
  });
  return answer.json<Row>();
}

/** A string in SQL. Parameters travel in the address, which holds no names of thousands of files. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

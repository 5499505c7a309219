import type { ClickHouseClient } from '@clickhouse/client';
import { selectionParameters, type Selection } from './selection.ts';

/** Runs a query whose conditions name the values of the selection. */
export type Ask = <Row>(query: string, parameters?: Readonly<Record<string, unknown>>) => Promise<Row[]>;

/** Whole numbers as numbers (sums of tokens stay far below 2^53), places as objects. */
export const rowSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_named_tuples_as_objects: 1,
  // Some rules look into the raw lines: a block of 65,000 of them would be hundreds of megabytes.
  max_block_size: '4096',
  max_threads: 1,
} as const;

export function askAbout(
  client: Pick<ClickHouseClient, 'query'>,
  selection: Selection,
  signal?: AbortSignal,
): Ask {
  return async <Row>(query: string, parameters: Readonly<Record<string, unknown>> = {}) => {
    const answer = await client.query({
      query,
      query_params: { ...selectionParameters(selection), ...parameters },
      format: 'JSONEachRow',
      clickhouse_settings: rowSettings,
      ...(signal ? { abort_signal: signal } : {}),
    });
    return answer.json<Row>();
  };
}

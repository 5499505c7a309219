import type { ClickHouseClient } from '@clickhouse/client';
import { rowSettings } from './ask.ts';
import { isSelected, selectionParameters, type Selection } from './selection.ts';

/** Where a line stands: enough to open the file at that byte. */
export interface LinePlace {
  readonly source: string;
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly offset: number;
}

/** A row of the view `response_lines`. */
export interface ResponseLine extends LinePlace {
  readonly responseKey: string;
  readonly role: 'counted' | 'collapsed';
  /** Empty when counted. */
  readonly reason: string;
  /** ISO 8601, null without one. */
  readonly timestamp: string | null;
  readonly sessionId: string;
  readonly uuid: string;
  readonly type: string;
  readonly model: string;
  readonly requestId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
  /** The counted line of the same response. */
  readonly counted: LinePlace;
}

/** The responses of a selection, as a condition on rows of `response_lines`. */
export function ofSelected(selection: Selection): string {
  const selected = isSelected(selection);
  if (selected === 'true') return 'true';
  return `response_key IN (SELECT response_key FROM (SELECT * FROM responses) WHERE ${selected})`;
}

/** The columns of a {@link ResponseLine}, in its names. */
export const lineColumns = `response_key AS responseKey, role, reason, source, root, file, generation, offset,
  formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.', 'UTC') || leftPad(toString(toUnixTimestamp64Milli(timestamp) % 1000), 3, '0') || 'Z' AS timestamp,
  session_id AS sessionId, uuid, type, model, request_id AS requestId, input_tokens AS inputTokens,
  output_tokens AS outputTokens, cache_write_5m_tokens + cache_write_1h_tokens AS cacheWriteTokens,
  cache_read_tokens AS cacheReadTokens,
  CAST((counted_source, counted_root, counted_file, counted_generation, counted_offset),
    'Tuple(source String, root String, file String, generation UInt32, offset UInt64)') AS counted`;

/** Every line of the selection's responses, those of one response together, the counted one first. */
export async function* explainLines(
  client: Pick<ClickHouseClient, 'query'>,
  selection: Selection,
): AsyncGenerator<ResponseLine> {
  const answer = await client.query({
    query: `SELECT ${lineColumns} FROM (SELECT * FROM response_lines WHERE ${ofSelected(selection)})
      ORDER BY response_key, role = 'collapsed', source, root, file, generation, offset`,
    query_params: selectionParameters(selection),
    format: 'JSONEachRow',
    clickhouse_settings: rowSettings,
  });
  for await (const rows of answer.stream<ResponseLine>()) {
    for (const row of rows) yield row.json();
  }
}

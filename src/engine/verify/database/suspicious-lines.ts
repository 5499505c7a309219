import type { ClickHouseClient } from '@clickhouse/client';
import { askForBytes, literal } from '../ask.ts';

/** A line whose columns may not be what its bytes say. */
export interface SuspiciousLine {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  /** Byte offset as a decimal string. */
  readonly offset: string;
}

/** Read at once: each further JSON function would hold a parser as large as the largest line, in each thread. */
const said = `JSONExtract(j, 'Tuple(uuid Nullable(String), type Nullable(String), sessionId Nullable(String),
  timestamp Nullable(String), message Tuple(id Nullable(String), model Nullable(String), usage Tuple(
    input_tokens Nullable(Int64), output_tokens Nullable(Int64), cache_read_input_tokens Nullable(Int64))))')`;

const differing = `
  (kind = 'record') != (isValidJSON(j) AND startsWith(trim(j), '{'))
  OR (kind = 'record' AND (
    ifNull(said.uuid, '') != uuid
    OR ifNull(said.type, '') != type
    OR (ifNull(said.sessionId, '') != '' AND said.sessionId != session_id)
    OR ifNull(parseDateTime64BestEffortOrNull(ifNull(said.timestamp, ''), 3, 'UTC') != timestamp, 0)
    OR (type != 'progress' AND response_key != '' AND (
      ifNull(said.message.model, '') != model
      OR ifNull(said.message.id, '') != message_id
      OR ifNull(said.message.usage.output_tokens, 0) != output_tokens
      OR ifNull(said.message.usage.input_tokens, 0) != input_tokens
      OR ifNull(said.message.usage.cache_read_input_tokens, 0) != cache_read_tokens))))`;

/**
 * Lines whose stored bytes, read by ClickHouse's own JSON parser, say something else than their columns.
 *
 * Suspicion only: the two parsers differ for keys that stand twice and the like, so each is judged again. Lines without
 * their bytes (privacy) are left out.
 */
export function findSuspiciousLines(
  client: ClickHouseClient,
  source: string,
  generations: readonly { readonly root: string; readonly file: string; readonly generation: number }[],
  limit: number,
  signal: AbortSignal,
): Promise<SuspiciousLine[]> {
  if (generations.length === 0) return Promise.resolve([]);
  const names = generations
    .map(({ root, file, generation }) => `(${literal(root)},${literal(file)},${generation})`)
    .join(',');
  return askForBytes<SuspiciousLine>(
    client,
    `SELECT root, file, generation, offset FROM (
        SELECT * EXCEPT (text), toValidUTF8(raw) AS j, ${said} AS said FROM lines WHERE source = {source:String} AND privacy = 'full'
          AND (root, file, generation) IN (${names}))
      WHERE ${differing} LIMIT {limit:UInt32}`,
    { source, limit },
    signal,
  );
}

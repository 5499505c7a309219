import type { ClickHouseClient } from '@clickhouse/client';
import { storedLineColumns, StoredLineReader, type StoredLine } from './stored-lines.ts';

/** Bytes of raw lines that are handed over together. */
const batchBytes = 8 * 1024 * 1024;

/**
 * Stored lines with their bytes, in the order of files and offsets, a batch at a time.
 *
 * @param which condition on the table `lines`, named `l`
 */
export async function* readStoredLines(
  client: ClickHouseClient,
  which: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): AsyncGenerator<StoredLine[]> {
  const { stream } = await client.exec({
    query: `SELECT ${storedLineColumns} FROM (
        SELECT l.* EXCEPT (session_id), f.session_id AS session FROM lines AS l
        LEFT JOIN (SELECT source, root, file, session_id FROM files) AS f USING (source, root, file)
        WHERE ${which})
      ORDER BY source, root, file, generation, offset FORMAT RowBinary`,
    query_params: { ...params },
    // Lines of many megabytes stand beside each other in each thread.
    clickhouse_settings: { max_threads: 1 },
    abort_signal: signal,
  });
  const reader = new StoredLineReader();
  let waiting: StoredLine[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    for (const line of reader.read(Buffer.from(chunk as Uint8Array))) {
      waiting.push(line);
      bytes += line.raw.length;
    }
    if (bytes < batchBytes) continue;
    yield waiting;
    waiting = [];
    bytes = 0;
  }
  if (reader.rest > 0) throw new Error(`${reader.rest} bytes of a line are missing at the end`);
  if (waiting.length > 0) yield waiting;
}

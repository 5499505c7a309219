import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Batch, EncodedRows } from '../extract/task.ts';

/**
 * Puts one batch into the database: gaps, lines, then what they say about responses.
 *
 * Only the lines must not come twice; they are one block, one part, and carry a token by which the server recognises a
 * repetition. Gaps and evidence may be written any number of times. `token` names the bytes of the batch in this run.
 */
export async function insertBatch(client: ClickHouseClient, batch: Batch, token: string): Promise<void> {
  await insertRows(client, 'gaps', batch.gaps, token);
  await insertRows(client, 'lines', batch.lines, token);
  await insertRows(client, 'response_evidence', batch.evidence, token);
}

/** Sends the rows of one table as they are. A repetition with the same token is recognised by the server. */
export async function insertRows(
  client: ClickHouseClient,
  table: string,
  { rows, parts }: EncodedRows,
  token: string,
): Promise<void> {
  if (rows === 0) return;
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} FORMAT Native`,
    values: Readable.from(slices(parts), { objectMode: false }),
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: `${token}:${table}`,
      // Rows of one batch stay one block, and so one part that is written whole or not at all.
      max_insert_block_size: '10000000',
      min_insert_block_size_rows: '0',
      min_insert_block_size_bytes: '0',
    },
  });
  // An insert answers nothing; text in the answer is an error that came after the headers.
  let answer = '';
  for await (const chunk of stream) answer += String(chunk);
  if (answer !== '') throw new Error(`The insert into ${table} was answered with: ${answer.slice(0, 500)}`);
}

const sliceBytes = 1 << 18;

/** Pieces small enough that sending one does not hold up the event loop. */
function* slices(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    for (let start = 0; start < part.length; start += sliceBytes) {
      yield part.subarray(start, start + sliceBytes);
    }
  }
}

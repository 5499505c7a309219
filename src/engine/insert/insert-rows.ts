import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client';
import type { EncodedRows } from '../extract/task.ts';

/** How the ids of all inserts of a machine begin: by that they are found while they run. */
export function insertsOf(source: string): string {
  return `tokenhouse-${source}-`;
}

export interface InsertOptions {
  /** Names the rows: a repetition with the same token is recognised by the server. */
  readonly token: string;
  readonly source: string;
  /** Ends waiting for an answer; what became of the rows is then not known. */
  readonly signal?: AbortSignal;
}

/** An insert that gets no answer for so long is taken for lost: an answered one takes seconds. */
const patienceMs = 120_000;

/**
 * Sends the rows of one table as they are.
 *
 * The rows become one block, and so one part that is written whole or not at all, as long as they are fewer than
 * `max_insert_block_size`; the batches are far smaller.
 */
export async function insertRows(
  client: ClickHouseClient,
  table: string,
  { rows, bytes }: EncodedRows,
  { token, source, signal }: InsertOptions,
): Promise<void> {
  if (rows === 0) return;
  // The client sends a request whose signal is aborted already (client 1.23.1, measured).
  signal?.throwIfAborted();
  const impatience = new AbortController();
  const giveUp = (): void => impatience.abort(new Error('The insert was not answered in time.'));
  const timer = setTimeout(giveUp, patienceMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const { stream } = await client.exec({
      query: `INSERT INTO ${table} FORMAT Native`,
      values: Readable.from(slices(bytes), { objectMode: false }),
      query_id: `${insertsOf(source)}${randomUUID()}`,
      abort_signal: impatience.signal,
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 1,
        insert_deduplication_token: `${token}:${table}`,
        max_insert_block_size: '10000000',
        min_insert_block_size_rows: '0',
        min_insert_block_size_bytes: '0',
      },
    });
    await requireNoAnswer(table, stream);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

const mostAnswer = 64 * 1024;

/** An insert answers nothing; text in the answer is an error that came after the headers. */
export async function requireNoAnswer(table: string, stream: AsyncIterable<unknown>): Promise<void> {
  let answer = '';
  for await (const chunk of stream) {
    answer += String(chunk);
    // Whatever goes on for so long is no exception; leaving the loop closes the connection.
    if (answer.length > mostAnswer) break;
  }
  if (answer !== '') throw answeredError(table, answer);
}

/** `Code: 252. DB::Exception: Too many parts. (TOO_MANY_PARTS)` behind a header that said all is well. */
function answeredError(table: string, answer: string): Error {
  const { code, message, type } = /Code: (?<code>\d+)\. (?<message>.*?)(?: \((?<type>[A-Z_]+)\))?\s*$/s.exec(
    answer.slice(0, 2000),
  )?.groups ?? { message: answer.slice(0, 500) };
  if (code === undefined) return new Error(`The insert into ${table} was answered with: ${String(message)}`);
  return new ClickHouseError({ code, message: String(message), ...(type === undefined ? {} : { type }) });
}

const sliceBytes = 1 << 18;

/** Pieces small enough that sending one does not hold up the event loop. */
function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    yield bytes.subarray(start, start + sliceBytes);
  }
}

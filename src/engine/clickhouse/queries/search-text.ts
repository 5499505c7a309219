import type { ClickHouseClient } from '@clickhouse/client';

/** A record that was found. */
export interface FoundRecord {
  /** ISO 8601, UTC; null for a record without a time. */
  readonly timestamp: string | null;
  readonly sessionId: string;
  readonly project: string;
  readonly category: string;
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly offset: number;
  readonly text: string;
}

interface Row extends Omit<FoundRecord, 'timestamp'> {
  readonly at: number | null;
}

/** Days of the newest records, in which words that are frequent are found enough. */
const nearDays = 2;

/**
 * The newest records whose text has the words of a phrase in that order, whatever their case (of ASCII letters).
 *
 * A rare word is found by the index of words, a frequent one among the newest records: neither reads the whole archive.
 * Words are whole ones. A phrase without a letter or digit is looked for as it is, in the whole archive.
 */
export async function searchText(
  client: ClickHouseClient,
  phrase: string,
  { limit = 50, signal }: { readonly limit?: number; readonly signal?: AbortSignal } = {},
): Promise<FoundRecord[]> {
  const newestMs = await readNewestMs(client);
  const ask = (days: number | null): Promise<FoundRecord[]> => {
    const sinceMs = days === null ? null : newestMs - days * 86_400_000;
    return findIn(client, { phrase, sinceMs, limit, ...(signal === undefined ? {} : { signal }) });
  };
  const near = await ask(nearDays);
  if (near.length >= limit) return near;
  // As many days as should have enough of them, and half as many again; of a rare word all.
  const days = Math.ceil((nearDays * limit * 1.5) / Math.max(near.length, 1));
  const far = near.length < 5 || days > 90 ? [] : await ask(days);
  return far.length >= limit ? far : ask(null);
}

async function readNewestMs(client: ClickHouseClient): Promise<number> {
  const answer = await client.query({
    query: 'SELECT toUnixTimestamp64Milli(max(timestamp)) AS newest FROM lines',
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [row] = await answer.json<{ newest: number | null }>();
  return row?.newest ?? 0;
}

async function findIn(
  client: ClickHouseClient,
  options: {
    readonly phrase: string;
    readonly sinceMs: number | null;
    readonly limit: number;
    readonly signal?: AbortSignal;
  },
): Promise<FoundRecord[]> {
  const phrase = options.phrase.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const words = [...new Set(phrase.match(/[a-z0-9\u0080-\u{10ffff}]+/gu))].toSorted(
    // Long words are rare.
    (a, b) => b.length - a.length,
  );
  const hasWords = words.map((_, index) => `hasToken(lower(text), {word${index}:String})`);
  const since =
    options.sinceMs === null ? [] : ["timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')"];
  const isPhrase = words[0] === phrase ? [] : ['position(lower(text), {phrase:String}) > 0'];
  const answer = await client.query({
    query: `SELECT toUnixTimestamp64Milli(timestamp) AS at, session_id AS sessionId, project, category, root, file, generation, offset, text
      FROM records
      WHERE ${[...since, ...hasWords, ...isPhrase].join(' AND ') || '1'}
      ORDER BY timestamp DESC NULLS LAST, source, root, file, offset LIMIT {limit:UInt32}`,
    query_params: {
      phrase,
      limit: options.limit,
      since: options.sinceMs ?? 0,
      ...Object.fromEntries(words.map((word, index) => [`word${index}`, word])),
    },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
  });
  const rows = await answer.json<Row>();
  return rows.map(({ at, ...row }) => ({
    timestamp: at === null ? null : new Date(at).toISOString(),
    ...row,
  }));
}

/** So many lines, a gigabyte, are searched through in less than half a second; indexing them takes a tenth of their import. */
const mostUnindexed = 400_000;

/**
 * Indexes the words of lines that came in since the last time, in the background; what has its index already is left.
 *
 * Only a matter of speed: lines without the index are searched through.
 */
export async function indexText(client: Pick<ClickHouseClient, 'query' | 'command'>): Promise<void> {
  const answer = await client.query({
    query: `SELECT sumIf(rows, level = 0 AND data_version = min_block_number) AS unindexed
      FROM system.parts WHERE database = currentDatabase() AND table = 'lines' AND active`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ unindexed: string | number }>();
  if (Number(row?.unindexed ?? 0) < mostUnindexed) return;
  await client.command({
    query: 'ALTER TABLE lines MATERIALIZE INDEX by_word',
    clickhouse_settings: { mutations_sync: '0' },
  });
}

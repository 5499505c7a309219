import type { ClickHouseClient } from '@clickhouse/client';
import type { VerifiedSums } from '../../../shared/verification.ts';
import { ask, askForBytes, literal } from '../ask.ts';

/** Totals of one day and model. */
export interface DayModelTotals {
  /** UTC day; empty for responses without a timestamp. */
  readonly day: string;
  readonly model: string;
  readonly sums: VerifiedSums;
}

const never = '9223372036854775807';

/** Where a usage says its counts, in the order in which they are read from it. */
const counts = [
  "'input_tokens'",
  "'output_tokens'",
  "'cache_read_input_tokens'",
  "'cache_creation_input_tokens'",
  "'cache_creation', 'ephemeral_5m_input_tokens'",
  "'cache_creation', 'ephemeral_1h_input_tokens'",
  "'server_tool_use', 'web_search_requests'",
];

/**
 * The counting rule once more, over the typed columns of `lines` and not over the evidence that `responses` is made of:
 * largest usage, earliest line. `scope` selects the lines.
 */
const usages = (scope: string): string => `
  SELECT
    response_key,
    (output_tokens, input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens,
      input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, web_search_requests, model) AS usage,
    (toUInt8(type = 'progress'), ifNull(toUnixTimestamp64Milli(timestamp), ${never}), toUInt8(is_sidechain), file) AS place
  FROM lines
  WHERE response_key != '' AND ${scope}
  UNION ALL
  -- An iteration of another model is that model's own response, and stands only in the raw line. A count is a number:
  -- digits in quotes are none.
  SELECT
    concat(response_key, '#', toString(number - 1)),
    (n[2], n[1] + n[2] + n[3] + if(n[5] + n[6] != 0, n[5] + n[6], n[4]), n[1], n[3],
      if(n[5] + n[6] != 0, n[5], n[4]), if(n[5] + n[6] != 0, n[6], 0), n[7], JSONExtractString(one, 'model')),
    place
  FROM (
    SELECT response_key, own_model, one, number, place,
      arrayMap(x -> if(abs(x) <= 9007199254740991, toInt64(x), 0), [
        ${counts.map((path) => `if(JSONType(one, ${path}) = 'String', 0, JSONExtractFloat(one, ${path}))`).join(', ')}]) AS n
    FROM (
      SELECT response_key, model AS own_model,
        (toUInt8(type = 'progress'), ifNull(toUnixTimestamp64Milli(timestamp), ${never}), toUInt8(is_sidechain), file) AS place,
        if(type = 'progress',
          JSONExtractArrayRaw(toValidUTF8(raw), 'data', 'message', 'message', 'usage', 'iterations'),
          JSONExtractArrayRaw(toValidUTF8(raw), 'message', 'usage', 'iterations')) AS iterations
      FROM lines
      WHERE response_key != '' AND position(raw, '"iterations"') > 0 AND isValidJSON(toValidUTF8(raw)) AND ${scope})
    ARRAY JOIN iterations AS one, arrayEnumerate(iterations) AS number)
  WHERE JSONType(one, 'model') = 'String' AND JSONExtractString(one, 'model') != own_model
  UNION ALL
  -- Where privacy has taken the raw line, and where ClickHouse does not read it as JSON (half a surrogate pair, a number above
  -- 2^64, deep nesting), only the evidence knows.
  SELECT
    response_key,
    (u.output_tokens, u.total_tokens, u.input_tokens, u.cache_read_tokens, u.cache_write_5m_tokens,
      u.cache_write_1h_tokens, u.web_search_requests, u.model),
    (f.is_progress, f.timestamp, f.is_sidechain, f.file)
  FROM (
    SELECT response_key, identity(usage) AS u, identity(first) AS f
    FROM response_evidence FINAL WHERE match(response_key, '#[0-9]+$'))
  WHERE replaceRegexpOne(response_key, '#[0-9]+$', '') IN (
    SELECT response_key FROM lines
    WHERE response_key != '' AND ${scope} AND (privacy = 'metadata'
      OR (position(raw, '"iterations"') > 0 AND NOT isValidJSON(toValidUTF8(raw)))))`;

/**
 * A progress line counts for the time of the message inside it, which its own columns do not have (product.md, the counting
 * rule): where only such lines mention a response, its time is that of the evidence. The files are counted by it, too, so
 * a wrong one is found there.
 */
const responsesOf = (scope: string): string => `
  SELECT response_key, u, if(lines_place.1 = 1 AND mentioned.1 = 1, mentioned, lines_place) AS p
  FROM (
    SELECT response_key, max(usage) AS u, min(place) AS lines_place FROM (${usages(scope)}) GROUP BY response_key) AS l
  LEFT JOIN (
    SELECT response_key, (f.is_progress, f.timestamp, f.is_sidechain, f.file) AS mentioned
    FROM (SELECT response_key, identity(first) AS f FROM response_evidence FINAL)
    WHERE f.is_progress = 1) AS e USING (response_key)`;

const sums = `count() AS responses, sum(u.3) AS input, sum(u.1) AS output, sum(u.4) AS cache_read,
  sum(u.5) AS cache_write_5m, sum(u.6) AS cache_write_1h, sum(u.7) AS web`;

interface Row {
  readonly day: string;
  readonly model: string;
  readonly responses: string;
  readonly input: string;
  readonly output: string;
  readonly cache_read: string;
  readonly cache_write_5m: string;
  readonly cache_write_1h: string;
  readonly web: string;
}

function sumsOf(row: Row): VerifiedSums {
  return {
    responses: Number(row.responses),
    inputTokens: Number(row.input),
    outputTokens: Number(row.output),
    cacheReadTokens: Number(row.cache_read),
    cacheWrite5mTokens: Number(row.cache_write_5m),
    cacheWrite1hTokens: Number(row.cache_write_1h),
    webSearchRequests: Number(row.web),
  };
}

/** A file by its name. */
export interface FileName {
  readonly root: string;
  readonly file: string;
}

/** A file that was emptied has a newest generation without lines. */
const currentGenerations = `source = {source:String} AND (root, file, generation) IN (
  SELECT root, file, max(generation) FROM (
    SELECT root, file, generation FROM lines WHERE source = {source:String}
    UNION ALL
    SELECT root, file, generation FROM file_states WHERE source = {source:String})
  GROUP BY root, file)`;

/**
 * Totals by day and model of the lines of the current generations, by the counting rule over the typed columns.
 *
 * @param without files that are left out: those that are not on the disk
 */
export async function readLineTotals(
  client: ClickHouseClient,
  source: string,
  without: readonly FileName[],
  signal: AbortSignal,
): Promise<DayModelTotals[]> {
  const names = without.map(({ root, file }) => `(${literal(root)},${literal(file)})`).join(',');
  const scope =
    names === '' ? currentGenerations : `${currentGenerations} AND (root, file) NOT IN (${names})`;
  return totalsOf(client, responsesOf(scope), { source }, signal);
}

/** Totals by day and model of all lines of all generations and machines: what the views have to add up to. */
export function readAllTotals(client: ClickHouseClient, signal: AbortSignal): Promise<DayModelTotals[]> {
  return totalsOf(client, responsesOf('1'), {}, signal);
}

async function totalsOf(
  client: ClickHouseClient,
  responses: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<DayModelTotals[]> {
  const rows = await askForBytes<Row>(
    client,
    `SELECT if(p.2 = ${never}, '', toString(toDate(fromUnixTimestamp64Milli(p.2, 'UTC')))) AS day, u.8 AS model, ${sums}
      FROM (${responses}) GROUP BY day, model ORDER BY day, model`,
    params,
    signal,
  );
  return rows.map((row) => ({ day: row.day, model: row.model, sums: sumsOf(row) }));
}

/** Totals by day and model as people get them. */
export async function readViewTotals(
  client: ClickHouseClient,
  signal: AbortSignal,
): Promise<DayModelTotals[]> {
  const rows = await ask<Row>(
    client,
    `SELECT ifNull(toString(day), '') AS day, model, count() AS responses, sum(input_tokens) AS input,
        sum(output_tokens) AS output, sum(cache_read_tokens) AS cache_read, sum(cache_write_5m_tokens) AS cache_write_5m,
        sum(cache_write_1h_tokens) AS cache_write_1h, sum(web_search_requests) AS web
      FROM responses GROUP BY day, model ORDER BY day, model`,
    {},
    signal,
  );
  return rows.map((row) => ({ day: row.day, model: row.model, sums: sumsOf(row) }));
}

/** Totals of `usage_daily`, which people query for a day; it keeps what was counted before (docs/decisions/0005). */
export async function readDailyTotals(
  client: ClickHouseClient,
  signal: AbortSignal,
): Promise<DayModelTotals[]> {
  const rows = await ask<Row>(
    client,
    `SELECT ifNull(toString(day), '') AS day, model, sum(responses) AS responses, sum(input_tokens) AS input,
        sum(output_tokens) AS output, sum(cache_read_tokens) AS cache_read, sum(cache_write_5m_tokens) AS cache_write_5m,
        sum(cache_write_1h_tokens) AS cache_write_1h, sum(web_search_requests) AS web
      FROM usage_daily GROUP BY day, model ORDER BY day, model`,
    {},
    signal,
  );
  return rows.map((row) => ({ day: row.day, model: row.model, sums: sumsOf(row) }));
}

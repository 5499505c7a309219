import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { insertRows } from '../insert/insert-rows.ts';
import { encodeLines } from './encode-lines.ts';
import { readStoredLines } from './read-stored-lines.ts';

/** What a correction works for. */
export interface Correction {
  readonly runId: string;
  readonly source: string;
  readonly signal: AbortSignal;
  /** Lines and rows of evidence that are compared at once; without it some 100 MB of the database's memory. */
  readonly rowsAtOnce?: number;
}

/**
 * Makes the evidence say what the lines say, after a run that did not come to its end.
 *
 * Evidence is written before its lines, so that lines that are there have theirs. When a run ends in between and the file is
 * gone or changed before the next one, its evidence stands there without lines, and counts. It is a maximum of all that was
 * ever said of a response, so it can't be taken back: the evidence of such a response is removed and made anew from its
 * lines. A crash in between is found the same way: lines without evidence.
 *
 * While another machine imports into the same server its evidence may be ahead of its lines, and nothing is corrected;
 * verification tells what was left.
 * @returns whether there was something to correct
 */
export async function correctEvidence(client: ClickHouseClient, correction: Correction): Promise<boolean> {
  if (!(await hasUnfinishedRun(client, correction))) return false;
  let isCorrected = false;
  for await (const wrong of findWrong(client, correction)) {
    if (correction.signal.aborted) break;
    isCorrected = true;
    await makeAnew(client, wrong, correction);
  }
  return isCorrected;
}

async function hasUnfinishedRun(client: ClickHouseClient, { runId, source }: Correction): Promise<boolean> {
  const answer = await client.query({
    query: `SELECT argMaxIf(status, started_at, source = {source:String}) AS last,
        countIf(source != {source:String} AND status = 'running') > 0 AS is_shared
      FROM runs WHERE run_id != {runId:String}`,
    query_params: { source, runId },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [runs] = await answer.json<{ last: string; is_shared: number }>();
  return runs !== undefined && !['', 'completed'].includes(runs.last) && runs.is_shared === 0;
}

const usualRowsAtOnce = 2_000_000;

/** What may be wrong. */
interface Doubt {
  /** Evidence up to this block was counted by a run of this machine that came to its end; null when all may be wrong. */
  readonly provenBlock: string | null;
  /** So many steps, each for the responses that a hash gives it, keep the memory of a comparison bounded. */
  readonly steps: number;
}

/** What has become wrong since the last run that came to its end is newer than what that run has counted. */
async function whatToDoubt(
  client: ClickHouseClient,
  { source, rowsAtOnce = usualRowsAtOnce }: Correction,
): Promise<Doubt> {
  const answer = await client.query({
    query: `
      WITH
        (SELECT argMax(counted_evidence, started_at) FROM runs
          WHERE status = 'completed' AND source = {source:String}) AS counted,
        (SELECT (state, last_block) FROM usage_state) AS now,
        now.1 != '' AND startsWith(counted, concat(now.1, ' ')) AS is_like,
        toInt64OrZero(substring(counted, length(now.1) + 2)) AS counted_block,
        is_like AND counted_block <= now.2 AND (SELECT uniqExact(source) FROM runs) = 1 AS is_same,
        if(is_same, counted_block, -1) AS block
      SELECT is_same, toString(block) AS proven_block,
        (SELECT sum(rows) FROM system.parts WHERE database = currentDatabase() AND active
          AND table = 'response_evidence' AND max_block_number > block) AS evidence,
        if(is_same, evidence * 3, (SELECT countIf(response_key != '') FROM lines)) AS lines`,
    query_params: { source },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [doubt] = await answer.json<{
    is_same: number;
    proven_block: string;
    evidence: number;
    lines: number;
  }>();
  if (!doubt) throw new Error('The state of the evidence has no row');
  const steps = Math.ceil((doubt.evidence + doubt.lines) / rowsAtOnce);
  return { provenBlock: doubt.is_same ? doubt.proven_block : null, steps };
}

/** A response whose evidence is not what its lines say. */
interface Wrong {
  /** `sipHash64` of its key: a name for it that fits into a statement. */
  readonly hash: string;
  readonly hasLines: boolean;
}

/** Their hashes stand in the text of a statement, up to three times: 22 characters each. */
const wrongAtOnce = 5000;
const mostText: ClickHouseSettings = { max_query_size: String(1024 * 1024) };

async function* findWrong(
  client: ClickHouseClient,
  correction: Correction,
): AsyncGenerator<readonly Wrong[]> {
  const { provenBlock, steps } = await whatToDoubt(client, correction);
  for (let step = 0; step < steps; step++) {
    const inStep = `sipHash64(response_key) % ${steps} = ${step}`;
    const isDoubtful =
      provenBlock === null
        ? inStep
        : `${inStep} AND response_key IN (SELECT response_key FROM response_evidence
            WHERE ${inStep} AND toInt64(splitByChar('_', _part)[3]) > ${provenBlock})`;
    const suspected = await differing(client, byHash, isDoubtful);
    for (let start = 0; start < suspected.length; start += wrongAtOnce) {
      const isSuspected = isAmong(suspected.slice(start, start + wrongAtOnce));
      const wrong = await differing(client, byName, isSuspected('response_key'));
      if (wrong.length > 0) yield wrong;
    }
  }
}

/** SQL that says whether a key is one of these. */
function isAmong(wrong: readonly Wrong[]): (key: string) => string {
  const hashes = wrong.map(({ hash }) => hash).join(', ');
  return (key) => `sipHash64(${key}) IN (${hashes})`;
}

/** How a comparison names responses, models and files. */
interface Naming {
  readonly key: string;
  readonly hash: string;
  readonly names: (columns: readonly string[]) => string;
}

/** As they are called: exact, in two kilobytes for each line. */
const byName: Naming = {
  key: 'response_key',
  hash: 'sipHash64(key)',
  names: (columns) => columns.map((column) => `toString(${column})`).join(', '),
};
/**
 * As numbers: in a tenth of the memory. Usages that are alike but for their model may come in another order, and so be
 * suspected without need.
 */
const byHash: Naming = {
  key: 'sipHash64(response_key)',
  hash: 'key',
  names: (columns) => `sipHash64(${columns.join(', ')})`,
};

/**
 * The responses whose evidence is not what their lines say. Left out is what the columns of a line don't tell:
 * usages of other models inside one (`key#1`), and the time and stop reason of a message inside a progress line.
 */
async function differing(
  client: ClickHouseClient,
  { key, hash, names }: Naming,
  isDoubtful: string,
): Promise<readonly Wrong[]> {
  const answer = await client.query({
    query: `
      SELECT toString(${hash}) AS hash, sum(said) > 0 AS hasLines FROM (
        SELECT ${key} AS key, 1 AS said, 0 AS written,
          (output_tokens, input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens,
            input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, web_search_requests,
            ${names(['model', 'service_tier', 'speed'])}) AS used,
          (toUInt8(type = 'progress'), ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807),
            toUInt8(is_sidechain), ${names(['file', 'source', 'root'])}) AS place,
          toUInt8(stop_reason != '') AS stops, toUInt8(type != 'progress') AS own
        FROM lines PREWHERE response_key != '' AND ${isDoubtful}
        UNION ALL
        SELECT ${key}, 0, 1, (u.1, u.2, u.3, u.4, u.5, u.6, u.7, ${names(['u.8', 'u.9', 'u.10'])}),
          (f.is_progress, f.timestamp, f.is_sidechain, ${names(['f.file', 'f.source', 'f.root'])}),
          has_stop_reason, has_own_line
        FROM (
          SELECT response_key, identity(usage) AS u, identity(first) AS f, has_stop_reason, has_own_line
          FROM response_evidence FINAL PREWHERE ${isDoubtful}
          -- An id may end like the key of an iteration, but then a line has it.
          WHERE NOT match(response_key, '#[0-9]+$')
            OR response_key IN (SELECT response_key FROM lines PREWHERE match(response_key, '#[0-9]+$'))))
      GROUP BY key
      HAVING sum(said) = 0 OR sum(written) = 0
        OR maxIf(used, said = 1) != maxIf(used, written = 1)
        OR maxIf(own, said = 1) != maxIf(own, written = 1)
        OR (maxIf(own, said = 1) = 1 AND (minIf(place, said = 1) != minIf(place, written = 1)
          OR (maxIf(stops, said = 1) < maxIf(stops, written = 1) AND countIf(said = 1 AND own = 0) = 0)))`,
    format: 'JSONEachRow',
    // Not for speed: each thread has blocks of its own.
    clickhouse_settings: { ...mostText, max_threads: 1, max_block_size: '16384' },
  });
  const rows = await answer.json<{ hash: string; hasLines: number }>();
  return rows.map((row) => ({ hash: row.hash, hasLines: row.hasLines === 1 }));
}

async function makeAnew(
  client: ClickHouseClient,
  wrong: readonly Wrong[],
  { source, signal }: Correction,
): Promise<void> {
  const isWrong = isAmong(wrong);
  const base = "replaceRegexpOne(response_key, '#[0-9]+$', '')";
  await client.command({
    query: `ALTER TABLE response_evidence DELETE WHERE ${isWrong('response_key')}
      OR (${isWrong(base)} AND ${base} NOT IN (
        SELECT response_key FROM lines WHERE privacy != 'full' AND ${isWrong('response_key')}))`,
    clickhouse_settings: { ...mostText, mutations_sync: '2' },
  });
  const withLines = wrong.filter(({ hasLines }) => hasLines);
  if (withLines.length === 0) return;
  const isMentioned = isAmong(withLines);
  const stored = `l.privacy = 'full' AND ${isMentioned('l.response_key')}`;
  let batch = 0;
  for await (const lines of readStoredLines(client, stored, {}, signal)) {
    const token = `correct:${Date.now()}:${batch++}`;
    await insertRows(client, 'response_evidence', encodeLines(lines).evidence, { token, source });
  }
  const query = `${fromColumns} AND ${isMentioned('response_key')}`;
  await client.command({ query, clickhouse_settings: mostText });
}

/** Lines whose bytes are not stored say what their columns say. */
const fromColumns = `INSERT INTO response_evidence
  SELECT response_key,
    (output_tokens, input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens,
      input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, web_search_requests,
      toString(model), toString(service_tier), toString(speed)),
    (toUInt8(type = 'progress'), ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807), toUInt8(is_sidechain), file,
      toString(source), toString(root), toString(session_id), toString(agent_id), toString(project), toString(git_branch),
      toString(version)),
    toUInt8(stop_reason != ''), toUInt8(type != 'progress')
  FROM lines WHERE privacy != 'full' AND response_key != ''`;

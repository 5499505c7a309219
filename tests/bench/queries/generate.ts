import type { ClickHouseClient } from '@clickhouse/client';

/** How much is made up. */
export interface HistorySize {
  readonly lines: number;
  /** Words of text of a line, on average. */
  readonly words: number;
}

/** The machine that the made-up lines were read on. */
export const source = 'bench';

/** Eight sessions, again and again: most are short, most lines are in long ones. */
const sessionLines = [40, 60, 100, 150, 250, 400, 800, 2200] as const;
const cycleLines = sessionLines.reduce((sum, lines) => sum + lines, 0);
const starts = sessionLines.map((_, index) =>
  sessionLines.slice(0, index).reduce((sum, lines) => sum + lines, 0),
);

/** Lines of one insert: many parts, as an import leaves them. */
export const blockLines = 80_000;

/** SQL of the name of the n-th session. */
export const sessionIdOf = (session: number | string): string =>
  `lower(hex(sipHash128('session', toUInt64(${session}))))`;

const syllables = `['ka','re','mo','ti','sul','ven','dor','pli','an','est','ou','bra','qui','nen','sha','lo']`;

/**
 * What is known of a line from its number alone. Sessions follow each other from the newest to the oldest, as an import
 * takes files; of ten lines six are the assistant's, which are four responses.
 */
const lineOf = (size: HistorySize, from: number, count: number): string => {
  const sessions = Math.ceil(size.lines / cycleLines) * sessionLines.length;
  return `
  WITH
    (SELECT groupArray(concat(s[1 + bitAnd(number, 15)], s[1 + bitAnd(bitShiftRight(number, 4), 15)],
        s[1 + bitAnd(bitShiftRight(number, 8), 15)], if(number < 4096, '', s[1 + bitShiftRight(number, 12)])))
      FROM (SELECT number, ${syllables} AS s FROM numbers(32768))) AS words,
    [${starts.join(',')}] AS starts
  SELECT
    number AS n,
    n % ${cycleLines} AS in_cycle,
    arrayCount(start -> start <= in_cycle, starts) AS nth,
    toUInt64(intDiv(n, ${cycleLines}) * ${sessionLines.length} + nth - 1) AS session,
    in_cycle - starts[nth] AS in_session,
    sipHash64('session', session) AS luck,
    ${sessionIdOf('session')} AS session_id,
    concat('/home/me/code/project-', toString(toUInt8(30 * pow(luck % 1000 / 1000, 2)))) AS project,
    concat(replaceAll(project, '/', '-'), '/', session_id, '.jsonl') AS file,
    toDateTime64('2026-06-30 20:00:00', 3, 'UTC') - toIntervalSecond(toUInt64(session / ${sessions} * 31536000) + luck % 40000)
      + toIntervalMillisecond(in_session * 20000 + sipHash64(n) % 15000) AS timestamp,
    n % 10 AS tenth,
    tenth IN (1, 2, 4, 6, 7, 8) AS is_assistant,
    intDiv(n, 10) * 4 + multiIf(tenth <= 2, 0, tenth <= 4, 1, tenth <= 7, 2, 3) AS response,
    sipHash64('response', response) AS chance,
    ['claude-sonnet-4-5-20250929','claude-opus-4-1-20250805','claude-haiku-4-5-20251001','claude-opus-4-5-20251101',
      'claude-sonnet-4-20250514','claude-3-5-haiku-20241022','claude-3-7-sonnet-20250219','own-model'][
      1 + toUInt8(8 * pow((luck + (response % 9 = 0)) % 997 / 997, 2))] AS model,
    if(is_assistant, concat('msg_01', base58Encode(toString(sipHash128('response', response)))), '') AS response_key,
    is_assistant AND tenth NOT IN (1, 6) AS is_last,
    chance % 40 AS input,
    if(is_last, 20 + chance % 1500, 1) AS output,
    if(chance % 50 = 0, 190000, 20000) + chance % 30000 AS cache_read,
    chance % 4000 AS cache_write,
    concat(arrayStringConcat(arrayMap(
        i -> words[1 + toUInt32(32767 * pow(sipHash64(n, i) % 1000003 / 1000003, 4))],
        range(toUInt32(4 + sipHash64(n) % ${2 * size.words}))), ' '),
      if(n % 3 = 0, concat(' src/', hex(sipHash64('name', n)), '.ts'), ''),
      if(n % 100003 = 77, ' zanzibar', ''),
      if(n % 211 = 7, ' deadlock', ''),
      if(n % 50021 = 99, ' connection refused upstream', if(n % 97 = 5, ' upstream refused', ''))) AS text
  FROM numbers(${from}, ${count})`;
};

const insertLines = (size: HistorySize, from: number, count: number): string => `
  INSERT INTO lines (source, root, file, generation, offset, length, hash, raw, kind, type, category, role, uuid, parent_uuid,
    session_id, timestamp, project, cwd, git_branch, version, schema, model, message_id, request_id, response_key, stop_reason,
    service_tier, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, tool_names, text, estimated_tokens,
    privacy, parser_version, imported_at, run_id)
  SELECT '${source}', '/home/me/.claude/projects', file, 0, in_session * 10000, length(made), xxHash64(made),
    concat('{"parentUuid":"', parent, '","isSidechain":false,"userType":"external","cwd":"', project, '","sessionId":"', session_id,
      '","version":"2.0.42","gitBranch":"main","type":"', line_type, '","message":{"id":"', response_key, '","role":"', line_type,
      '","model":"', model, '","content":[{"type":"text","text":"', text, '"}]},"uuid":"', uuid, '","timestamp":"',
      toString(timestamp), '"}') AS made,
    'record', if(is_assistant, 'assistant', 'user') AS line_type,
    multiIf(is_assistant AND is_last, 'assistant text', is_assistant, 'thinking', n % 10 = 0, 'user prompt', 'tool result'), line_type,
    lower(hex(sipHash128('line', n))) AS uuid, lower(hex(sipHash128('line', n - 1))) AS parent, session_id, timestamp, project,
    project, 'main', '2.0.42', 'E', if(is_assistant, model, ''), response_key,
    if(is_assistant, concat('req_', toString(chance)), ''), response_key, if(is_last, 'end_turn', ''), if(is_assistant, 'standard', ''),
    if(is_assistant, input, 0), if(is_assistant, output, 0), if(is_assistant, cache_read, 0), if(is_assistant, cache_write, 0),
    if(is_last AND n % 4 = 0, ['Bash'], []), text, intDiv(length(text), 4), 'full', 1, toDateTime64('2026-07-01 00:00:00', 3, 'UTC'), 'bench'
  FROM (${lineOf(size, from, count)})`;

/** Every twentieth response is in a fork of its session as well: its evidence comes again with the block after. */
const insertEvidence = (size: HistorySize, from: number, count: number, copies: boolean): string => `
  INSERT INTO response_evidence
  SELECT response_key,
    (output, input + output + cache_read + cache_write, input, cache_read, cache_write, 0, 0, model, 'standard', '') AS usage,
    (0, toUnixTimestamp64Milli(timestamp), 0, ${copies ? `concat('z', file)` : 'file'}, '${source}', '/home/me/.claude/projects', session_id, '',
      project, 'main', '2.0.42') AS first,
    is_last, 1
  FROM (${lineOf({ ...size, words: 0 }, from, count)})
  WHERE is_assistant ${copies ? 'AND chance % 20 = 0' : ''}`;

const insertStates = `
  INSERT INTO file_states (source, root, file, generation, state, size, imported_bytes, head_length, lines, records, checksum,
    ordered_checksum, project, session_id, first_seen, last_imported, run_id, version)
  SELECT source, root, file, generation, 'imported', max(offset + length) + 1 AS end, end, 1024, count(), count(), sum(hash),
    sum(hash * (offset + 1)), any(project), any(session_id), max(imported_at), max(imported_at), 'bench', 1
  FROM lines GROUP BY source, root, file, generation`;

/**
 * Fills an empty database with a year of history, always the same for one size, in as many inserts as an import makes.
 * Nothing is optimized: what is merged is what the engine has merged by then.
 */
export async function generateHistory(
  client: ClickHouseClient,
  size: HistorySize,
  onProgress: (lines: number) => void,
): Promise<void> {
  const run = async (query: string): Promise<void> => {
    await client.command({
      query,
      // Whole blocks become one part; one thread, so that the same parts come every time.
      clickhouse_settings: { max_insert_threads: '1', max_threads: 1, max_block_size: '20000' },
    });
  };
  for (let from = 0; from < size.lines; from += blockLines) {
    const count = Math.min(blockLines, size.lines - from);
    await run(insertLines(size, from, count));
    await run(insertEvidence(size, from, count, false));
    if (from >= blockLines) await run(insertEvidence(size, from - blockLines, blockLines, true));
    onProgress(from + count);
  }
  await run(insertStates);
}

/** New lines of two sessions, as they come in while somebody works: half of known responses, half of new ones. */
export async function addNewEvidence(client: ClickHouseClient, lines: number): Promise<void> {
  await client.command({
    query: `INSERT INTO response_evidence
      SELECT if(number % 2 = 0, response_key, concat(response_key, 'new', toString(rand()))),
        (u.1 + 5, u.2 + 5, u.3, u.4, u.5, u.6, u.7, u.8, u.9, u.10), place, 1, 1
      FROM (
        SELECT response_key, identity(usage) AS u, identity(first) AS place, rowNumberInAllBlocks() AS number
        FROM response_evidence FINAL)
      WHERE place.7 IN (${sessionIdOf(7)}, ${sessionIdOf(15)})
      LIMIT ${lines}`,
  });
}

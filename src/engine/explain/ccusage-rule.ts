/**
 * What ccusage 20.0.24 counts (`ccusage claude daily`), as SQL over our lines: one row per usage that it adds.
 *
 * Found out from its issues and by running it on made-up transcripts (docs/counting.md has the rule in words):
 *
 * - Lines with the same message id and request id are one entry, whatever their session. Without a request id the session
 *   and the timestamp must be equal too. Without a message id every line is an entry.
 * - Of an entry's lines it takes one that is not of a sidechain, then the largest total, then the largest output, then one
 *   with a `speed`, then the one it read first. Day and model are that line's.
 * - An entry of sidechain lines only is dropped when its session has the same message id in another entry.
 * - `progress` lines count like the lines they repeat. Iterations do not.
 * - A line is passed over when its strict reader stumbles: `isReadable` below.
 *
 * Not reproduced: the order in which ccusage reads files (the directory's own order) where everything above is equal;
 * usage on records that are not of an assistant; counts that are no whole numbers; a name that occurs twice in an object.
 *
 * @param scope condition on the columns of `lines` that holds for every line of a response or for none
 */
export function ccusageRule(scope: string): string {
  return `SELECT kept.1 AS response_key, kept.2 AS day, kept.3 AS session_id, kept.4 AS model, kept.5 AS speed,
      kept.6 AS input_tokens, kept.7 AS output_tokens, kept.8 AS cache_write_tokens, kept.9 AS cache_read_tokens
    FROM
    (
      SELECT
        groupArray((has_main, sessions, best, kept)) AS entries,
        arrayFlatten(arrayMap(e -> e.2, arrayFilter(e -> e.1, entries))) AS main_sessions,
        arrayFilter(e -> NOT e.1 AND NOT hasAny(e.2, main_sessions), entries) AS sidechains,
        arrayConcat(
          arrayFilter(e -> e.1, entries),
          arrayFilter(e -> NOT arrayExists(o -> o.2[1] = e.2[1] AND o.3 < e.3, sidechains), sidechains)) AS all_kept
      FROM
      (
        SELECT
          message,
          NOT min(sidechain) AS has_main,
          arraySort(groupUniqArray(session)) AS sessions,
          min(rank) AS best,
          argMin((response_key, day, session, model, speed, input_tokens, output_tokens, written, cache_read_tokens), rank) AS kept
        FROM
        (
          SELECT
            *,
            multiIf(id = '', place, request != '', concat('r|', id, '|', request), concat('s|', id, '|', session, '|', toString(moment))) AS entry,
            if(id = '', place, id) AS message,
            (sidechain, -toInt64(input_tokens + output_tokens + written + cache_read_tokens), -toInt64(output_tokens),
              speed = '', file, source, root, offset) AS rank
          FROM (${readLines(scope)})
        )
        GROUP BY message, entry
      )
      GROUP BY message
    )
    ARRAY JOIN arrayMap(e -> e.4, all_kept) AS kept`;
}

/** The lines it can read, with what it takes from a `progress` line. The metadata privacy level leaves no bytes to look at. */
function readLines(scope: string): string {
  return `SELECT
      response_key, file, source, root, offset, model, speed, input_tokens, output_tokens, cache_read_tokens,
      if(type = 'progress', JSONExtractString(raw, 'data', 'message', 'message', 'id'), message_id) AS id,
      if(type = 'progress', JSONExtractString(raw, 'data', 'message', 'requestId'), request_id) AS request,
      if(type = 'progress', JSONExtractBool(raw, 'data', 'message', 'isSidechain'), is_sidechain) AS sidechain,
      if(type = 'progress',
        parseDateTime64BestEffortOrNull(JSONExtractString(raw, 'data', 'message', 'timestamp'), 3, 'UTC'),
        timestamp) AS moment,
      toDate(moment) AS day,
      session_id AS session,
      concat('p|', source, '|', root, '|', file, '|', toString(offset)) AS place,
      if(${hasZeroPair}, 0, cache_write_5m_tokens + cache_write_1h_tokens) AS written
    FROM records
    WHERE response_key != '' AND (${scope}) AND moment IS NOT NULL AND speed IN ('', 'standard', 'fast')
      AND (version = '' OR match(version, '^[0-9]+\\\\.[0-9]+\\\\.[0-9]+'))
      AND NOT (offset = 3 AND (source, root, file, generation) IN (SELECT source, root, file, generation FROM gaps WHERE kind = 'bom'))
      AND (raw = '' OR (${isReadable}))`;
}

/** It takes the 5-minute/1-hour pair when there is one, even one of zeros; we take the flat field then. */
const hasZeroPair = `type != 'progress' AND cache_write_1h_tokens = 0 AND cache_write_5m_tokens != 0
  AND position(raw, '"cache_creation":{') > 0
  AND JSONHas(raw, 'message', 'usage', 'cache_creation')
  AND JSONType(raw, 'message', 'usage', 'cache_creation') = 'Object'
  AND JSONExtractUInt(raw, 'message', 'usage', 'cache_creation', 'ephemeral_5m_input_tokens') = 0
  AND JSONExtractUInt(raw, 'message', 'usage', 'cache_creation', 'ephemeral_1h_input_tokens') = 0`;

/** It skips a line that has one of these as null anywhere, in the content too. */
const neverNull = [
  'sessionId',
  'version',
  'cwd',
  'requestId',
  'model',
  'id',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'ephemeral_5m_input_tokens',
  'ephemeral_1h_input_tokens',
  'speed',
  'costUSD',
  'isApiErrorMessage',
]
  .map((name) => `'"${name}":null'`)
  .join(', ');

const halfCharacters = ['d8', 'd9', 'da', 'db', 'dc', 'dd', 'de', 'df']
  .map((half) => `'\\\\u${half}'`)
  .join(', ');

const isReadable = `isValidUTF8(raw) AND position(raw, '"usage":{') > 0 AND position(raw, '"input_tokens":') > 0
  AND position(raw, '"output_tokens":') > 0
  AND NOT multiSearchAny(raw, [${neverNull}])
  AND NOT (multiSearchAny(raw, ['"requestId":""', '"id":""', '"model":""', '"version":""', '"sessionId":""'])
    AND (JSONExtractRaw(raw, 'requestId') = '""' OR JSONExtractRaw(raw, 'version') = '""' OR JSONExtractRaw(raw, 'sessionId') = '""'
      OR JSONExtractRaw(raw, 'message', 'id') = '""' OR JSONExtractRaw(raw, 'message', 'model') = '""'))
  AND NOT (multiSearchAnyCaseInsensitive(raw, [${halfCharacters}]) AND NOT isValidJSON(raw))
  AND (type = 'progress' OR position(raw, concat(replaceOne(toString(timestamp), ' ', 'T'), 'Z"')) > 0
    OR match(JSONExtractString(raw, 'timestamp'), '^[0-9-]{10}T[0-9:]{8}(\\\\.[0-9]{3})?(Z|[+-][0-9]{2}:[0-9]{2})$'))`;

import { nowhere, type SelfCheck } from './self-checks.ts';

const advice =
  'Parse the stored lines again: `tokenhouse reparse --all` makes the evidence of all responses anew.';

/** Not of an iteration of another model: an id may end like the key of one, but then a line has it. */
const isOfLine = `(NOT match(response_key, '#[0-9]+$')
  OR response_key IN (SELECT response_key FROM lines WHERE match(response_key, '#[0-9]+$')))`;

/**
 * Where a line says a response comes from, as one number; `session` may be empty, as lines without one take their file's.
 *
 * A hash, because two million responses with the names of their files and folders would not fit in memory.
 */
const origin = (key: string, session: string, of: readonly string[]): string =>
  `sipHash64(${[key, session, ...of].join(', ')})`;

const lineOrigin = [
  'ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807)',
  'toUInt8(is_sidechain)',
  'file',
  'source',
  'root',
  'agent_id',
  'project',
  'git_branch',
  'version',
];
const evidenceOrigin = [
  'f.timestamp',
  'f.is_sidechain',
  'f.file',
  'f.source',
  'f.root',
  'f.agent_id',
  'f.project',
  'f.git_branch',
  'f.version',
];

/**
 * `response_evidence` against the lines it was made of.
 *
 * A progress line carries the time and the stop reason of the message inside it, which its own columns do not have: where
 * only such lines mention a response, its place is not compared.
 */
export const responseChecks: readonly SelfCheck[] = [
  {
    check: {
      name: 'response-evidence',
      tier: 'cross',
      dimension: 'accuracy',
      title: 'The usage of every response is the largest of its lines, its place the earliest',
    },
    looked: `SELECT count() AS n FROM response_evidence FINAL`,
    query: `
      SELECT l.root AS root, l.file AS file, if(l.response_key = '', '', toString(l.offset)) AS offset, 1 AS wrong,
        multiIf(
          e.response_key = '', concat('response ', l.response_key, ' has lines and is not counted'),
          l.response_key = '', concat('response ', e.response_key, ' is counted and has no line'),
          e.usage != l.usage, concat('response ', e.response_key, ' counts ', toString(e.usage.1), ' output tokens of ',
            toString(e.usage.2), ', its lines say ', toString(l.usage.1), ' of ', toString(l.usage.2)),
          e.place != l.place, concat('response ', e.response_key, ' is counted for another time than its earliest line'),
          concat('response ', e.response_key, ' is not said to be as complete as its lines')) AS what
      FROM (
        SELECT response_key,
          (identity(usage).output_tokens, identity(usage).total_tokens, identity(usage).input_tokens,
            identity(usage).cache_read_tokens, identity(usage).cache_write_5m_tokens,
            identity(usage).cache_write_1h_tokens, identity(usage).web_search_requests, identity(usage).model,
            identity(usage).service_tier, identity(usage).speed) AS usage,
          (identity(first).is_progress, identity(first).timestamp, identity(first).is_sidechain) AS place,
          has_stop_reason, has_own_line
        FROM response_evidence FINAL WHERE ${isOfLine}) AS e
      FULL JOIN (
        SELECT response_key,
          max((output_tokens, input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens,
            input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, web_search_requests,
            toString(model), toString(service_tier), toString(speed))) AS usage,
          min((toUInt8(type = 'progress'), ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807),
            toUInt8(is_sidechain))) AS place,
          max(stop_reason != '') AS has_stop_reason, max(type != 'progress') AS has_own_line,
          argMin((root, file, offset), (root, file, offset))::Tuple(root String, file String, offset UInt64) AS earliest,
          earliest.root AS root, earliest.file AS file, earliest.offset AS offset
        FROM lines WHERE response_key != '' GROUP BY response_key) AS l ON e.response_key = l.response_key
      WHERE e.response_key != l.response_key OR e.usage != l.usage OR (e.place != l.place AND e.place.1 = 0)
        OR e.has_own_line != l.has_own_line OR e.has_stop_reason < l.has_stop_reason
      ORDER BY root, file, l.offset`,
    advice,
    action: 'reparse',
  },
  {
    check: {
      name: 'response-origin',
      tier: 'cross',
      dimension: 'accuracy',
      title: 'Every response is counted for the session, project and file of one of its lines',
    },
    looked: `SELECT count() AS n FROM response_evidence FINAL`,
    query: `
      SELECT ${nowhere}, 1 AS wrong,
        concat('response ', response_key, ' is counted for session ', f.session_id, ' and project ', f.project,
          ' in ', f.file, ', of which it has no line') AS what
      FROM (SELECT response_key, identity(first) AS f FROM response_evidence FINAL)
      WHERE f.is_progress = 0
        AND ${origin('response_key', 'f.session_id', evidenceOrigin)} NOT IN (
          SELECT arrayJoin([${origin('response_key', 'session_id', lineOrigin)}, ${origin('response_key', `''`, lineOrigin)}])
          FROM lines WHERE response_key != '' AND type != 'progress')
        AND ${origin(`replaceRegexpOne(response_key, '#[0-9]+$', '')`, 'f.session_id', evidenceOrigin)} NOT IN (
          SELECT arrayJoin([${origin('response_key', 'session_id', lineOrigin)}, ${origin('response_key', `''`, lineOrigin)}])
          FROM lines WHERE response_key != '' AND type != 'progress')
      ORDER BY response_key`,
    advice,
    action: 'reparse',
  },
];

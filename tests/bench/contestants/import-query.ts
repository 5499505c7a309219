/** How much of a line's content an import stores. */
export type Level = 'full' | 'metadata';

/**
 * Everything that is read of a line, as one structure: the engine then parses a line once. A JSONExtract for each column
 * would cost four times as much.
 */
const structure = `Tuple(
  type String, subtype String, uuid String, parentUuid String, sessionId String, agentId String, isSidechain Bool,
  timestamp String, cwd String, gitBranch String, version String, requestId String, operation String,
  content String, summary String, isMeta Bool, isCompactSummary Bool,
  attachment Tuple(type String, content String), data Tuple(type String),
  message Tuple(role String, id String, model String, stop_reason String,
    content Array(Tuple(type String, text String, thinking String, name String, content String, input String)),
    usage Tuple(input_tokens Int64, output_tokens Int64, cache_read_input_tokens Int64,
      cache_creation_input_tokens Int64, service_tier String, speed String,
      cache_creation Tuple(ephemeral_5m_input_tokens Int64, ephemeral_1h_input_tokens Int64),
      server_tool_use Tuple(web_search_requests Int64))))`;

/**
 * The engine's own import: one statement that reads all files on all cores, then one for the responses.
 *
 * What it does more cheaply than we do, and so is not held against it: `offset` is the number of the line, `project` the
 * line's own folder, results that are lists and inputs of tools stand in `text` as their JSON, unknown fields are not looked
 * for, and a reject is whatever has no type. It accounts for nothing and could not go on after a crash.
 */
export function engineImport(source: string, level: Level): readonly string[] {
  const files = `(SELECT line, _path AS path, _row_number AS row FROM ${filesOf(source)})`;
  const names = columns.map(([name]) => name).join(', ');
  return [
    `INSERT INTO lines (${names}) ${selectLines(source, level, files)}`,
    `INSERT INTO response_evidence ${selectEvidence}`,
  ];
}

/**
 * The same in the quickest way we have found: tables and statements, in order. Those of the last step run at the same time, one for
 * each core.
 *
 * The files' lines go through a table that keeps nothing, as then columns are computed for large blocks: computed while
 * reading, they cost 2.5 ms for each file (measured, 26.7). A view or several sinks would make one statement run on one
 * core, hence several statements, each with its share of the files.
 */
export function tunedEngineImport(source: string, level: Level, cores: number): string[][] {
  const insert = (share: number): string => `
INSERT INTO bench_input SELECT line, _path, _row_number
FROM ${filesOf(source)}
WHERE cityHash64(_path) % ${cores} = ${share}`;
  return [
    ['CREATE TABLE bench_input (line String, path String, row UInt64) ENGINE = Null'],
    [`CREATE MATERIALIZED VIEW bench_lines TO lines AS ${selectLines(source, level, 'bench_input')}`],
    [evidenceView],
    Array.from({ length: cores }, (_, share) => insert(share)),
  ];
}

function filesOf(source: string): string {
  return `file(${quote(`${source}/**/*.jsonl`)}, 'LineAsString')`;
}

function selectLines(source: string, level: Level, from: string): string {
  const values = columns.map(([name, value]) => {
    const isEmpty = level === 'metadata' && (name === 'raw' || name === 'text');
    return `${isEmpty ? "''" : value} AS ${name}`;
  });
  return `
WITH ${quote(source)} AS given_root, ${quote(level)} AS given_privacy
SELECT ${values.join(',\n  ')}
FROM
(
  SELECT line, path, row, JSONExtract(line, '${structure}') AS r,
    r.message.content AS blocks,
    if(empty(blocks) AND r.message.role = 'user', JSONExtractString(line, 'message', 'content'), '') AS prompt,
    arrayFilter(name -> name != '', blocks.name) AS tools,
    r.message.usage AS u, r.message.usage.cache_creation AS w,
    w.ephemeral_5m_input_tokens + w.ephemeral_1h_input_tokens > 0 AS has_pair,
    r.type = 'assistant' AND r.message.model != '<synthetic>' AND JSONHas(line, 'message', 'usage') AS counts,
    arrayFilter(part -> part != '' AND NOT startsWith(part, '[{"type":"image"'), arrayConcat(
      [prompt, r.content, r.summary, r.attachment.content],
      blocks.text, blocks.thinking, blocks.content, blocks.input)) AS parts
  FROM ${from}
)`;
}

/** The columns of `lines` and what the statement puts into them. */
const columns: readonly (readonly [name: string, value: string])[] = [
  ['source', "'bench'"],
  ['root', 'given_root'],
  ['file', "substring(replaceOne(path, '//', '/'), length(given_root) + 2)"],
  ['generation', '0'],
  ['offset', 'row'],
  ['length', 'length(line)'],
  ['hash', 'xxHash64(line)'],
  ['raw', 'line'],
  ['kind', "if(r.type = '', 'reject', 'record')"],
  ['reject_reason', "if(r.type = '', 'not-json', '')"],
  ['type', 'r.type'],
  [
    'subtype',
    "multiIf(r.subtype != '', r.subtype, r.attachment.type != '', r.attachment.type, r.data.type != '', r.data.type, r.operation)",
  ],
  [
    'category',
    `multiIf(
      r.type = 'assistant', multiIf(
        arrayExists(name -> startsWith(name, 'mcp__'), tools), 'mcp_tool', hasAny(tools, ['Task', 'Agent']), 'custom_agent',
        notEmpty(tools), 'tool_use', has(blocks.type, 'thinking') AND NOT has(blocks.type, 'text'), 'thinking', 'assistant_text'),
      r.type = 'user', multiIf(
        r.isCompactSummary, 'summary', has(blocks.type, 'tool_result'), 'tool_result', r.isMeta, 'meta',
        has(blocks.type, 'image'), 'image', 'user_prompt'),
      r.type = 'summary', 'summary', r.type IN ('system', 'attachment'), 'system', 'meta')`,
  ],
  ['role', 'r.message.role'],
  ['uuid', 'r.uuid'],
  ['parent_uuid', 'r.parentUuid'],
  ['session_id', 'r.sessionId'],
  ['agent_id', 'r.agentId'],
  ['is_sidechain', 'r.isSidechain'],
  ['timestamp', "parseDateTime64BestEffortOrNull(r.timestamp, 3, 'UTC')"],
  ['project', 'r.cwd'],
  ['cwd', 'r.cwd'],
  ['git_branch', 'r.gitBranch'],
  ['version', 'r.version'],
  ['schema', "transform(substring(r.version, 1, 3), ['1.0', '2.0', '2.1'], ['B', 'B', 'E'], '')"],
  ['model', 'r.message.model'],
  ['message_id', 'r.message.id'],
  ['request_id', 'r.requestId'],
  ['response_key', "if(counts, r.message.id, '')"],
  ['stop_reason', 'r.message.stop_reason'],
  ['service_tier', 'u.service_tier'],
  ['speed', 'u.speed'],
  ['input_tokens', 'u.input_tokens'],
  ['output_tokens', 'u.output_tokens'],
  ['cache_read_tokens', 'u.cache_read_input_tokens'],
  ['cache_write_5m_tokens', 'if(has_pair, w.ephemeral_5m_input_tokens, u.cache_creation_input_tokens)'],
  ['cache_write_1h_tokens', 'w.ephemeral_1h_input_tokens'],
  ['web_search_requests', 'u.server_tool_use.web_search_requests'],
  ['tool_names', 'tools'],
  ['text', "arrayStringConcat(parts, '\\n')"],
  ['estimated_tokens', 'intDiv(arraySum(part -> length(part), parts) + 3, 4) + 100 * length(tools)'],
  ['privacy', 'given_privacy'],
  ['parser_version', '0'],
  ['imported_at', 'now64(3)'],
  ['run_id', "'bench'"],
];

/**
 * What `response_evidence` has of every line that has a usage of its own. Left out are usages of other models
 * (`iterations`) and subagents' messages that `progress` lines repeat.
 */
const selectEvidence = `
SELECT
  response_key,
  (output_tokens, input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens,
    input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, web_search_requests,
    toString(model), toString(service_tier), toString(speed)) AS usage,
  (toUInt8(0), ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807), toUInt8(is_sidechain), file,
    toString(source), toString(root), toString(session_id), toString(agent_id), toString(project), toString(git_branch),
    toString(version)) AS first,
  toUInt8(stop_reason != '') AS has_stop_reason,
  toUInt8(1) AS has_own_line
FROM lines
WHERE response_key != ''`;

/** Fills `response_evidence` in the same pass. */
export const evidenceView = `CREATE MATERIALIZED VIEW bench_evidence TO response_evidence AS ${selectEvidence}`;

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

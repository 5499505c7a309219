-- A count that a transcript states is added as it stands, below zero too: the counting rule knows no other (docs/counting.md).
ALTER TABLE lines
    MODIFY COLUMN input_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN output_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN cache_read_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN cache_write_5m_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN cache_write_1h_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN web_search_requests Int64 CODEC(T64, ZSTD(1));

ALTER TABLE response_evidence
    MODIFY COLUMN usage SimpleAggregateFunction(max, Tuple(
        output_tokens Int64,
        total_tokens Int64,
        input_tokens Int64,
        cache_read_tokens Int64,
        cache_write_5m_tokens Int64,
        cache_write_1h_tokens Int64,
        web_search_requests Int64,
        model String,
        service_tier String,
        speed String));

ALTER TABLE kept_responses
    MODIFY COLUMN output_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN total_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN input_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN cache_read_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN cache_write_5m_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN cache_write_1h_tokens Int64 CODEC(T64, ZSTD(1)),
    MODIFY COLUMN web_search_requests Int64 CODEC(T64, ZSTD(1));

ALTER TABLE kept_usage_groups
    MODIFY COLUMN input Int64,
    MODIFY COLUMN output Int64,
    MODIFY COLUMN cache_read Int64,
    MODIFY COLUMN cache_write_5m Int64,
    MODIFY COLUMN cache_write_1h Int64,
    MODIFY COLUMN web_searches Int64,
    MODIFY COLUMN longest_prompt Int64;

-- One row per session: what its lines say, and what its responses add up to. A response belongs to one session, its lines
-- may also have been copied to others; so a session can have lines and no responses, or (when its file was rewritten) the
-- other way round. Active is the time between consecutive lines that are at most five minutes apart.
-- estimated_tokens is an estimate of the content by category, not a count.
CREATE OR REPLACE VIEW sessions AS
SELECT
    session_id,
    min(starts) AS started_at,
    max(ends) AS ended_at,
    dateDiff('second', started_at, ended_at) AS duration_seconds,
    max(active_ms) / 1000 AS active_seconds,
    sum(s.responses) AS responses,
    sum(input) AS input_tokens,
    sum(output) AS output_tokens,
    sum(cache_read) AS cache_read_tokens,
    sum(cache_write_5m) AS cache_write_5m_tokens,
    sum(cache_write_1h) AS cache_write_1h_tokens,
    sum(web_searches) AS web_search_requests,
    sum(incomplete) AS incomplete_responses,
    sum(usage_cost) AS cost,
    sum(unpriced) AS unpriced_responses,
    arraySort(groupUniqArrayArray(used_models)) AS models,
    arraySort(groupUniqArrayArray(used_tools)) AS tools,
    sum(file_count) AS files,
    if(max(line_project) = '', max(usage_project), max(line_project)) AS project,
    max(branch) AS git_branch,
    arraySort(groupUniqArrayArray(all_projects)) AS projects,
    arraySort(groupUniqArrayArray(all_branches)) AS git_branches,
    sum(subagent_count) AS subagents,
    maxMap(categories) AS estimated_tokens,
    sum(line_count) AS records
FROM
(
    SELECT
        session_id,
        min(timestamp) AS starts,
        max(timestamp) AS ends,
        arraySum(gap -> if(gap <= 300000, gap, 0), arrayDifference(arraySort(groupArray(toUnixTimestamp64Milli(timestamp))))) AS active_ms,
        toUInt64(0) AS responses,
        toInt64(0) AS input,
        toInt64(0) AS output,
        toInt64(0) AS cache_read,
        toInt64(0) AS cache_write_5m,
        toInt64(0) AS cache_write_1h,
        toInt64(0) AS web_searches,
        toUInt64(0) AS incomplete,
        CAST(NULL, 'Nullable(Decimal(38, 12))') AS usage_cost,
        toUInt64(0) AS unpriced,
        emptyArrayString() AS used_models,
        groupUniqArrayArray(tool_names) AS used_tools,
        uniqExact(sipHash128(source, root, file)) AS file_count,
        argMinIf(project, timestamp, project != '') AS line_project,
        '' AS usage_project,
        argMinIf(git_branch, timestamp, git_branch != '') AS branch,
        groupUniqArrayIf(project, project != '') AS all_projects,
        groupUniqArrayIf(git_branch, git_branch != '') AS all_branches,
        uniqExactIf(agent_id, agent_id != '') AS subagent_count,
        sumMap(map(category, estimated_tokens)) AS categories,
        count() AS line_count
    FROM records
    WHERE session_id != ''
    GROUP BY session_id
    UNION ALL
    SELECT
        u.session_id,
        min(u.first_response_at),
        max(u.last_response_at),
        0,
        sum(u.responses),
        sum(u.input_tokens),
        sum(u.output_tokens),
        sum(u.cache_read_tokens),
        sum(u.cache_write_5m_tokens),
        sum(u.cache_write_1h_tokens),
        sum(u.web_search_requests),
        sum(u.incomplete_responses),
        sum(u.cost),
        sum(u.unpriced_responses),
        groupUniqArray(u.model),
        [],
        0,
        '',
        argMin(u.project, u.first_response_at),
        '',
        [],
        [],
        0,
        map(),
        0
    FROM usage_hourly AS u
    WHERE u.session_id != ''
    GROUP BY u.session_id
) AS s
GROUP BY session_id;

-- Why a total is what it is: one row per usage that a line carries, in all generations, progress lines too. Exactly one
-- row of a response is counted: the one whose usage the response has, of equal ones the earliest line. The others are
-- collapsed, each with a reason that follows from its place and its numbers. Where a response began (its home) is the file
-- of its earliest line, as in responses. Sum over the counted rows = sum over responses.
CREATE OR REPLACE VIEW response_lines AS
SELECT
    response_key,
    if(rank = 1, 'counted', 'collapsed') AS role,
    multiIf(
        rank = 1, '',
        is_superseded, 'older generation of a rewritten file',
        type = 'progress', 'progress line repeats a subagent message',
        repetition > 1, 'repeated byte for byte in the same file',
        NOT is_home AND startsWith(name, 'agent-acompact-'), 'replay by a compaction agent',
        NOT is_home AND startsWith(name, 'agent-aside_question-'), 'replay by a side question (/btw)',
        is_sidechain AND NOT counted.is_sidechain AND request_id != '' AND counted.request_id != ''
            AND request_id != counted.request_id, 'replay by a side question (/btw)',
        NOT is_home AND file = home.file, 'same file under another root or on another machine',
        NOT is_home AND startsWith(name, 'agent-'), 'copy in a subagent file',
        NOT is_home AND startsWith(home_name, 'agent-'), 'copy in another file',
        NOT is_home, 'copy in a resumed or forked session',
        output_tokens < counted.output_tokens, 'streaming placeholder (smaller output)',
        'same response, another content block') AS reason,
    source,
    root,
    file,
    generation,
    offset,
    timestamp,
    session_id,
    uuid,
    type,
    is_sidechain,
    model,
    request_id,
    stop_reason,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    total_tokens,
    web_search_requests,
    iteration,
    counted.source AS counted_source,
    counted.root AS counted_root,
    counted.file AS counted_file,
    counted.generation AS counted_generation,
    counted.offset AS counted_offset
FROM
(
    SELECT
        *,
        row_number() OVER largest_first AS rank,
        first_value(tuple(source, root, file, generation, offset, request_id, is_sidechain, output_tokens)
            ::Tuple(source String, root String, file String, generation UInt32, offset UInt64, request_id String, is_sidechain Bool, output_tokens UInt64))
            OVER largest_first AS counted,
        min(place::Tuple(is_progress UInt8, timestamp Int64, is_sidechain UInt8, file String, source String, root String))
            OVER (PARTITION BY response_key) AS home,
        (file, source, root) = (home.file, home.source, home.root) AS is_home,
        row_number() OVER (PARTITION BY response_key, source, root, file, generation, hash ORDER BY offset) AS repetition,
        substring(file, length(file) - position(reverse(file), '/') + 2) AS name,
        substring(home.file, length(home.file) - position(reverse(home.file), '/') + 2) AS home_name
    FROM
    (
        SELECT
            response_key, source, root, file, generation, offset, hash, timestamp, session_id, uuid, type, is_sidechain,
            model, request_id, stop_reason, service_tier, speed, input_tokens, output_tokens, cache_read_tokens,
            cache_write_5m_tokens, cache_write_1h_tokens, web_search_requests,
            CAST(NULL, 'Nullable(UInt32)') AS iteration,
            input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS total_tokens,
            (source, root, file, generation) IN (SELECT source, root, file, generation FROM superseded_generations) AS is_superseded,
            (type = 'progress', ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807), is_sidechain, file, source, root) AS place
        FROM lines
        WHERE response_key != ''
        UNION ALL
        -- An iteration of another model is that model's own response: it stands only in the raw line.
        SELECT
            concat(response_key, '#', toString(number - 1)), source, root, file, generation, offset, hash, timestamp, session_id,
            uuid, type, is_sidechain, JSONExtractString(one, 'model') AS model, request_id, stop_reason, service_tier, speed,
            counts[1], counts[2], counts[3],
            if(counts[5] + counts[6] != 0, counts[5], counts[4]), if(counts[5] + counts[6] != 0, counts[6], 0), counts[7],
            toNullable(toUInt32(number - 1)) AS iteration,
            counts[1] + counts[2] + counts[3] + if(counts[5] + counts[6] != 0, counts[5] + counts[6], counts[4]),
            (source, root, file, generation) IN (SELECT source, root, file, generation FROM superseded_generations),
            (type = 'progress', ifNull(toUnixTimestamp64Milli(timestamp), 9223372036854775807), is_sidechain, file, source, root)
        FROM
        (
            SELECT
                * EXCEPT (model, iterations),
                model AS own_model,
                one,
                number,
                arrayMap(
                    count -> if(abs(count) <= 9007199254740991, toInt64(count), 0),
                    [
                        if(JSONType(one, 'input_tokens') = 'String', 0, JSONExtractFloat(one, 'input_tokens')),
                        if(JSONType(one, 'output_tokens') = 'String', 0, JSONExtractFloat(one, 'output_tokens')),
                        if(JSONType(one, 'cache_read_input_tokens') = 'String', 0, JSONExtractFloat(one, 'cache_read_input_tokens')),
                        if(JSONType(one, 'cache_creation_input_tokens') = 'String', 0, JSONExtractFloat(one, 'cache_creation_input_tokens')),
                        if(JSONType(one, 'cache_creation', 'ephemeral_5m_input_tokens') = 'String', 0, JSONExtractFloat(one, 'cache_creation', 'ephemeral_5m_input_tokens')),
                        if(JSONType(one, 'cache_creation', 'ephemeral_1h_input_tokens') = 'String', 0, JSONExtractFloat(one, 'cache_creation', 'ephemeral_1h_input_tokens')),
                        if(JSONType(one, 'server_tool_use', 'web_search_requests') = 'String', 0, JSONExtractFloat(one, 'server_tool_use', 'web_search_requests'))
                    ]) AS counts
            FROM
            (
                SELECT
                    *,
                    if(type = 'progress',
                        JSONExtractArrayRaw(toValidUTF8(raw), 'data', 'message', 'message', 'usage', 'iterations'),
                        JSONExtractArrayRaw(toValidUTF8(raw), 'message', 'usage', 'iterations')) AS iterations
                FROM lines
                WHERE response_key IN
                (
                    SELECT replaceRegexpOne(response_key, '#[0-9]+$', '')
                    FROM response_evidence
                    WHERE match(response_key, '#[0-9]+$')
                )
            )
            ARRAY JOIN iterations AS one, arrayEnumerate(iterations) AS number
        )
        WHERE JSONType(one, 'model') = 'String' AND model != own_model
    )
    WINDOW largest_first AS
    (
        PARTITION BY response_key
        ORDER BY
            output_tokens DESC, total_tokens DESC, input_tokens DESC, cache_read_tokens DESC, cache_write_5m_tokens DESC,
            cache_write_1h_tokens DESC, web_search_requests DESC, model DESC, service_tier DESC, speed DESC,
            place, is_superseded, generation, offset
    )
);

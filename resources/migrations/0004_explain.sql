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
            if(counts[5] + counts[6] > 0, counts[5], counts[4]), counts[6], counts[7],
            toNullable(toUInt32(number - 1)) AS iteration,
            counts[1] + counts[2] + counts[3] + if(counts[5] + counts[6] > 0, counts[5] + counts[6], counts[4]),
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
                    count -> if(count > 0 AND count <= 9007199254740991, toUInt64(count), 0),
                    [
                        JSONExtractFloat(one, 'input_tokens'),
                        JSONExtractFloat(one, 'output_tokens'),
                        JSONExtractFloat(one, 'cache_read_input_tokens'),
                        JSONExtractFloat(one, 'cache_creation_input_tokens'),
                        JSONExtractFloat(one, 'cache_creation', 'ephemeral_5m_input_tokens'),
                        JSONExtractFloat(one, 'cache_creation', 'ephemeral_1h_input_tokens'),
                        JSONExtractFloat(one, 'server_tool_use', 'web_search_requests')
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

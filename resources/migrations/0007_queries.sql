-- Usage that stays counted while lines come in: what is kept knows the responses that it was counted from, so only those
-- that have new evidence are counted again (docs/performance-queries.md).

-- Every response as it was when it was kept: all that decides its counting, so that newer evidence can be added to it.
CREATE TABLE IF NOT EXISTS kept_responses
(
    attempt LowCardinality(String),
    response_key String CODEC(ZSTD(1)),
    output_tokens UInt64 CODEC(T64, ZSTD(1)),
    total_tokens UInt64 CODEC(T64, ZSTD(1)),
    input_tokens UInt64 CODEC(T64, ZSTD(1)),
    cache_read_tokens UInt64 CODEC(T64, ZSTD(1)),
    cache_write_5m_tokens UInt64 CODEC(T64, ZSTD(1)),
    cache_write_1h_tokens UInt64 CODEC(T64, ZSTD(1)),
    web_search_requests UInt64 CODEC(T64, ZSTD(1)),
    model LowCardinality(String),
    service_tier LowCardinality(String),
    speed LowCardinality(String),
    is_progress UInt8,
    at Int64 COMMENT 'milliseconds since 1970; the highest number without a timestamp' CODEC(T64, ZSTD(1)),
    is_sidechain UInt8,
    file LowCardinality(String),
    source LowCardinality(String),
    root LowCardinality(String),
    session_id LowCardinality(String),
    agent_id LowCardinality(String),
    project LowCardinality(String),
    git_branch LowCardinality(String),
    version LowCardinality(String),
    has_stop_reason UInt8,
    -- Looked through for a few responses ten times faster than the keys themselves.
    key_hash UInt32 MATERIALIZED toUInt32(sipHash64(response_key)) CODEC(NONE)
)
ENGINE = MergeTree
PARTITION BY attempt
ORDER BY (session_id, response_key)
-- Short granules: a few responses are looked up, and all of a few sessions.
SETTINGS index_granularity = 1024;

ALTER TABLE kept_usage_states ADD COLUMN IF NOT EXISTS last_block Int64 COMMENT 'newest block of evidence that is counted';

-- Which evidence there is, without reading it: a plain table numbers its inserts as they become visible, and a merge keeps
-- the numbers. state is the same as long as evidence is only added; a part that is lost leaves a gap in the numbers, or
-- takes the newest with it. state is empty (nothing is kept) for other engines, which number inserts before they are
-- visible, during a mutation, and when asked from another database. TRUNCATE may start the numbers anew: truncate
-- kept_usage_states with response_evidence.
CREATE OR REPLACE VIEW usage_state AS
SELECT
    if(
        (SELECT any(engine) FROM system.tables WHERE database = currentDatabase() AND name = 'response_evidence') = 'AggregatingMergeTree'
            AND (SELECT count() FROM system.mutations WHERE database = currentDatabase() AND table = 'response_evidence' AND NOT is_done) = 0,
        concat(
            (SELECT any(toString(uuid)) FROM system.tables WHERE database = currentDatabase() AND name = 'response_evidence'), ' ',
            toString(parts.1), '-', toString(parts.3), '/', toString(parts.4), ' ',
            (SELECT toString(arraySort(groupUniqArray(long_threshold))) FROM prices WHERE long_threshold > 0)),
        '') AS state,
    parts.2 AS last_block
FROM
(
    SELECT (
        min(min_block_number), max(max_block_number),
        max(max_block_number) - min(min_block_number) + 1 - sum(max_block_number - min_block_number + 1),
        max(if(data_version = min_block_number, 0, data_version))) AS parts
    FROM system.parts
    WHERE database = currentDatabase() AND table = 'response_evidence' AND active
);

CREATE OR REPLACE VIEW kept_response_groups AS
SELECT
    attempt,
    toStartOfHour(if(at = 9223372036854775807, NULL, fromUnixTimestamp64Milli(at, 'UTC'))) AS hour,
    if(speed = '', 'standard', speed) AS price_speed,
    model,
    project,
    session_id,
    arrayCount(
        threshold -> total_tokens - output_tokens > threshold,
        (SELECT groupUniqArray(long_threshold) FROM prices WHERE long_threshold > 0)) AS thresholds_passed,
    web_search_requests > 0 AS has_web_searches,
    count() AS responses,
    sum(input_tokens) AS input,
    sum(output_tokens) AS output,
    sum(cache_read_tokens) AS cache_read,
    sum(cache_write_5m_tokens) AS cache_write_5m,
    sum(cache_write_1h_tokens) AS cache_write_1h,
    sum(web_search_requests) AS web_searches,
    countIf(has_stop_reason = 0) AS incomplete,
    max(total_tokens - output_tokens) AS longest_prompt,
    if(min(at) = 9223372036854775807, NULL, fromUnixTimestamp64Milli(min(at), 'UTC')) AS first_timestamp,
    if(min(at) = 9223372036854775807, NULL, fromUnixTimestamp64Milli(max(at), 'UTC')) AS last_timestamp
FROM kept_responses
GROUP BY attempt, hour, price_speed, model, project, session_id, thresholds_passed, has_web_searches;

-- Full-text search by words, whatever their case: a Bloom filter of the words of each granule. Not made at insert, which
-- would cost the import a tenth of its time, but by merges and after a run (docs/performance-queries.md).
ALTER TABLE lines ADD INDEX IF NOT EXISTS by_word lower(text) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 1;

ALTER TABLE lines MATERIALIZE INDEX by_word;

-- What is kept, without the sessions that newer evidence touches; those from their responses, the touched ones brought up
-- to date. Newer evidence is what lies in parts with a newer block, perhaps merged with older: adding it twice changes
-- nothing. When there is much of it, or nothing is kept, everything is counted anew.
CREATE OR REPLACE VIEW usage_groups AS
WITH
    (
        SELECT max((k.last_block, k.attempt))
        FROM kept_usage_states AS k
        CROSS JOIN usage_state AS now
        WHERE k.state = now.state AND k.state != '' AND k.last_block <= now.last_block
    ) AS kept,
    (
        SELECT sum(rows)
        FROM system.parts
        WHERE database = currentDatabase() AND table = 'response_evidence' AND active AND max_block_number > kept.1
    ) AS newer_rows,
    kept.2 != '' AND newer_rows <= 20000 AS is_kept,
    is_kept AND newer_rows > 0 AS has_newer,
    -- Found once, so that all parts of the answer speak of the same responses and sessions.
    (
        SELECT groupUniqArray(response_key)
        FROM response_evidence
        WHERE has_newer AND toInt64(splitByChar('_', _part)[3]) > kept.1
    ) AS newer_keys,
    (
        SELECT groupUniqArray(toString(session_id))
        FROM kept_responses
        PREWHERE key_hash IN (SELECT toUInt32(sipHash64(arrayJoin(newer_keys))))
        WHERE has_newer AND attempt = kept.2 AND response_key IN (SELECT arrayJoin(newer_keys))
    ) AS touched
SELECT * EXCEPT (attempt)
FROM kept_usage_groups
WHERE is_kept AND attempt = kept.2 AND session_id NOT IN (SELECT arrayJoin(touched))
UNION ALL
SELECT * FROM counted_usage_groups WHERE NOT is_kept
UNION ALL
SELECT
    toStartOfHour(if(at = 9223372036854775807, NULL, fromUnixTimestamp64Milli(at, 'UTC'))) AS hour,
    if(speed = '', 'standard', speed) AS price_speed,
    model,
    project,
    session_id,
    arrayCount(
        threshold -> total_tokens - output_tokens > threshold,
        (SELECT groupUniqArray(long_threshold) FROM prices WHERE long_threshold > 0)) AS thresholds_passed,
    web_search_requests > 0 AS has_web_searches,
    count() AS responses,
    sum(input_tokens) AS input,
    sum(output_tokens) AS output,
    sum(cache_read_tokens) AS cache_read,
    sum(cache_write_5m_tokens) AS cache_write_5m,
    sum(cache_write_1h_tokens) AS cache_write_1h,
    sum(web_search_requests) AS web_searches,
    countIf(stops = 0) AS incomplete,
    max(total_tokens - output_tokens) AS longest_prompt,
    if(min(at) = 9223372036854775807, NULL, fromUnixTimestamp64Milli(min(at), 'UTC')) AS first_timestamp,
    if(min(at) = 9223372036854775807, NULL, fromUnixTimestamp64Milli(max(at), 'UTC')) AS last_timestamp
FROM
(
    SELECT
        output_tokens, total_tokens, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
        web_search_requests, toString(model) AS model, toString(speed) AS speed, at, toString(session_id) AS session_id,
        toString(project) AS project, has_stop_reason AS stops
    FROM kept_responses
    WHERE has_newer AND attempt = kept.2 AND session_id IN (SELECT arrayJoin(touched)) AND response_key NOT IN (SELECT arrayJoin(newer_keys))
    UNION ALL
    SELECT
        usage.1, usage.2, usage.3, usage.4, usage.5, usage.6, usage.7, usage.8, usage.10, place.2, place.7, place.9, stops
    FROM
    (
        SELECT max(u) AS usage, min(f) AS place, max(has_stop_reason) AS stops
        FROM
        (
            SELECT response_key, usage AS u, first AS f, has_stop_reason
            FROM response_evidence
            WHERE has_newer AND toInt64(splitByChar('_', _part)[3]) > kept.1 AND response_key IN (SELECT arrayJoin(newer_keys))
            UNION ALL
            SELECT
                response_key,
                (output_tokens, total_tokens, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
                    web_search_requests, toString(model), toString(service_tier), toString(speed)),
                (is_progress, at, is_sidechain, toString(file), toString(source), toString(root), toString(session_id),
                    toString(agent_id), toString(project), toString(git_branch), toString(version)),
                has_stop_reason
            FROM kept_responses
            PREWHERE key_hash IN (SELECT toUInt32(sipHash64(arrayJoin(newer_keys))))
            WHERE has_newer AND attempt = kept.2 AND response_key IN (SELECT arrayJoin(newer_keys))
        )
        GROUP BY response_key
    )
)
GROUP BY hour, price_speed, model, project, session_id, thresholds_passed, has_web_searches;

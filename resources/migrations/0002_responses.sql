-- What every line with a usage says about its response. Each column is a maximum or a minimum, so that writing a line's
-- evidence twice, or in any order, changes nothing: sums over it are right at any time, merged or not.
CREATE TABLE IF NOT EXISTS response_evidence
(
    response_key String CODEC(ZSTD(1)),
    usage SimpleAggregateFunction(max, Tuple(
        output_tokens UInt64,
        total_tokens UInt64,
        input_tokens UInt64,
        cache_read_tokens UInt64,
        cache_write_5m_tokens UInt64,
        cache_write_1h_tokens UInt64,
        web_search_requests UInt64,
        model String,
        service_tier String,
        speed String)),
    first SimpleAggregateFunction(min, Tuple(
        is_progress UInt8,
        timestamp Int64,
        is_sidechain UInt8,
        file String,
        source String,
        root String,
        session_id String,
        agent_id String,
        project String,
        git_branch String,
        version String)),
    has_stop_reason SimpleAggregateFunction(max, UInt8),
    has_own_line SimpleAggregateFunction(max, UInt8)
)
ENGINE = AggregatingMergeTree
ORDER BY response_key
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE VIEW responses AS
SELECT
    response_key,
    if(f.timestamp = 9223372036854775807, NULL, fromUnixTimestamp64Milli(f.timestamp, 'UTC')) AS timestamp,
    toDate(timestamp) AS day,
    u.model AS model,
    f.session_id AS session_id,
    f.project AS project,
    f.git_branch AS git_branch,
    f.agent_id AS agent_id,
    f.is_sidechain = 1 AS is_sidechain,
    f.version AS version,
    f.source AS source,
    f.root AS root,
    f.file AS file,
    u.input_tokens AS input_tokens,
    u.output_tokens AS output_tokens,
    u.cache_read_tokens AS cache_read_tokens,
    u.cache_write_5m_tokens AS cache_write_5m_tokens,
    u.cache_write_1h_tokens AS cache_write_1h_tokens,
    u.total_tokens AS total_tokens,
    u.web_search_requests AS web_search_requests,
    u.service_tier AS service_tier,
    u.speed AS speed,
    stop = 0 AS output_incomplete,
    own = 0 AS only_progress
FROM
(
    SELECT response_key, max(usage) AS u, min(first) AS f, max(has_stop_reason) AS stop, max(has_own_line) AS own
    FROM response_evidence
    GROUP BY response_key
);

CREATE OR REPLACE VIEW usage_daily AS
SELECT
    day,
    model,
    project,
    count() AS responses,
    sum(input_tokens) AS input_tokens,
    sum(output_tokens) AS output_tokens,
    sum(cache_read_tokens) AS cache_read_tokens,
    sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
    sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
    sum(web_search_requests) AS web_search_requests,
    countIf(output_incomplete) AS incomplete_responses
FROM (SELECT * FROM responses)
GROUP BY day, model, project;

CREATE OR REPLACE VIEW sessions AS
SELECT
    session_id,
    started_at,
    ended_at,
    dateDiff('second', started_at, ended_at) AS duration_seconds,
    responses,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    web_search_requests,
    models,
    tools,
    files,
    project,
    git_branch,
    line_count AS records
FROM
(
    SELECT
        session_id,
        min(timestamp) AS started_at,
        max(timestamp) AS ended_at,
        arraySort(groupUniqArrayArray(tool_names)) AS tools,
        uniqExact(source, root, file) AS files,
        argMinIf(project, timestamp, project != '') AS project,
        argMinIf(git_branch, timestamp, git_branch != '') AS git_branch,
        count() AS line_count
    FROM records
    WHERE session_id != ''
    GROUP BY session_id
) AS l
LEFT JOIN
(
    SELECT
        session_id,
        count() AS responses,
        sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
        sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
        sum(web_search_requests) AS web_search_requests,
        arraySort(groupUniqArray(model)) AS models
    FROM (SELECT * FROM responses)
    GROUP BY session_id
) AS r USING (session_id);

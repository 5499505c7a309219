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

-- Every price list that was ever loaded. The newest one counts: a list is written as one block, so it is there as a whole
-- or not at all. A list of nothing is one row without a model.
CREATE TABLE IF NOT EXISTS price_lists
(
    version UInt64 COMMENT 'the highest one counts',
    model String COMMENT 'as the transcripts name it',
    speed LowCardinality(String) COMMENT 'standard or fast',
    valid_from Date COMMENT 'first UTC day of the price',
    valid_to Nullable(Date) COMMENT 'first UTC day on which it no longer holds',
    input Decimal(38, 12) COMMENT 'USD per token, as all rates',
    output Decimal(38, 12),
    cache_read Decimal(38, 12),
    cache_write_5m Decimal(38, 12),
    cache_write_1h Decimal(38, 12),
    web_search Nullable(Decimal(38, 12)) COMMENT 'USD per request',
    long_threshold UInt64 COMMENT 'a prompt of more tokens costs the long rates; 0 when there are none',
    long_input Decimal(38, 12),
    long_output Decimal(38, 12),
    long_cache_read Decimal(38, 12),
    long_cache_write_5m Decimal(38, 12),
    long_cache_write_1h Decimal(38, 12),
    origin LowCardinality(String) COMMENT 'genai-prices, price-page or override',
    matched String COMMENT 'the entry of the price list, for people',
    loaded_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (version, model, speed, valid_from)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE VIEW prices AS
SELECT * EXCEPT (version)
FROM price_lists
WHERE model != '' AND version = (SELECT max(version) FROM price_lists);

-- The counting rule: of all lines of a response the largest usage, attributed to the earliest line. FINAL merges on
-- reading what is not merged yet. It must read whole tuples, hence identity(): of a part of a tuple (first.timestamp) the
-- engine would take any row's, not the largest's. GROUP BY with max() is right too, but far slower (docs/decisions/0005).
-- price_day is the day whose price holds: without a timestamp a day after all others, which has the newest price.
CREATE OR REPLACE VIEW counted_responses AS
SELECT
    response_key,
    if(f.timestamp = 9223372036854775807, NULL, fromUnixTimestamp64Milli(f.timestamp, 'UTC')) AS timestamp,
    toDate(timestamp) AS day,
    ifNull(day, toDate('2149-06-05')) AS price_day,
    u.model AS model,
    if(u.speed = '', 'standard', u.speed) AS price_speed,
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
    u.total_tokens - u.output_tokens AS prompt_tokens,
    u.web_search_requests AS web_search_requests,
    u.service_tier AS service_tier,
    u.speed AS speed,
    has_stop_reason = 0 AS output_incomplete,
    has_own_line = 0 AS only_progress
FROM
(
    SELECT response_key, identity(usage) AS u, identity(first) AS f, has_stop_reason, has_own_line
    FROM response_evidence FINAL
);

-- One row per response with its cost. The prompt of a request is its input, cache reads and cache writes together; above
-- the threshold all its tokens cost the long rates. Costs are exact: whole tokens times decimals. NULL without a price.
CREATE OR REPLACE VIEW responses AS
SELECT
    r.response_key AS response_key,
    r.timestamp AS timestamp,
    r.day AS day,
    r.model AS model,
    r.session_id AS session_id,
    r.project AS project,
    r.git_branch AS git_branch,
    r.agent_id AS agent_id,
    r.is_sidechain AS is_sidechain,
    r.version AS version,
    r.source AS source,
    r.root AS root,
    r.file AS file,
    r.input_tokens AS input_tokens,
    r.output_tokens AS output_tokens,
    r.cache_read_tokens AS cache_read_tokens,
    r.cache_write_5m_tokens AS cache_write_5m_tokens,
    r.cache_write_1h_tokens AS cache_write_1h_tokens,
    r.total_tokens AS total_tokens,
    r.web_search_requests AS web_search_requests,
    r.service_tier AS service_tier,
    r.speed AS speed,
    r.output_incomplete AS output_incomplete,
    r.only_progress AS only_progress,
    p.long_threshold > 0 AND r.prompt_tokens > p.long_threshold AS is_long_context,
    if(
        p.model != ''
            AND r.price_day < ifNull(p.valid_to, toDate('2149-06-06'))
            AND (r.web_search_requests = 0 OR p.web_search IS NOT NULL),
        r.input_tokens * if(is_long_context, p.long_input, p.input)
            + r.output_tokens * if(is_long_context, p.long_output, p.output)
            + r.cache_read_tokens * if(is_long_context, p.long_cache_read, p.cache_read)
            + r.cache_write_5m_tokens * if(is_long_context, p.long_cache_write_5m, p.cache_write_5m)
            + r.cache_write_1h_tokens * if(is_long_context, p.long_cache_write_1h, p.cache_write_1h)
            + r.web_search_requests * ifNull(p.web_search, toDecimal128(0, 12)),
        NULL) AS cost
FROM counted_responses AS r
ASOF LEFT JOIN prices AS p
    ON r.model = p.model AND r.price_speed = p.speed AND r.price_day >= p.valid_from;

-- Which evidence there is, without reading it: a plain table numbers its inserts as they become visible, and a merge keeps
-- the numbers. Together with the thresholds this names exactly what usage_groups would answer. Empty (nothing is kept) for
-- other engines, which number inserts before they are visible, during a mutation, and when asked from another database.
-- TRUNCATE may start the numbers anew: truncate kept_usage_states with response_evidence.
CREATE OR REPLACE VIEW usage_state AS
SELECT if(
    (SELECT any(engine) FROM system.tables WHERE database = currentDatabase() AND name = 'response_evidence') = 'AggregatingMergeTree'
        AND (SELECT count() FROM system.mutations WHERE database = currentDatabase() AND table = 'response_evidence' AND NOT is_done) = 0,
    concat(
        (SELECT any(toString(uuid)) FROM system.tables WHERE database = currentDatabase() AND name = 'response_evidence'), ' ',
        (
            SELECT concat(
                toString(min(min_block_number)), '-', toString(max(max_block_number)), '/',
                toString(max(if(data_version = min_block_number, 0, data_version))))
            FROM system.parts
            WHERE database = currentDatabase() AND table = 'response_evidence' AND active
        ), ' ',
        (SELECT toString(arraySort(groupUniqArray(long_threshold))) FROM prices WHERE long_threshold > 0)),
    '') AS state;

-- Responses that cost the same, added up: same hour, model, speed, session and project, prompts between the same two
-- thresholds. Kept here because counting two million responses anew takes a second or two (docs/decisions/0005). What
-- is kept counts only while it is complete and its state is the present one; without it everything is counted anew.
CREATE TABLE IF NOT EXISTS kept_usage_groups
(
    attempt String,
    hour Nullable(DateTime('UTC')),
    price_speed LowCardinality(String),
    model LowCardinality(String),
    project LowCardinality(String),
    session_id LowCardinality(String),
    thresholds_passed UInt64,
    has_web_searches Bool,
    responses UInt64,
    input UInt64,
    output UInt64,
    cache_read UInt64,
    cache_write_5m UInt64,
    cache_write_1h UInt64,
    web_searches UInt64,
    incomplete UInt64,
    longest_prompt UInt64,
    first_timestamp Nullable(DateTime64(3, 'UTC')),
    last_timestamp Nullable(DateTime64(3, 'UTC'))
)
ENGINE = MergeTree
PARTITION BY attempt
ORDER BY tuple();

-- The attempts to keep them that are complete; two processes may make two for one state.
CREATE TABLE IF NOT EXISTS kept_usage_states
(
    state String,
    attempt String,
    kept_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY kept_at;

CREATE OR REPLACE VIEW counted_usage_groups AS
SELECT
    toStartOfHour(timestamp) AS hour,
    price_speed,
    model,
    project,
    session_id,
    arrayCount(
        threshold -> prompt_tokens > threshold,
        (SELECT groupUniqArray(long_threshold) FROM prices WHERE long_threshold > 0)) AS thresholds_passed,
    web_search_requests > 0 AS has_web_searches,
    count() AS responses,
    sum(input_tokens) AS input,
    sum(output_tokens) AS output,
    sum(cache_read_tokens) AS cache_read,
    sum(cache_write_5m_tokens) AS cache_write_5m,
    sum(cache_write_1h_tokens) AS cache_write_1h,
    sum(web_search_requests) AS web_searches,
    countIf(output_incomplete) AS incomplete,
    max(prompt_tokens) AS longest_prompt,
    min(timestamp) AS first_timestamp,
    max(timestamp) AS last_timestamp
FROM counted_responses
GROUP BY hour, price_speed, model, project, session_id, thresholds_passed, has_web_searches;

CREATE OR REPLACE VIEW usage_groups AS
WITH (
    SELECT max(attempt)
    FROM kept_usage_states
    WHERE state = (SELECT state FROM usage_state) AND state != ''
) AS kept
SELECT * EXCEPT (attempt) FROM kept_usage_groups WHERE kept != '' AND attempt = kept
UNION ALL
SELECT * FROM counted_usage_groups WHERE kept = '';

-- The groups with their cost: a group has one price, and the sum of the costs is the cost of the sum. hour and day are NULL
-- for responses without a timestamp. cost is the sum over the responses that have a price, NULL when none has one;
-- unpriced_responses counts the others.
CREATE OR REPLACE VIEW usage_hourly AS
SELECT
    hour,
    toDate(hour) AS day,
    model,
    project,
    session_id,
    sum(c.group_responses) AS responses,
    sum(c.input) AS input_tokens,
    sum(c.output) AS output_tokens,
    sum(c.cache_read) AS cache_read_tokens,
    sum(c.cache_write_5m) AS cache_write_5m_tokens,
    sum(c.cache_write_1h) AS cache_write_1h_tokens,
    sum(c.web_searches) AS web_search_requests,
    sum(c.incomplete) AS incomplete_responses,
    sum(c.group_cost) AS cost,
    sumIf(c.group_responses, c.group_cost IS NULL) AS unpriced_responses,
    min(c.first_timestamp) AS first_response_at,
    max(c.last_timestamp) AS last_response_at
FROM
(
    SELECT
        g.hour AS hour,
        g.model AS model,
        g.project AS project,
        g.session_id AS session_id,
        g.responses AS group_responses,
        g.input AS input,
        g.output AS output,
        g.cache_read AS cache_read,
        g.cache_write_5m AS cache_write_5m,
        g.cache_write_1h AS cache_write_1h,
        g.web_searches AS web_searches,
        g.incomplete AS incomplete,
        g.first_timestamp AS first_timestamp,
        g.last_timestamp AS last_timestamp,
        p.long_threshold > 0 AND g.longest_prompt > p.long_threshold AS is_long,
        if(
            p.model != ''
                AND g.price_day < ifNull(p.valid_to, toDate('2149-06-06'))
                AND (g.web_searches = 0 OR p.web_search IS NOT NULL),
            g.input * if(is_long, p.long_input, p.input)
                + g.output * if(is_long, p.long_output, p.output)
                + g.cache_read * if(is_long, p.long_cache_read, p.cache_read)
                + g.cache_write_5m * if(is_long, p.long_cache_write_5m, p.cache_write_5m)
                + g.cache_write_1h * if(is_long, p.long_cache_write_1h, p.cache_write_1h)
                + g.web_searches * ifNull(p.web_search, toDecimal128(0, 12)),
            NULL) AS group_cost
    FROM (SELECT *, ifNull(toDate(hour), toDate('2149-06-05')) AS price_day FROM usage_groups) AS g
    ASOF LEFT JOIN prices AS p
        ON g.model = p.model AND g.price_speed = p.speed AND g.price_day >= p.valid_from
) AS c
GROUP BY hour, model, project, session_id;

CREATE OR REPLACE VIEW usage_daily AS
SELECT
    u.day AS day,
    u.model AS model,
    u.project AS project,
    sum(u.responses) AS responses,
    sum(u.input_tokens) AS input_tokens,
    sum(u.output_tokens) AS output_tokens,
    sum(u.cache_read_tokens) AS cache_read_tokens,
    sum(u.cache_write_5m_tokens) AS cache_write_5m_tokens,
    sum(u.cache_write_1h_tokens) AS cache_write_1h_tokens,
    sum(u.web_search_requests) AS web_search_requests,
    sum(u.incomplete_responses) AS incomplete_responses,
    sum(u.cost) AS cost,
    sum(u.unpriced_responses) AS unpriced_responses
FROM usage_hourly AS u
GROUP BY day, model, project;

-- Five-hour blocks as ccusage draws them: a block starts at the UTC hour of the first response that is not in the block
-- before, and lasts five hours. (Its second rule, a gap of five hours, follows from the first.)
CREATE OR REPLACE VIEW blocks AS
SELECT
    block AS started_at,
    started_at + INTERVAL 5 HOUR AS ended_at,
    min(h.3) AS first_response_at,
    max(h.4) AS last_response_at,
    sum(h.2.1) AS responses,
    sum(h.2.2) AS input_tokens,
    sum(h.2.3) AS output_tokens,
    sum(h.2.4) AS cache_read_tokens,
    sum(h.2.5) AS cache_write_5m_tokens,
    sum(h.2.6) AS cache_write_1h_tokens,
    sum(h.2.7) AS web_search_requests,
    sum(h.2.8) AS unpriced_responses,
    sum(h.5) AS cost,
    arraySort(groupUniqArrayArray(h.6)) AS models,
    ended_at > now('UTC') AS is_active
FROM
(
    SELECT
        h,
        toDateTime(block, 'UTC') AS block
    FROM
    (
        SELECT
            arraySort(hour -> hour.1, groupArray((
                u_hour,
                (responses, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, unpriced),
                first_at, last_at, hour_cost, hour_models))) AS hours,
            -- Which block each hour is in: that of the hour before, unless that has ended.
            arrayFold(
                (found, hour) -> arrayPushBack(found, if(hour >= found[-1] + 18000, hour, found[-1])),
                arrayMap(hour -> hour.1, hours),
                emptyArrayUInt32()) AS blocks
        FROM
        (
            SELECT
                toUInt32(assumeNotNull(u.hour)) AS u_hour,
                sum(u.responses) AS responses,
                sum(u.input_tokens) AS input,
                sum(u.output_tokens) AS output,
                sum(u.cache_read_tokens) AS cache_read,
                sum(u.cache_write_5m_tokens) AS cache_write_5m,
                sum(u.cache_write_1h_tokens) AS cache_write_1h,
                sum(u.web_search_requests) AS web_searches,
                sum(u.unpriced_responses) AS unpriced,
                min(u.first_response_at) AS first_at,
                max(u.last_response_at) AS last_at,
                sum(u.cost) AS hour_cost,
                groupUniqArray(u.model) AS hour_models
            FROM usage_hourly AS u
            WHERE u.hour IS NOT NULL
            GROUP BY u_hour
        )
    )
    ARRAY JOIN hours AS h, blocks AS block
)
GROUP BY block;

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
        toUInt64(0) AS input,
        toUInt64(0) AS output,
        toUInt64(0) AS cache_read,
        toUInt64(0) AS cache_write_5m,
        toUInt64(0) AS cache_write_1h,
        toUInt64(0) AS web_searches,
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

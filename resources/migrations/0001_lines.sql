-- The archive: one row per line of a transcript, with its exact bytes and the columns parsed from it.
-- Sorted by place, so that the lines of one session lie together (text compresses 19 % better than unordered).
-- Unpartitioned: one insert is one part, and one part is atomic.
CREATE TABLE IF NOT EXISTS lines
(
    source LowCardinality(String) COMMENT 'machine the file was read on',
    root LowCardinality(String) COMMENT 'absolute path of the scanned folder',
    file String COMMENT 'path relative to root' CODEC(ZSTD(1)),
    generation UInt32 COMMENT 'rises when the file is rewritten' CODEC(Delta, ZSTD(1)),
    offset UInt64 COMMENT 'byte offset of the line in the file' CODEC(Delta, ZSTD(1)),
    length UInt64 COMMENT 'bytes, without the newline' CODEC(ZSTD(1)),
    hash UInt64 COMMENT 'xxHash64 of the original bytes' CODEC(NONE),
    raw String COMMENT 'the exact bytes, without the newline' CODEC(ZSTD(1)),
    kind Enum8('record' = 1, 'reject' = 2),
    reject_reason LowCardinality(String),
    reject_message String CODEC(ZSTD(1)),
    type LowCardinality(String),
    subtype LowCardinality(String),
    category LowCardinality(String),
    role LowCardinality(String),
    uuid String CODEC(ZSTD(1)),
    parent_uuid String CODEC(ZSTD(1)),
    session_id LowCardinality(String),
    agent_id LowCardinality(String),
    is_sidechain Bool,
    timestamp Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
    project LowCardinality(String) COMMENT 'first working directory named in the file',
    cwd LowCardinality(String),
    git_branch LowCardinality(String),
    version LowCardinality(String) COMMENT 'of Claude Code',
    schema LowCardinality(String) COMMENT 'era of the format, A to E',
    model LowCardinality(String),
    message_id String CODEC(ZSTD(1)),
    request_id String CODEC(ZSTD(1)),
    response_key String COMMENT 'identity of the response by the counting rule; empty without usage' CODEC(ZSTD(1)),
    stop_reason LowCardinality(String),
    service_tier LowCardinality(String),
    speed LowCardinality(String),
    input_tokens UInt64 CODEC(T64, ZSTD(1)),
    output_tokens UInt64 CODEC(T64, ZSTD(1)),
    cache_read_tokens UInt64 CODEC(T64, ZSTD(1)),
    cache_write_5m_tokens UInt64 CODEC(T64, ZSTD(1)),
    cache_write_1h_tokens UInt64 CODEC(T64, ZSTD(1)),
    web_search_requests UInt64 CODEC(T64, ZSTD(1)),
    tool_names Array(LowCardinality(String)),
    text String COMMENT 'what a person would search for' CODEC(ZSTD(1)),
    estimated_tokens UInt64 COMMENT 'estimate of the content, not a count' CODEC(T64, ZSTD(1)),
    unknown_fields Array(LowCardinality(String)) COMMENT 'what the format has that the parser does not know',
    privacy Enum8('full' = 1, 'redacted' = 2, 'metadata' = 3) COMMENT 'what was left out of raw and text',
    parser_version UInt16,
    imported_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    run_id LowCardinality(String),
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_response response_key TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_time timestamp TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (source, root, file, generation, offset)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    -- Merges of long lines in little memory: few parts at a time, small blocks, buffers that grow when needed.
    min_bytes_for_wide_part = 536870912, min_columns_to_activate_adaptive_write_buffer = 1,
    max_parts_to_merge_at_once = 8, merge_max_block_size_bytes = 4194304;

-- Bytes that belong to no line but are needed to give a file back byte for byte: blank lines and byte order marks.
-- Written before the lines around them; writing one twice is harmless.
CREATE TABLE IF NOT EXISTS gaps
(
    source LowCardinality(String),
    root LowCardinality(String),
    file String,
    generation UInt32,
    offset UInt64,
    kind Enum8('blank' = 1, 'bom' = 2),
    raw String CODEC(ZSTD(1)),
    run_id LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (source, root, file, generation, offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How far each file is known to be in the lines table: the checkpoints, kept beside what they describe.
CREATE TABLE IF NOT EXISTS file_states
(
    source LowCardinality(String),
    root LowCardinality(String),
    file String,
    generation UInt32,
    state LowCardinality(String),
    size UInt64,
    modified Float64 COMMENT 'milliseconds since 1970, as the file system gives them',
    device String,
    inode String,
    imported_bytes UInt64 COMMENT 'every line that starts before is in the database',
    inserted_until UInt64 COMMENT 'lines that start before are in the table, though not all are accounted for',
    last_inserted_length UInt64 COMMENT 'of the line that starts one byte before inserted_until',
    last_inserted_hash UInt64,
    unterminated Bool COMMENT 'the last line has no newline yet',
    head_length UInt32,
    head_hash UInt64 COMMENT 'xxHash64 of the first head_length bytes',
    tail_length UInt32,
    tail_hash UInt64 COMMENT 'xxHash64 of the tail_length bytes before imported_bytes',
    lines UInt64,
    records UInt64,
    rejects UInt64,
    blanks UInt64,
    pending_bytes UInt64 COMMENT 'half-written last line',
    pending_blank Bool COMMENT 'the pending bytes are white space',
    checksum UInt64 COMMENT 'sum of the hashes of all lines, modulo 2^64',
    project String,
    session_id String,
    first_seen DateTime64(3, 'UTC'),
    last_imported DateTime64(3, 'UTC'),
    vanished_at Nullable(DateTime64(3, 'UTC')),
    run_id String,
    version UInt64 COMMENT 'the highest one counts'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (source, root, file, generation)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS runs_log
(
    run_id String,
    source LowCardinality(String),
    status LowCardinality(String) COMMENT 'running, completed, cancelled or failed',
    started_at DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    app_version LowCardinality(String),
    options String COMMENT 'JSON',
    files UInt64,
    bytes UInt64,
    lines UInt64,
    records UInt64,
    rejects UInt64,
    blanks UInt64,
    pending UInt64,
    imported_files UInt64,
    imported_bytes UInt64,
    imported_lines UInt64,
    verified Bool,
    settled Bool COMMENT 'the files account for every line the run inserted',
    report String COMMENT 'JSON, the whole report',
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY run_id
SETTINGS fsync_after_insert = 1;

CREATE OR REPLACE VIEW runs AS
SELECT * EXCEPT (version) FROM runs_log FINAL;

-- The newest generation of each file.
CREATE OR REPLACE VIEW files AS
SELECT * EXCEPT (version)
FROM file_states FINAL
ORDER BY generation DESC
LIMIT 1 BY source, root, file;

-- Generations that a rewrite has replaced: they stay in the archive and are not counted in records.
CREATE OR REPLACE VIEW superseded_generations AS
SELECT source, root, file, generation
FROM file_states
WHERE (source, root, file) IN (SELECT source, root, file FROM file_states WHERE generation > 0)
GROUP BY source, root, file, generation
HAVING (source, root, file, generation) NOT IN (SELECT source, root, file, max(generation) FROM file_states GROUP BY source, root, file);

CREATE OR REPLACE VIEW records AS
SELECT * FROM lines
WHERE kind = 'record'
  AND (source, root, file, generation) NOT IN (SELECT source, root, file, generation FROM superseded_generations);

CREATE OR REPLACE VIEW rejects AS
SELECT source, root, file, generation, offset, length, reject_reason, reject_message, raw, hash, imported_at, run_id
FROM lines
WHERE kind = 'reject'
  AND (source, root, file, generation) NOT IN (SELECT source, root, file, generation FROM superseded_generations);

-- What the transcripts have that this version does not know: kept in raw, counted, listed, never an error.
CREATE OR REPLACE VIEW drift AS
SELECT
    arrayJoin(unknown_fields) AS name,
    count() AS lines,
    min(timestamp) AS first_seen,
    max(timestamp) AS last_seen,
    arraySort(groupUniqArray(20)(version)) AS versions,
    any(file) AS example_file,
    any(offset) AS example_offset
FROM records
WHERE notEmpty(unknown_fields)
GROUP BY name;

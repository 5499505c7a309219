-- Each verification with its findings and scores: what was compared, when, and what came of it.
CREATE TABLE IF NOT EXISTS verifications
(
    verification_id String,
    source LowCardinality(String),
    started_at DateTime64(3, 'UTC'),
    finished_at DateTime64(3, 'UTC'),
    result LowCardinality(String) COMMENT 'passed, wanting or cancelled',
    errors UInt64 COMMENT 'findings of that severity',
    warnings UInt64,
    notes UInt64,
    files UInt64 COMMENT 'compared',
    bytes_read UInt64,
    variance Float64,
    completeness Float64 COMMENT 'scores, 0 to 1',
    integrity Float64,
    accuracy Float64,
    consistency Float64,
    options String COMMENT 'JSON',
    report String COMMENT 'JSON, without the files that are equal' CODEC(ZSTD(3))
)
ENGINE = MergeTree
ORDER BY (source, started_at, verification_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Checkpoints that tell a rewrite of the same size and time, lines that changed places, and files that moved.
ALTER TABLE file_states
    ADD COLUMN IF NOT EXISTS changed Float64 COMMENT 'time of the last change of the file''s inode, as modified' AFTER modified,
    ADD COLUMN IF NOT EXISTS ordered_checksum UInt64 COMMENT 'sum of hash x (offset + 1) over all lines, modulo 2^64' AFTER checksum,
    ADD COLUMN IF NOT EXISTS found_at String COMMENT 'absolute path where the file is now; empty: under its own name' AFTER session_id;

-- A view keeps the columns it was made with, so it is made anew once those that are gone have left.
ALTER TABLE file_states
    DROP COLUMN IF EXISTS inserted_until,
    DROP COLUMN IF EXISTS last_inserted_length,
    DROP COLUMN IF EXISTS last_inserted_hash;

CREATE OR REPLACE VIEW files AS
SELECT * EXCEPT (version)
FROM file_states FINAL
ORDER BY generation DESC
LIMIT 1 BY source, root, file;

-- Accounts from before the ordered checksum take it from their lines.
INSERT INTO file_states
SELECT s.* EXCEPT (l_ordered) REPLACE (l_ordered AS ordered_checksum, version + 1 AS version)
FROM (SELECT * FROM file_states FINAL WHERE ordered_checksum = 0) AS s
INNER JOIN (
    SELECT source, root, file, generation, sum(hash * (offset + 1)) AS l_ordered
    FROM lines GROUP BY source, root, file, generation) AS l USING (source, root, file, generation);

-- What lies where no account ends is found by sums (docs/decisions/0007), so a run need not say whether it is settled.
ALTER TABLE runs_log MODIFY SETTING fsync_part_directory = 1;

ALTER TABLE runs_log DROP COLUMN IF EXISTS settled;

ALTER TABLE runs_log MODIFY COLUMN status LowCardinality(String) COMMENT 'running, completed, cancelled, failed or interrupted';

CREATE OR REPLACE VIEW runs AS
SELECT * EXCEPT (version) FROM runs_log FINAL;

-- An import inserts parts of some megabytes. Merging these again would compress every line two or three times, which was
-- half of the work of an import (docs/performance.md): only small parts, as they come while a file grows, are merged.
ALTER TABLE lines
    MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 16777216, parts_to_delay_insert = 20000,
        parts_to_throw_insert = 30000,
        -- With two merges at a time the engine would otherwise allow the second one two megabytes only.
        number_of_free_entries_in_pool_to_lower_max_size_of_merge = 1;

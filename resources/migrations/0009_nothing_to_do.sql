-- What a run that finds nothing new need not find out again: the totals, and the prices of the models.
ALTER TABLE runs_log
    ADD COLUMN IF NOT EXISTS counted_evidence String COMMENT 'what usage_state was when the totals of the report were counted; empty when nobody can tell' AFTER report;

CREATE OR REPLACE VIEW runs AS
SELECT * EXCEPT (version) FROM runs_log FINAL;

ALTER TABLE price_lists
    ADD COLUMN IF NOT EXISTS made_from String COMMENT 'hash of the program''s lists, the person''s own prices and the models of the list; empty when nobody can tell';

-- Without the new column, also where all migrations are applied again.
CREATE OR REPLACE VIEW prices AS
SELECT * EXCEPT (version, made_from)
FROM price_lists
WHERE model != '' AND version = (SELECT max(version) FROM price_lists);

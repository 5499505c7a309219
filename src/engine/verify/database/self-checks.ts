import type { Severity, VerificationAction } from '../../../shared/verification.ts';
import type { Check } from '../findings.ts';

/** A row that a self-check answers: one place where something is wrong. */
export interface SelfCheckRow {
  readonly root: string;
  readonly file: string;
  /** Byte offset as a decimal string; empty when the whole file, or no file, is concerned. */
  readonly offset: string;
  /** How many lines, responses or runs are concerned. */
  readonly wrong: string;
  /** What is wrong with them, for people. */
  readonly what: string;
}

/** A question to the database about itself. Its answer has a row for each place where something is wrong. */
export interface SelfCheck {
  readonly check: Check;
  /** How many things are looked at: `SELECT count() AS n ...`. */
  readonly looked: string;
  readonly query: string;
  readonly advice: string;
  /** Error when left out. */
  readonly severity?: Severity;
  /** Action of a finding; `reimport` takes the file of the finding. */
  readonly action: VerificationAction['kind'];
}

/** `tuple` compares as a whole, and names no file when it is about the database. */
export const nowhere = `'' AS root, '' AS file, '' AS offset`;

export const selfChecks: readonly SelfCheck[] = [
  {
    check: {
      name: 'account-lines',
      tier: 'cross',
      dimension: 'consistency',
      title: 'Every account adds up to the lines in the table, in every generation',
    },
    looked: `SELECT count() AS n FROM file_states FINAL WHERE source = {source:String}`,
    query: `
      SELECT root, file, '' AS offset, greatest(1, abs(toInt64(a.counted) - toInt64(l.lines))) AS wrong,
        concat('generation ', toString(generation), ' accounts for ', toString(a.counted), ' lines and ',
          toString(a.blanks), ' blank ones, the tables have ', toString(l.lines), ' and ', toString(a.gap_blanks),
          if((a.counted, a.blanks) = (l.lines, a.gap_blanks), ' with another checksum', '')) AS what
      FROM (
        SELECT root, file, generation, records + rejects AS counted, records, blanks, checksum, ordered_checksum,
          g.gap_blanks AS gap_blanks
        FROM (SELECT * FROM file_states FINAL WHERE source = {source:String}) AS s
        LEFT JOIN (
          SELECT root, file, generation, countIf(kind = 'blank') AS gap_blanks
          FROM gaps FINAL WHERE source = {source:String} GROUP BY root, file, generation) AS g
          USING (root, file, generation)) AS a
      FULL JOIN (
        SELECT root, file, generation, count() AS lines, countIf(kind = 'record') AS records, sum(hash) AS checksum,
          sum(hash * (offset + 1)) AS ordered_checksum
        FROM lines WHERE source = {source:String} GROUP BY root, file, generation) AS l USING (root, file, generation)
      WHERE (a.counted, a.records, a.checksum, a.ordered_checksum, a.blanks)
        != (l.lines, l.records, l.checksum, l.ordered_checksum, a.gap_blanks)`,
    advice:
      'Make the accounts anew from the lines, with `tokenhouse checkpoints rebuild`, and run a migration: it compares them with the files and brings back what is missing.',
    action: 'rebuild-checkpoints',
  },
  {
    check: {
      name: 'known-runs',
      tier: 'cross',
      dimension: 'consistency',
      title: 'Every line belongs to a run that is on record',
    },
    looked: `SELECT uniqExact(run_id) AS n FROM lines WHERE source = {source:String}`,
    query: `
      SELECT ${nowhere}, count() AS wrong, concat('lines of run ', run_id, ', of which there is no record') AS what
      FROM lines WHERE source = {source:String} AND run_id NOT IN (SELECT run_id FROM runs_log)
      GROUP BY run_id`,
    advice: 'The lines are right; only the record of their run is missing. Nothing needs to be done.',
    severity: 'warning',
    action: 'none',
  },
  {
    check: {
      name: 'receipts',
      tier: 'cross',
      dimension: 'consistency',
      title: 'Every receipt adds up, agrees with its report and with the lines of its run',
    },
    looked: `SELECT count() AS n FROM runs WHERE source = {source:String} AND status != 'running'`,
    query: `
      SELECT ${nowhere}, 1 AS wrong,
        concat('run ', run_id, ': ', multiIf(
          lines != records + rejects + blanks + pending, 'lines are not records + rejects + blanks + pending',
          imported_lines != imported, 'imported lines are not imported records + rejects + blanks + pending',
          NOT is_own, 'the columns are not those of its report',
          concat('its receipt says ', toString(told), ' imported records and rejects, the table has ', toString(there)))) AS what
      FROM (
        SELECT r.run_id AS run_id, r.lines AS lines, r.records AS records, r.rejects AS rejects, r.blanks AS blanks,
          r.pending AS pending, r.status AS status, r.imported_lines AS imported_lines,
          arraySum(part -> JSONExtractInt(r.report, 'receipt', 'imported', part),
            ['records', 'rejects', 'blanks', 'pending']) AS imported,
          JSONExtractInt(r.report, 'receipt', 'imported', 'records') + JSONExtractInt(r.report, 'receipt', 'imported', 'rejects') AS told,
          l.there AS there,
          (toInt64(r.lines), toInt64(r.records), toInt64(r.rejects), toInt64(r.bytes), toInt64(r.imported_lines), r.status) = (
            JSONExtractInt(r.report, 'receipt', 'lines'), JSONExtractInt(r.report, 'receipt', 'records'),
            JSONExtractInt(r.report, 'receipt', 'rejects'), JSONExtractInt(r.report, 'receipt', 'bytes'),
            JSONExtractInt(r.report, 'receipt', 'imported', 'lines'), JSONExtractString(r.report, 'status')) AS is_own
        FROM (SELECT * FROM runs WHERE source = {source:String} AND status != 'running') AS r
        LEFT JOIN (SELECT run_id, toInt64(count()) AS there FROM lines WHERE source = {source:String} GROUP BY run_id) AS l
          USING (run_id))
      WHERE lines != records + rejects + blanks + pending OR NOT is_own OR toInt64(imported_lines) != imported
        OR (status = 'completed' AND there > told)`,
    advice:
      'A receipt, or lines of its run, were changed. If no other check finds lines missing, only the record is wrong; otherwise mend those findings first.',
    action: 'none',
  },
];

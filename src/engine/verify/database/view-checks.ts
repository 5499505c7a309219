import { nowhere, type SelfCheck } from './self-checks.ts';

/** What a view adds up to, and what the tables say it has to be. */
interface ViewSum {
  readonly view: string;
  readonly sum: string;
  readonly expected: string;
}

const usage = `sum(responses), sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens),
  sum(cache_write_1h_tokens), sum(web_search_requests), toString(ifNull(sum(cost), 0))`;
const counted = `count(), sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens),
  sum(cache_write_1h_tokens), sum(web_search_requests), toString(ifNull(sum(cost), 0))`;

/** Lines of the newest generation of each file, found without the view that does it. */
const newestLines = `lines AS l LEFT JOIN (
  SELECT source, root, file, max(generation) AS newest FROM file_states GROUP BY source, root, file) AS s
  USING (source, root, file) WHERE l.generation >= s.newest`;

const viewSums: readonly ViewSum[] = [
  {
    view: 'records',
    sum: `SELECT (count(), sum(hash * (offset + 1))) FROM records`,
    expected: `SELECT (count(), sum(hash * (offset + 1))) FROM ${newestLines} AND kind = 'record'`,
  },
  {
    view: 'rejects',
    sum: `SELECT (count(), sum(hash * (offset + 1))) FROM rejects`,
    expected: `SELECT (count(), sum(hash * (offset + 1))) FROM ${newestLines} AND kind = 'reject'`,
  },
  {
    view: 'files',
    sum: `SELECT (count(), sum(imported_bytes), sum(records), sum(checksum)) FROM files`,
    expected: `SELECT (count(), sum(state.1), sum(state.2), sum(state.3)) FROM (
      SELECT argMax((imported_bytes, records, checksum), (generation, version)) AS state
      FROM file_states GROUP BY source, root, file)`,
  },
  {
    view: 'runs',
    sum: `SELECT (count(), sum(lines), sum(imported_lines)) FROM runs`,
    expected: `SELECT (count(), sum(run.1), sum(run.2)) FROM (
      SELECT argMax((lines, imported_lines), version) AS run FROM runs_log GROUP BY run_id)`,
  },
  {
    view: 'usage_daily',
    sum: `SELECT (${usage}) FROM usage_daily`,
    expected: `SELECT (${counted}) FROM responses`,
  },
  {
    view: 'sessions',
    sum: `SELECT (${usage}, sum(records)) FROM sessions`,
    expected: `SELECT (${counted}, (SELECT count() FROM records WHERE session_id != '')) FROM responses WHERE session_id != ''`,
  },
  {
    view: 'blocks',
    sum: `SELECT (${usage}) FROM blocks`,
    expected: `SELECT (${counted}) FROM responses WHERE timestamp IS NOT NULL`,
  },
];

/** The views that people query, each against the tables or against another view, whose sums have to be the same. */
export const viewSumsCheck: SelfCheck = {
  check: {
    name: 'view-sums',
    tier: 'cross',
    dimension: 'consistency',
    title: 'Every view adds up to what the tables below it say, costs included',
  },
  looked: `SELECT ${viewSums.length} AS n`,
  query: viewSums
    .map(
      ({ view, sum, expected }) => `
      SELECT ${nowhere}, 1 AS wrong,
        concat('the view ${view} adds up to ', toString(there), ', the tables to ', toString(asked)) AS what
      FROM (SELECT (${sum}) AS there, (${expected}) AS asked) WHERE toString(there) != toString(asked)`,
    )
    .join(' UNION ALL '),
  advice:
    'Make the views anew: drop the one that is wrong, and start again. If it is still wrong then, parse the stored lines again.',
  action: 'reparse',
};

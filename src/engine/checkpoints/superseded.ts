import type { ClickHouseClient } from '@clickhouse/client';

/** An older generation of a file, and the newest one. */
export interface OlderGeneration {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly newest: number;
}

/**
 * Which older generations are looked for. `wanting`: their account, lines and gaps do not fit together, or bytes were altered.
 * `without-lines`: an account is all that is left, as a taking out leaves it that died, or a disk that lost the lines.
 */
export type Which = 'wanting' | 'without-lines';

/**
 * Older generations that are not in order, and of which the newest one holds everything they account for: nothing is lost
 * when they are taken out. One that held something else is evidence and is never among them.
 */
export async function readSuperseded(
  client: ClickHouseClient,
  source: string,
  which: Which,
): Promise<OlderGeneration[]> {
  const candidates = await ask<OlderGeneration>(client, older(conditions[which]), { source });
  const superseded: OlderGeneration[] = [];
  for (const candidate of candidates) {
    const [row] = await ask<{ is_held: number }>(client, isHeld, { source, ...candidate });
    if (row?.is_held === 1) superseded.push(candidate);
  }
  return superseded;
}

const conditions: Readonly<Record<Which, string>> = {
  'without-lines': 's.records + s.rejects > 0 AND l.n = 0',
  wanting: `(s.records + s.rejects, s.checksum, s.ordered_checksum, s.blanks) != (l.n, l.checksum, l.ordered, g.blanks)
    OR l.damaged > 0
    OR (l.span + g.span != s.imported_bytes + s.unterminated
      AND NOT (s.head_length = 0 AND l.span + g.span = s.imported_bytes + 1))`,
};

/** Of a line whose bytes are not those of its hash or length only the place is known. */
const isDamaged = `privacy = 'full' AND (xxHash64(raw) != hash OR length(raw) != length)`;

const older = (condition: string): string => `
  WITH
    states AS (SELECT * FROM file_states FINAL WHERE source = {source:String}),
    older AS (
      SELECT root, file, generation, newest FROM (
        SELECT root, file, generation, max(generation) OVER (PARTITION BY root, file) AS newest FROM (
          SELECT root, file, generation FROM states
          UNION DISTINCT
          SELECT root, file, generation FROM lines WHERE source = {source:String} GROUP BY root, file, generation))
      WHERE generation < newest),
    names AS (SELECT root, file, generation FROM older)
  SELECT o.root AS root, o.file AS file, o.generation AS generation, o.newest AS newest
  FROM older AS o
  LEFT JOIN states AS s ON s.root = o.root AND s.file = o.file AND s.generation = o.generation
  LEFT JOIN (
    SELECT root, file, generation, count() AS n, sum(hash) AS checksum, sum(hash * (offset + 1)) AS ordered,
      sum(length + 1) AS span, countIf(${isDamaged}) AS damaged
    FROM lines WHERE source = {source:String} AND (root, file, generation) IN names
    GROUP BY root, file, generation) AS l ON l.root = o.root AND l.file = o.file AND l.generation = o.generation
  LEFT JOIN (
    SELECT root, file, generation, countIf(kind = 'blank') AS blanks, sum(length(raw) + if(kind = 'blank', 1, 0)) AS span
    FROM gaps FINAL WHERE source = {source:String} AND (root, file, generation) IN names
    GROUP BY root, file, generation) AS g ON g.root = o.root AND g.file = o.file AND g.generation = o.generation
  WHERE ${condition}
  ORDER BY root, file, generation`;

const ofFile = `source = {source:String} AND root = {root:String} AND file = {file:String}`;
const ofOld = `${ofFile} AND generation = {generation:UInt32}`;
const ofNewest = `${ofFile} AND generation = {newest:UInt32}`;

/**
 * Every line and gap that is left of the old generation is in the newest one, which keeps as much of its bytes; and what is
 * not left any more is there too. That is proved by the sums of the account, when they were taken from the file: so many
 * lines from the start of the newest generation have the same. An account that was taken from the lines knows of no others:
 * then the newest one has to go on without a hole to where the old one ended.
 */
const isHeld = `
  WITH
    account AS (
      SELECT count() AS is_there, sum(imported_bytes + unterminated) AS end, sum(head_length) AS head,
        (sum(records + rejects), sum(checksum), sum(ordered_checksum), sum(s.blanks)) AS told
      FROM file_states AS s FINAL WHERE ${ofOld}),
    left_lines AS (
      SELECT count() AS n, max(offset + length + 1) AS end,
        countIf(NOT (${isDamaged}) AND (offset, length, hash, privacy) NOT IN (
          SELECT offset, length, hash,
            arrayJoin(CAST(multiIf(privacy = 'full', ['full', 'redacted', 'metadata'], privacy = 'redacted',
              ['redacted', 'metadata'], ['metadata']), 'Array(Enum8(\\'full\\' = 1, \\'redacted\\' = 2, \\'metadata\\' = 3))'))
          FROM lines WHERE ${ofNewest} AND NOT (${isDamaged}))) AS own
      FROM lines WHERE ${ofOld}),
    left_gaps AS (
      SELECT countIf((offset, kind, raw) NOT IN (SELECT offset, kind, raw FROM gaps FINAL WHERE ${ofNewest})) AS own
      FROM gaps FINAL WHERE ${ofOld}),
    greatest((SELECT end FROM account), (SELECT end FROM left_lines)) AS whole,
    newest_lines AS (
      SELECT count() AS n, sum(hash) AS checksum, sum(hash * (offset + 1)) AS ordered, sum(length + 1) AS span
      FROM lines WHERE ${ofNewest} AND offset < whole AND NOT (${isDamaged})),
    newest_gaps AS (
      SELECT countIf(kind = 'blank') AS blanks, sum(length(raw) + if(kind = 'blank', 1, 0)) AS span
      FROM gaps FINAL WHERE ${ofNewest} AND offset < whole)
  SELECT l.own = 0 AND g.own = 0 AND if(a.head > 0,
      a.told = (n.n, n.checksum, n.ordered, ng.blanks),
      l.n > 0 AND n.span + ng.span = whole) AS is_held
  FROM account AS a, left_lines AS l, left_gaps AS g, newest_lines AS n, newest_gaps AS ng`;

async function ask<Row>(
  client: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, unknown>>,
): Promise<Row[]> {
  const answer = await client.query({
    query,
    query_params: { ...params },
    format: 'JSONEachRow',
    // Lines of many megabytes stand beside each other otherwise.
    clickhouse_settings: { max_threads: 1, max_block_size: '512', preferred_block_size_bytes: '1000000' },
  });
  return answer.json<Row>();
}

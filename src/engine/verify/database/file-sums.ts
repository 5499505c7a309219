import type { ClickHouseClient } from '@clickhouse/client';
import { ask, askForBytes, literal } from '../ask.ts';
import { columnTextSql } from '../disk/column-sum.ts';

/** What the database has of one generation of a file, added up from its lines, and what its account says. */
export interface DatabaseFile {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  /** The newest one: what the file holds now. */
  readonly isCurrent: boolean;
  readonly foundAt: string;
  readonly isVanished: boolean;
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly bytes: number;
  /** Sum over the bytes that are there; over the stored hashes where privacy has taken the bytes. */
  readonly checksum: bigint;
  readonly orderedChecksum: bigint;
  /** Lines without their bytes. */
  readonly hashOnly: number;
  /** Lines whose bytes are not those of their hash or length, and the first of them. */
  readonly damaged: number;
  readonly firstDamaged: number;
  /** Lines that are there more than once, and the first of them. */
  readonly doubled: number;
  readonly firstDoubled: number;
  /** Sum of the xxHash64 of the columns of the records, as `disk/column-sum.ts` forms them. */
  readonly columnSum: bigint;
  /** Where the last line ends, without its newline. */
  readonly until: number;
  /** Bytes of lines with their newlines. */
  readonly span: number;
  /** Bytes of blank lines with their newlines, and of a byte order mark. */
  readonly gapSpan: number;
  /** Sum of xxHash64 × (offset + 1) of the blank lines that start before `until`. */
  readonly gapChecksum: bigint;
  /** Where the first line or gap is missing or overlaps another; null when they follow each other to the end. */
  readonly hole: number | null;
  readonly account: {
    /** No row of `file_states` says how far the file is. */
    readonly isMissing: boolean;
    readonly importedBytes: number;
    readonly isUnterminated: boolean;
    /** It was taken from the lines and not from the file: it ends with the last line, before its newline. */
    readonly isFromLines: boolean;
  };
}

interface Row {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly is_current: number;
  readonly found_at: string;
  readonly is_vanished: number;
  readonly has_account: number;
  readonly counts: Readonly<Record<string, string>>;
}

/** The hash of the bytes that are there; ClickHouse computes it anew, so it does not depend on what the import wrote. */
const hashNow = `if(privacy = 'full', xxHash64(raw), hash)`;

const fileSums = `
  WITH
    states AS (SELECT * FROM file_states FINAL WHERE source = {source:String}),
    ends AS (
      SELECT root, file, generation, max(offset + length) AS until
      FROM lines WHERE source = {source:String} GROUP BY root, file, generation),
    generations AS (
      SELECT root, file, generation, max(generation) OVER (PARTITION BY root, file) AS newest
      FROM (SELECT root, file, generation FROM states UNION DISTINCT SELECT root, file, generation FROM ends)),
    line_sums AS (
      SELECT root, file, generation,
        count() AS line_count, countIf(kind = 'record') AS records, sum(length) AS bytes, sum(length + 1) AS span, max(offset + length) AS until,
        sum(${hashNow}) AS checksum, sum(${hashNow} * (offset + 1)) AS ordered,
        countIf(privacy != 'full') AS hash_only,
        countIf(privacy = 'full' AND (xxHash64(raw) != hash OR length(raw) != length)) AS damaged,
        minIf(offset, privacy = 'full' AND (xxHash64(raw) != hash OR length(raw) != length)) AS first_damaged,
        count() - uniqExact(offset) AS doubled,
        sumIf(xxHash64(${columnTextSql}), kind = 'record') AS column_sum
      FROM lines WHERE source = {source:String} GROUP BY root, file, generation),
    gap_sums AS (
      SELECT root, file, generation, sum(length(raw) + if(kind = 'blank', 1, 0)) AS gap_span,
        sumIf(xxHash64(raw) * (offset + 1), kind = 'blank' AND offset < e.until) AS gap_checksum
      FROM (SELECT * FROM gaps FINAL WHERE source = {source:String}) AS g
      LEFT JOIN ends AS e USING (root, file, generation)
      GROUP BY root, file, generation)
  SELECT n.root AS root, n.file AS file, n.generation AS generation, n.generation = n.newest AS is_current,
    s.found_at AS found_at, isNotNull(s.vanished_at) AS is_vanished, s.root != '' AS has_account,
    map(
      'lines', l.line_count, 'records', l.records, 'bytes', l.bytes, 'span', l.span, 'until', l.until, 'column_sum', l.column_sum, 'checksum', l.checksum,
      'ordered', l.ordered, 'hash_only', l.hash_only, 'damaged', l.damaged, 'first_damaged', l.first_damaged,
      'doubled', l.doubled, 'gap_span', g.gap_span, 'gap_checksum', g.gap_checksum,
      'imported', s.imported_bytes, 'unterminated', toUInt64(s.unterminated), 'from_lines', toUInt64(s.head_length = 0)) AS counts
  FROM generations AS n
  LEFT JOIN states AS s ON s.root = n.root AND s.file = n.file AND s.generation = n.generation
  LEFT JOIN line_sums AS l ON l.root = n.root AND l.file = n.file AND l.generation = n.generation
  LEFT JOIN gap_sums AS g ON g.root = n.root AND g.file = n.file AND g.generation = n.generation
  ORDER BY root, file, generation`;

/** Adds up every generation of every file of a source in one query; reads all bytes of all lines. */
export async function readFileSums(
  client: ClickHouseClient,
  source: string,
  signal: AbortSignal,
): Promise<DatabaseFile[]> {
  const rows = await askForBytes<Row>(client, fileSums, { source }, signal);
  const doubled = await firstDoubled(client, source, rows, signal);
  const holes = await firstHoles(client, source, rows, signal);
  return rows.map((row) => {
    const count = (name: string): number => Number(row.counts[name] ?? 0);
    const sum = (name: string): bigint => BigInt(row.counts[name] ?? 0);
    return {
      root: row.root,
      file: row.file,
      generation: row.generation,
      isCurrent: row.is_current === 1,
      foundAt: row.found_at,
      isVanished: row.is_vanished === 1,
      lines: count('lines'),
      records: count('records'),
      rejects: count('lines') - count('records'),
      bytes: count('bytes'),
      checksum: sum('checksum'),
      orderedChecksum: sum('ordered'),
      hashOnly: count('hash_only'),
      damaged: count('damaged'),
      firstDamaged: count('first_damaged'),
      doubled: count('doubled'),
      firstDoubled: doubled.get(placeOf(row)) ?? 0,
      until: count('until'),
      columnSum: sum('column_sum'),
      span: count('span'),
      gapSpan: count('gap_span'),
      gapChecksum: sum('gap_checksum'),
      hole: holes.get(placeOf(row)) ?? null,
      account: {
        isMissing: row.has_account !== 1,
        importedBytes: count('imported'),
        isUnterminated: count('unterminated') === 1,
        isFromLines: count('from_lines') === 1,
      },
    };
  });
}

interface Place {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
}

function placeOf({ root, file, generation }: Place): string {
  return `${root}\0${file}\0${generation}`;
}

async function firstDoubled(
  client: ClickHouseClient,
  source: string,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  if (rows.every(({ counts }) => counts['doubled'] === '0')) return new Map();
  const found = await ask<Place & { first: string }>(
    client,
    `SELECT root, file, generation, min(offset) AS first FROM (
        SELECT root, file, generation, offset FROM lines WHERE source = {source:String}
        GROUP BY root, file, generation, offset HAVING count() > 1)
      GROUP BY root, file, generation`,
    { source },
    signal,
  );
  return new Map(found.map((place) => [placeOf(place), Number(place.first)]));
}

/** Files that are looked through for a hole; the others are named without one. */
const mostHoles = 1000;

/** Where lines and gaps stop following each other, in the files where they do not add up. */
async function firstHoles(
  client: ClickHouseClient,
  source: string,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const broken = rows.filter(({ has_account, counts }) => {
    const covered = Number(counts['span']) + Number(counts['gap_span']);
    const expected = Number(counts['imported']) + Number(counts['unterminated']);
    return has_account === 1 && covered !== expected;
  });
  if (broken.length === 0) return new Map();
  const names = broken
    .slice(0, mostHoles)
    .map(({ root, file, generation }) => `(${literal(root)},${literal(file)},${generation})`)
    .join(',');
  const which = `source = {source:String} AND (root, file, generation) IN (${names})`;
  const found = await ask<Place & { hole: string }>(
    client,
    `SELECT root, file, generation, min(expected) AS hole FROM (
        SELECT root, file, generation, start,
          max(end) OVER (PARTITION BY root, file, generation ORDER BY start, end
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS expected
        FROM (
          SELECT root, file, generation, offset AS start, offset + length + 1 AS end FROM lines WHERE ${which}
          UNION ALL
          SELECT root, file, generation, offset, offset + length(raw) + if(kind = 'blank', 1, 0) FROM gaps FINAL WHERE ${which}))
      WHERE start != expected GROUP BY root, file, generation`,
    { source },
    signal,
  );
  return new Map(found.map((place) => [placeOf(place), Number(place.hole)]));
}

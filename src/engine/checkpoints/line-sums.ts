import type { ClickHouseClient } from '@clickhouse/client';
import { requireWhole } from '../clickhouse/trusted-answers.ts';
import type { Unproven } from './checkpoint.ts';

/** What the tables hold of one generation of a file, and what its account says. */
export interface LineSums {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  /** All lines. */
  readonly whole: Unproven;
  /** Those that start where the account ends or behind; null without any. */
  readonly behind: Unproven | null;
  /** Lines and ordered checksum of those before, as the account has them and as the table has them. */
  readonly isAccountRight: boolean;
  /** Lines and gaps do not fill what the account, taken from the file, has as imported: something is lost. */
  readonly isShort: boolean;
}

interface Sums {
  readonly lines: string;
  readonly rejects: string;
  readonly checksum: string;
  readonly ordered: string;
  readonly blanks: string;
}

interface Row {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly imported: string;
  readonly until: string;
  readonly whole: Sums;
  readonly behind: Sums;
  readonly is_account_right: number;
  readonly is_short: number;
  readonly project: string;
  readonly session: string;
}

const sums = (which: string, blanks: string): string =>
  `CAST((countIf(${which}), countIf(kind = 'reject' AND ${which}), sumIf(hash, ${which}),
    sumIf(hash * (offset + 1), ${which}), any(${blanks})),
    'Tuple(lines UInt64, rejects UInt64, checksum UInt64, ordered UInt64, blanks UInt64)')`;

const account = `SELECT root, file, generation, imported_bytes, unterminated, head_length, records + rejects AS counted, ordered_checksum
  FROM file_states FINAL WHERE source = {source:String}`;

const lineSums = `SELECT
    root, file, generation, any(a.imported_bytes) AS imported, max(offset + length) AS until,
    ${sums('1', 'g.all_blanks')} AS whole,
    ${sums('offset >= a.imported_bytes', 'g.blanks_behind')} AS behind,
    (countIf(offset < a.imported_bytes), sumIf(hash * (offset + 1), offset < a.imported_bytes)) =
      (any(a.counted), any(a.ordered_checksum)) AS is_account_right,
    any(a.head_length) > 0 AND sumIf(length + 1, offset < a.imported_bytes) + any(g.span) <
      any(a.imported_bytes) + any(a.unterminated) AS is_short,
    argMin(l.project, offset) AS project, argMin(l.session_id, offset) AS session
  FROM lines AS l
  LEFT JOIN (${account}) AS a USING (root, file, generation)
  LEFT JOIN (
    SELECT root, file, generation, countIf(kind = 'blank') AS all_blanks,
      countIf(kind = 'blank' AND offset >= s.imported_bytes) AS blanks_behind,
      sumIf(length(raw) + if(kind = 'blank', 1, 0), offset < s.imported_bytes) AS span
    FROM (SELECT * FROM gaps FINAL WHERE source = {source:String}) AS b
    LEFT JOIN (${account}) AS s USING (root, file, generation)
    GROUP BY root, file, generation) AS g USING (root, file, generation)
  WHERE l.source = {source:String}
  GROUP BY root, file, generation
  ORDER BY root, file, generation`;

/** Adds up the lines of one source file by file, older generations first. Reads no text: some 0.3 s for five million lines. */
export async function readLineSums(client: ClickHouseClient, source: string): Promise<LineSums[]> {
  const answer = await client.query({
    query: lineSums,
    query_params: { source },
    format: 'JSONEachRow',
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 1,
      output_format_json_named_tuples_as_objects: 1,
    },
  });
  const rows = await answer.json<Row>();
  requireWhole(rows.length, await countGenerations(client, source), 'generations of files');
  return rows.map((row) => {
    const { root, file, generation, whole, behind } = row;
    return {
      root,
      file,
      generation,
      whole: { ...unproven(row, 0, whole), isShort: row.is_short === 1 },
      behind: behind.lines === '0' ? null : unproven(row, Number(row.imported), behind),
      isAccountRight: row.is_account_right === 1,
      isShort: row.is_short === 1,
    };
  });
}

/** One that is missing would pass for lost, and be imported once more. */
async function countGenerations(client: ClickHouseClient, source: string): Promise<number> {
  const answer = await client.query({
    query: `SELECT toUInt32(uniqExact(root, file, generation)) AS n FROM lines WHERE source = {source:String}`,
    query_params: { source },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: number }>();
  return row?.n ?? Number.NaN;
}

function unproven({ until, project, session }: Row, from: number, added: Sums): Unproven {
  return {
    from,
    until: Number(until),
    lines: Number(added.lines),
    rejects: Number(added.rejects),
    blanks: Number(added.blanks),
    checksum: BigInt(added.checksum),
    orderedChecksum: BigInt(added.ordered),
    project,
    sessionId: session,
  };
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { groupBy } from './group-by.ts';
import { trueFiles, type TrueFile } from './line-truth.ts';
import { countTotals, totalsQuery, type CountTotals } from './response-totals.ts';

/** A history and the database that is to hold it. */
export interface Imported {
  readonly sources: string;
  readonly engine: { readonly source: string };
  readonly query: <Row>(sql: string) => Promise<Row[]>;
}

interface FileRow {
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly imported_bytes: number;
  readonly pending_bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  readonly checksum: string;
  readonly vanished_at: string | null;
  /** Where a file is now that was moved after its import; empty for one that was not. */
  readonly found_at?: string;
}

interface LineRow {
  readonly file: string;
  readonly generation: number;
  readonly offset: number;
  readonly length: number;
  readonly hash: string;
  readonly kind: string;
  readonly reject_reason: string;
}

/**
 * Compares the database with the files: no line missing, none double, every account right, responses counted once.
 *
 * `count` says what the responses must add up to. Lines of older generations and of vanished files must be there once as well, and count among the responses; which ones
 * there are is for the test to say.
 */
export async function expectExact(
  { sources, engine, query }: Imported,
  count: CountTotals = countTotals,
): Promise<void> {
  const ours = `root = '${sources}' AND source = '${engine.source}'`;
  const onDisk = trueFiles(sources);
  const files = await query<FileRow>(
    `SELECT * REPLACE (toString(checksum) AS checksum) FROM files WHERE ${ours} ORDER BY file`,
  );
  const lines = await query<LineRow>(
    `SELECT file, generation, offset, length, toString(hash) AS hash, kind, reject_reason
     FROM lines WHERE ${ours} ORDER BY file, generation, offset`,
  );
  const identities = new Set(lines.map(({ file, generation, offset }) => `${file}|${generation}|${offset}`));
  expect(lines.length - identities.size, 'lines that are twice in the database').toBe(0);

  const present = files.filter(({ vanished_at }) => vanished_at === null);
  expect(present.map(placeOf).toSorted(), 'files by where they are').toEqual(
    onDisk.map(({ path }) => path).toSorted(),
  );
  const linesByFile = groupBy(lines, ({ file, generation }) => `${file}|${generation}`);
  for (const truth of onDisk) {
    const row = present.find((candidate) => placeOf(candidate) === truth.path)!;
    expectFile(truth, row, linesByFile.get(`${row.file}|${row.generation}`) ?? []);
  }
  await expectViews(query, ours, files, lines);
  await expectTotals(query, sources, ours, count);
}

function placeOf({ root, file, found_at = '' }: FileRow): string {
  return found_at === '' ? join(root, ...file.split('/')) : found_at;
}

function expectFile(truth: TrueFile, row: FileRow, rows: readonly LineRow[]): void {
  const stored = rows.map(({ offset, length, hash }) => `${offset}+${length} ${hash}`);
  const wanted = truth.lines.map(({ offset, length, hash }) => `${offset}+${length} ${hash}`);
  expect(stored, `lines of ${truth.file}, generation ${row.generation}`).toEqual(wanted);
  const refused = rows.filter(({ reject_reason }) => reject_reason === 'refused-by-database').length;
  const records = truth.lines.filter(({ isRecord }) => isRecord).length - refused;
  expect(
    {
      accounted: row.imported_bytes + row.pending_bytes,
      lines: row.lines,
      records: row.records,
      rejects: row.rejects,
      checksum: row.checksum,
      recordRows: rows.filter(({ kind }) => kind === 'record').length,
    },
    `account of ${truth.file}`,
  ).toEqual({
    accounted: truth.bytes,
    lines: row.records + row.rejects + row.blanks,
    records,
    rejects: truth.lines.length - records,
    checksum: String(truth.lines.reduce((sum, { hash }) => (sum + hash) % 2n ** 64n, 0n)),
    recordRows: records,
  });
}

/** `records` and `rejects` show the newest generation of each file, vanished ones too, and nothing else. */
async function expectViews(
  query: Imported['query'],
  ours: string,
  files: readonly FileRow[],
  lines: readonly LineRow[],
): Promise<void> {
  const newest = new Map(files.map(({ file, generation }) => [file, generation]));
  const counted = lines.filter(({ file, generation }) => newest.get(file) === generation);
  const [row] = await query<{ records: number; rejects: number }>(
    `SELECT (SELECT count() FROM records WHERE ${ours}) AS records,
      (SELECT count() FROM rejects WHERE ${ours}) AS rejects`,
  );
  expect(row, 'rows of the views').toEqual({
    records: counted.filter(({ kind }) => kind === 'record').length,
    rejects: counted.filter(({ kind }) => kind === 'reject').length,
  });
}

/** Responses of the files on disk and of everything that only the database still has. */
async function expectTotals(
  query: Imported['query'],
  sources: string,
  ours: string,
  count: CountTotals,
): Promise<void> {
  const archive = await mkdtemp(join(tmpdir(), 'tokenhouse-archive-'));
  try {
    const rows = await query<{ file: string; generation: number; raw: string }>(
      `SELECT file, generation, raw FROM lines
       WHERE kind = 'record' AND NOT (${ours}
         AND (file, generation) IN (SELECT file, generation FROM files WHERE ${ours} AND vanished_at IS NULL))
       ORDER BY source, root, file, generation, offset`,
    );
    for (const [place, kept] of groupBy(rows, ({ file, generation }) => `${generation}-${file}`)) {
      const path = join(archive, place.replaceAll('/', '_'));
      await mkdir(archive, { recursive: true });
      await writeFile(path, kept.map(({ raw }) => `${raw}\n`).join(''));
    }
    const [stored] = await query(totalsQuery);
    expect(stored, 'totals of the responses').toEqual(await count([sources, archive]));
  } finally {
    await rm(archive, { recursive: true, force: true });
  }
}

import xxhash from 'xxhash-wasm';
import { placeOf } from '../checkpoints/checkpoint.ts';
import type { DatabaseFile } from './database/file-sums.ts';
import { allLines, linesAt, rawOf, sampleOfLines, type StoredLine } from './database/stored-lines.ts';
import { findSuspiciousLines } from './database/suspicious-lines.ts';
import { compareLine, type Difference } from './disk/compare-line.ts';
import type { Check } from './findings.ts';
import type { FilePair } from './pair-files.ts';
import { reimport } from './stored-file.ts';
import type { Verification } from './verify.ts';
import type { VerifyPool } from './verify-pool.ts';

const columnsCheck: Check = {
  name: 'parsed-columns',
  tier: 'cross',
  dimension: 'accuracy',
  title:
    'The parsed columns of lines are what the lines on disk say, or their stored bytes when the file is gone',
};

/** Suspicious lines that are looked at; each is judged again before it is a finding. */
const mostSuspicious = 5000;
/** Looked up together. */
const batchLines = 1000;

/** A file that can be read, and the generation of its lines. */
interface ReadableFile {
  readonly path: string;
  readonly generation: number;
  readonly found: { readonly root: string; readonly file: string };
}

/** What was compared before, file by file. */
export interface Compared {
  readonly pairs: readonly FilePair[];
  readonly sums: readonly DatabaseFile[];
  /** Files whose columns add up to something else than those of their lines on disk. */
  readonly suspects: readonly DatabaseFile[];
}

/**
 * Reads lines again by file and offset and compares all columns: a sample that is the same every time, all lines when asked
 * for, and in any case all of a file whose columns do not add up.
 *
 * Lines that no file on disk holds any more are compared with their own stored bytes, which were compared with their hash;
 * of those, the ones that ClickHouse's own parser reads differently.
 */
export async function compareSample(
  verification: Verification,
  { pairs, sums, suspects }: Compared,
  pool: VerifyPool,
): Promise<void> {
  const { engine, database, options, findings, signal } = verification;
  findings.begin(columnsCheck);
  const files = readableFiles(pairs);
  const comparing = new Comparing(verification, files, pool);
  for await (const lines of allLines(database.client, engine.source, suspects, signal)) {
    await comparing.compare(lines);
  }
  const elsewhere = sums.filter((one) => files.get(placeOf(one))?.generation !== one.generation);
  const suspicious = await findSuspiciousLines(
    database.client,
    engine.source,
    elsewhere,
    mostSuspicious,
    signal,
  );
  for (let start = 0; start < suspicious.length; start += batchLines) {
    const places = suspicious.slice(start, start + batchLines);
    await comparing.compare(await linesAt(database.client, engine.source, places, signal));
  }
  if (options.sampleSize === 'all') {
    for await (const lines of allLines(database.client, engine.source, sums, signal))
      await comparing.compare(lines);
  } else if (options.sampleSize > 0) {
    const { sampleSize } = options;
    await comparing.compare(await sampleOfLines(database.client, engine.source, sampleSize, signal));
  }
}

function readableFiles(pairs: readonly FilePair[]): Map<string, ReadableFile> {
  return new Map(
    pairs.flatMap(({ found, database: known }) =>
      found && known && found.problem === null
        ? [[placeOf(known), { path: found.path, generation: known.generation, found }] as const]
        : [],
    ),
  );
}

class Comparing {
  readonly #verification: Verification;
  readonly #files: ReadonlyMap<string, ReadableFile>;
  readonly #pool: VerifyPool;
  /** Places of lines that differ: suspicious ones may come once more. */
  readonly #told = new Set<string>();

  constructor(verification: Verification, files: ReadonlyMap<string, ReadableFile>, pool: VerifyPool) {
    this.#verification = verification;
    this.#files = files;
    this.#pool = pool;
  }

  async compare(rows: readonly StoredLine[]): Promise<void> {
    const onDisk = rows.filter((row) => this.#fileOf(row) !== null);
    await this.#compareWithFiles(onDisk);
    await this.#compareWithBytes(rows.filter((row) => row.privacy === 'full' && this.#fileOf(row) === null));
  }

  #fileOf(row: StoredLine): ReadableFile | null {
    const file = this.#files.get(placeOf(row));
    return file?.generation === row.generation ? file : null;
  }

  async #compareWithFiles(rows: readonly StoredLine[]): Promise<void> {
    const { findings, signal } = this.#verification;
    const lines = rows.map((row) => ({
      path: this.#fileOf(row)?.path ?? '',
      file: row.file,
      offset: Number(row.offset),
      length: Number(row.length),
      row,
    }));
    const { different, compared } = await this.#pool.compareLines({ lines }, signal);
    findings.looked(columnsCheck, compared);
    for (const { index, differences } of different) {
      const row = rows[index];
      if (row) this.#tell(row, differences);
    }
  }

  async #compareWithBytes(rows: readonly StoredLine[]): Promise<void> {
    const { engine, database, findings, signal } = this.#verification;
    if (rows.length === 0) return;
    const hasher = await xxhash();
    findings.looked(columnsCheck, rows.length);
    for await (const [row, bytes] of rawOf(database.client, engine.source, rows, signal)) {
      // What the file said at its start is gone with it.
      const origin = { sessions: [row.session_id], projects: [row.project] };
      const line = { bytes, file: row.file, offset: Number(row.offset), row, origin };
      const differences = compareLine(line, hasher);
      if (differences.length > 0) this.#tell(row, differences);
    }
  }

  #tell(row: StoredLine, differences: readonly Difference[]): void {
    const { root, file, generation, offset } = row;
    const place = `${placeOf(row)}\0${generation}\0${offset}`;
    if (this.#told.has(place)) return;
    this.#told.add(place);
    const onDisk = this.#fileOf(row);
    this.#verification.findings.add(columnsCheck, {
      root,
      file,
      offset: Number(offset),
      message: differences.map(describe).join('; '),
      advice: onDisk
        ? 'Import the file again.'
        : 'Parse the stored lines again: `tokenhouse reparse --all` makes their columns anew.',
      action: onDisk ? reimport(onDisk.found) : { kind: 'reparse' },
    });
  }
}

function describe({ column, expected, actual }: Difference): string {
  return `${column} is ${quote(actual)}, the line says ${quote(expected)}`;
}

function quote(text: string): string {
  return text === '' ? 'empty' : `"${text}"`;
}

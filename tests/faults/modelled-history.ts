import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { linesOf, trueFiles } from './line-truth.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { recount } from './response-totals.ts';
import type { ProxyScene } from './scene.ts';

interface StoredRow {
  readonly file: string;
  readonly generation: number;
  readonly offset: number;
  readonly hash: string;
}

/** Files that anything may happen to, the database, and what must be true of the two after every run. */
export class ModelledHistory {
  readonly scene: ProxyScene;
  readonly #everWritten = new Set<string>();
  #stored = new Set<string>();
  #sessions = 0;

  constructor(scene: ProxyScene) {
    this.scene = scene;
  }

  pathOf(name: string): string {
    return join(this.scene.sources, '-p', `${name}.jsonl`);
  }

  /** Whole lines that no other file has. */
  newText(lines: number): string {
    return new MadeUpSession(++this.#sessions).text(lines);
  }

  /** Remembers the lines that are in the files now: a run may store them, also one that is killed. */
  async noteFiles(): Promise<void> {
    for (const { path } of trueFiles(this.scene.sources)) {
      for (const { hash } of linesOf(await readFile(path)).lines) this.#everWritten.add(String(hash));
    }
  }

  /** Runs to the end and compares. */
  async runAndCompare(batchRows: number): Promise<void> {
    const { status, failure, problems } = await this.scene.migrate({ batchRows });
    expect({ status, failure, problems: problems.filter(({ offset }) => offset === null) }).toEqual({
      status: 'completed',
      failure: null,
      problems: [],
    });
    await this.compare();
  }

  /** The files exactly, and everything that was stored before is still there, unchanged, once. */
  async compare(): Promise<void> {
    await expectExact(this.scene, recount);
    const rows = await this.scene.query<StoredRow>(
      'SELECT file, generation, offset, toString(hash) AS hash FROM lines',
    );
    const stored = new Set(
      rows.map(({ file, generation, offset, hash }) => `${file} ${generation} ${offset} ${hash}`),
    );
    expect(
      [...this.#stored].filter((row) => !stored.has(row)),
      'rows that were stored and are gone',
    ).toEqual([]);
    expect(
      rows.filter(({ hash }) => !this.#everWritten.has(hash)),
      'rows that were never a line of a file',
    ).toEqual([]);
    this.#stored = stored;
  }
}

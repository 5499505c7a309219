import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageCounter } from '../../../src/engine/verify/disk/count-usage.ts';
import type { LineToCompare } from '../../../src/engine/verify/disk/compare-lines.ts';
import { lineRowSql, type LineRow } from '../../../src/engine/verify/disk/line-row.ts';
import { openVerifyPool } from '../../../src/engine/verify/verify-pool.ts';
import { nastyFiles } from '../../engine/extract/nasty-files.ts';
import { engineFiles, makeWorkspace, type Workspace } from '../migrate/workspace.ts';

const pool = openVerifyPool(engineFiles.verifyWorker, 2);
afterAll(() => pool.close());
const { signal } = new AbortController();

/** Real transcripts lie beside the project where its developers work; they are not part of it. */
const corpus = resolve(import.meta.dirname, '../../../../shared/corpus');

interface StoredSums {
  readonly root: string;
  readonly file: string;
  readonly until: number;
  readonly lines: number;
  readonly bytes: number;
  readonly checksum: string;
  readonly orderedChecksum: string;
}

/** What the database adds up for each file, with how far it claims to be. */
const storedSums = `
  SELECT root, file, any(f.imported_bytes) AS until, count() AS lines, sum(length) AS bytes,
    toString(sum(hash)) AS checksum, toString(sum(hash * (offset + 1))) AS orderedChecksum
  FROM lines INNER JOIN files AS f USING (root, file, generation)
  GROUP BY root, file ORDER BY root, file`;

/** Reads every file and every line again; answers the totals of the files. */
async function expectEqual(workspace: Workspace): Promise<UsageCounter> {
  const counter = new UsageCounter();
  for (const stored of await workspace.query<StoredSums>(storedSums)) {
    const path = join(stored.root, stored.file);
    const { file, until } = stored;
    const { imported, usage } = await pool.readFile(
      { path, file, limit: statSync(path).size, until },
      signal,
    );
    counter.merge(usage);
    expect({ ...stored, lines: imported.lines, bytes: imported.bytes }).toEqual(stored);
    expect(imported.checksum.toString()).toBe(stored.checksum);
    expect(imported.orderedChecksum.toString()).toBe(stored.orderedChecksum);
  }
  const rows = await workspace.query<LineRow & Omit<LineToCompare, 'row'> & { readonly root: string }>(
    `SELECT root, file, offset, ${lineRowSql} FROM lines ORDER BY root, file, offset`,
  );
  const lines = rows.map((row) => ({
    path: join(row.root, row.file),
    file: row.file,
    offset: row.offset,
    length: row.length,
    row,
  }));
  const result = await pool.compareLines({ lines }, signal);
  expect(result).toEqual({ compared: rows.length, different: [], unread: [] });
  const totals = await workspace.query(`
    SELECT ifNull(toString(day), '') AS day, model, count() AS responses, sum(input_tokens) AS inputTokens,
      sum(output_tokens) AS outputTokens, sum(cache_read_tokens) AS cacheReadTokens,
      sum(cache_write_5m_tokens) AS cacheWrite5mTokens, sum(cache_write_1h_tokens) AS cacheWrite1hTokens,
      sum(web_search_requests) AS webSearchRequests
    FROM responses GROUP BY day, model ORDER BY day, model`);
  expect(counter.byDay().map(({ day, model, sums }) => ({ day, model, ...sums }))).toEqual(totals);
  return counter;
}

function writeNasty(workspace: Workspace): void {
  for (const [name, bytes] of Object.entries(nastyFiles)) {
    const path = join(workspace.sources, 'project', `${name.replaceAll(/\W/g, '-')}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

describe('what a real database answers', () => {
  it.each(['full', 'redacted', 'metadata'] as const)(
    'is what nasty files hold, at the level %s',
    async (privacy) => {
      const workspace = await makeWorkspace();
      writeNasty(workspace);
      await workspace.migrate({ privacy: { default: privacy, rules: [] } });
      await expectEqual(workspace);
    },
  );

  it.runIf(existsSync(corpus))('is what real transcripts hold', async () => {
    const workspace = await makeWorkspace();
    const sources = readdirSync(corpus)
      .map((name) => join(corpus, name, 'projects'))
      .filter((folder) => existsSync(folder));
    await workspace.migrate({ sources });
    expect((await expectEqual(workspace)).responses).toBeGreaterThan(1000);
  });
});

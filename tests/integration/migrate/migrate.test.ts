import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { makeWorkspace } from './workspace.ts';

const endMs = Date.UTC(2026, 10, 20);
const workspace = await makeWorkspace();
const { sources, query } = workspace;
const known = await generateHistory({ output: join(sources, '..'), lines: 6000, seed: 7, endMs });

describe('a made-up history with known totals', () => {
  it('is not touched by a dry run, whose receipt is exact all the same', async () => {
    const report = await workspace.migrate({ dryRun: true });
    expect(report.receipt).toMatchObject(account(known));
    expect(await query('SELECT count() AS n FROM lines')).toEqual([{ n: 0 }]);
    expect(await query('SELECT count() AS n FROM runs')).toEqual([{ n: 0 }]);
    expect(await query('SELECT count() AS n FROM files')).toEqual([{ n: 0 }]);
  });

  it('is accounted for to the byte', async () => {
    const report = await workspace.migrate();
    expect(report.status).toBe('completed');
    expect(report.failure).toBeNull();
    expect(report.receipt).toMatchObject(account(known));
    expect(report.receipt.imported).toEqual(account(known));
    expect(report.receipt.filesFailed).toBe(0);
  });

  it('has every record in the database', async () => {
    expect(await query('SELECT count() AS n FROM records')).toEqual([{ n: known.records }]);
    expect(await query('SELECT count() AS n FROM rejects')).toEqual([{ n: known.rejects }]);
    const [files] = await query<object>(
      'SELECT count() AS files, sum(records) AS records, sum(rejects) AS rejects, sum(blanks) AS blanks FROM files',
    );
    expect(files).toEqual({
      files: known.files,
      records: known.records,
      rejects: known.rejects,
      blanks: known.blanks,
    });
  });

  it('counts each response once', async () => {
    const [totals] = await query<object>(`SELECT count() AS responses, sum(input_tokens) AS inputTokens,
      sum(output_tokens) AS outputTokens, sum(cache_write_5m_tokens) AS cacheWrite5mTokens,
      sum(cache_write_1h_tokens) AS cacheWrite1hTokens, sum(cache_read_tokens) AS cacheReadTokens,
      sum(web_search_requests) AS webSearchRequests FROM responses`);
    expect(known).toMatchObject(totals ?? {});
    const naive = await query<{ n: number }>('SELECT sum(output_tokens) AS n FROM lines');
    expect(naive[0]?.n).toBeGreaterThan(known.outputTokens);
  });

  it('keeps hashes that ClickHouse computes alike, and the sum of them per file', async () => {
    expect(
      await query(
        'SELECT countIf(hash != xxHash64(raw)) AS wrong, countIf(length != length(raw)) AS short FROM lines',
      ),
    ).toEqual([{ wrong: 0, short: 0 }]);
    expect(
      await query(`SELECT count() AS wrong FROM files AS f
        LEFT JOIN (SELECT file, sum(hash) AS checksum FROM lines GROUP BY file) AS l USING (file)
        WHERE f.checksum != l.checksum`),
    ).toEqual([{ wrong: 0 }]);
  });

  it('is imported once: a second run finds nothing new', async () => {
    const before = await query('SELECT count() AS n FROM lines');
    const report = await workspace.migrate();
    expect(report.receipt).toMatchObject(account(known));
    expect(report.receipt.imported).toEqual({
      files: 0,
      bytes: 0,
      lines: 0,
      records: 0,
      rejects: 0,
      blanks: 0,
      pending: 0,
    });
    expect(report.receipt.filesUnchanged).toBe(known.files);
    expect(await query('SELECT count() AS n FROM lines')).toEqual(before);
  });

  it('notes every run with its receipt', async () => {
    const rows = await query<object>(
      'SELECT status, lines, imported_lines, verified FROM runs ORDER BY started_at',
    );
    const lines = known.lines;
    expect(rows).toEqual([
      { status: 'completed', lines, imported_lines: lines, verified: false },
      { status: 'completed', lines, imported_lines: 0, verified: false },
    ]);
  });

  it('leaves the same totals with one row a batch and one worker', async () => {
    const other = await makeWorkspace();
    const report = await other.migrate({ sources: [sources], batchRows: 700, concurrency: 1 });
    expect(report.receipt).toMatchObject(account(known));
    expect(report.totals).toMatchObject({ responses: known.responses, outputTokens: known.outputTokens });
  });
});

function account(totals: typeof known): object {
  const { files, bytes, lines, records, rejects, blanks, pending } = totals;
  return { files, bytes, lines, records, rejects, blanks, pending };
}

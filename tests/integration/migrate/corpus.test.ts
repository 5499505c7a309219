import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeWorkspace } from './workspace.ts';

/** Real transcripts and the independent oracle lie beside the project where its developers work; they are not part of it. */
const shared = resolve(import.meta.dirname, '..', '..', '..', '..', 'shared');
const corpus = join(shared, 'corpus');
const oracle = join(shared, 'tools', 'totals.mjs');
const hasCorpus = existsSync(corpus) && existsSync(oracle);
const run = promisify(execFile);

interface Sums {
  readonly responses: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly cache_read_tokens: number;
  readonly web_search_requests: number;
}
interface Oracle {
  readonly receipt: Record<string, number>;
  readonly totals: Sums;
  readonly by_model: Record<string, Sums>;
  readonly by_day_model: Record<string, Record<string, Sums>>;
}

async function ask(...folders: string[]): Promise<Oracle> {
  const { stdout } = await run(process.execPath, [oracle, ...folders], { maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Oracle;
}

const sums = `count() AS responses, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
  sum(cache_write_5m_tokens) AS cache_write_5m_tokens, sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
  sum(cache_read_tokens) AS cache_read_tokens, sum(web_search_requests) AS web_search_requests`;

describe.runIf(hasCorpus)('the corpus of real transcripts', () => {
  const folders = hasCorpus
    ? readdirSync(corpus)
        .map((name) => join(corpus, name, 'projects'))
        .filter((folder) => existsSync(folder))
    : [];

  it.each(folders)('%s has the receipt of the oracle', async (folder) => {
    const workspace = await makeWorkspace();
    const expected = await ask(folder);
    const report = await workspace.migrate({ sources: [folder] });
    expect(report.receipt).toMatchObject(expected.receipt);
    const [row] = await workspace.query<Sums>(`SELECT ${sums} FROM responses`);
    expect(row).toEqual(expected.totals);
  });

  it('has the totals of the oracle in one database, by model and by day and model', async () => {
    const workspace = await makeWorkspace();
    const expected = await ask(...folders);
    // One after the other: the later ones find the earlier ones there.
    for (const folder of folders.toReversed()) await workspace.migrate({ sources: [folder] });
    const byModel = await workspace.query<Sums & { model: string }>(
      `SELECT model, ${sums} FROM responses GROUP BY model`,
    );
    expect(Object.fromEntries(byModel.map(({ model, ...rest }) => [model, rest]))).toEqual(expected.by_model);
    const byDay = await workspace.query<Sums & { model: string; day: string }>(
      `SELECT ifNull(toString(day), '') AS day, model, ${sums} FROM responses GROUP BY day, model`,
    );
    const days: Record<string, Record<string, Sums>> = {};
    for (const { day, model, ...rest } of byDay) (days[day] ??= {})[model] = rest;
    expect(days).toEqual(expected.by_day_model);
    const { totals } = await workspace.migrate({ sources: folders });
    const [incomplete] = await workspace.query<{ n: number }>(
      'SELECT countIf(output_incomplete) AS n FROM responses',
    );
    expect(totals?.incompleteResponses).toBe(incomplete?.n);
    expect(incomplete?.n).toBeGreaterThan(0);
  });
});

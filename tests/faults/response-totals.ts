import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { countResponses } from '../engine/extract/counting-rule.ts';
import { trueFiles } from './line-truth.ts';

const run = promisify(execFile);

/** The independent oracle lies beside the project where its developers work; it is not part of it. */
const oracle = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'tools', 'totals.mjs');

/** What responses add up to. The names are those of the columns. */
export interface ResponseTotals {
  readonly responses: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly cache_read_tokens: number;
  readonly web_search_requests: number;
}

/** As {@link ResponseTotals}, asked of the database. */
export const totalsQuery = `SELECT count() AS responses, sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens, sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
  sum(cache_write_1h_tokens) AS cache_write_1h_tokens, sum(cache_read_tokens) AS cache_read_tokens,
  sum(web_search_requests) AS web_search_requests FROM responses`;

/** Adds up the responses of all transcripts in some folders. */
export type CountTotals = (folders: readonly string[]) => ResponseTotals | Promise<ResponseTotals>;

/** By the oracle, where it is missing by our restatement of the rule. */
export async function countTotals(folders: readonly string[]): Promise<ResponseTotals> {
  if (!existsSync(oracle)) return recount(folders);
  const { stdout } = await run(process.execPath, [oracle, ...folders], { maxBuffer: 1 << 28 });
  return (JSON.parse(stdout) as { totals: ResponseTotals }).totals;
}

/** By our restatement of the rule, in this process: for what is compared very often. */
export function recount(folders: readonly string[]): ResponseTotals {
  const files = folders.flatMap((folder) =>
    trueFiles(folder).map(({ path, file }) => [join(folder, file), readFileSync(path)] as const),
  );
  const responses = [...countResponses(Object.fromEntries(files)).values()];
  const sum = (part: 'input' | 'output' | 'w5' | 'w1' | 'read' | 'web'): number =>
    responses.reduce((all, { usage }) => all + usage[part], 0);
  return {
    responses: responses.length,
    input_tokens: sum('input'),
    output_tokens: sum('output'),
    cache_write_5m_tokens: sum('w5'),
    cache_write_1h_tokens: sum('w1'),
    cache_read_tokens: sum('read'),
    web_search_requests: sum('web'),
  };
}

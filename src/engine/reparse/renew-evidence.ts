import type { ClickHouseClient } from '@clickhouse/client';
import type { RunReport } from '../../shared/run.ts';
import { insertRows } from '../insert/insert-rows.ts';
import { encodeLines } from './encode-lines.ts';
import { readStoredLines } from './read-stored-lines.ts';

/** Whose evidence may be missing. */
export interface DoubtfulEvidence {
  /** Runs whose process died: what they wrote last a power loss may have taken. */
  readonly deadRuns: readonly string[];
  readonly source: string;
  readonly signal: AbortSignal;
}

/**
 * Writes the evidence of lines once more where it may have been lost: of runs that died, and of all lines when the
 * responses have become fewer or smaller than the last report says. They only ever grow, and writing evidence twice
 * changes nothing.
 */
export async function renewEvidence(
  client: ClickHouseClient,
  { deadRuns, source, signal }: DoubtfulEvidence,
): Promise<void> {
  const isWhole = await hasGrown(client);
  if (isWhole && deadRuns.length === 0) return;
  const which = isWhole ? 'AND l.run_id IN {deadRuns:Array(String)}' : '';
  const said = `l.privacy = 'full' AND l.response_key != '' ${which}`;
  for await (const lines of readStoredLines(client, said, { deadRuns }, signal)) {
    const { evidence } = encodeLines(lines);
    const { root, file, generation, offset } = lines[0] ?? { root: '', file: '', generation: 0, offset: 0 };
    const token = `renew:${Date.now()}:${root}:${file}:${generation}:${offset}`;
    await insertRows(client, 'response_evidence', evidence, { token, source });
  }
}

/** What is kept of the usage is not taken for evidence that a power loss has taken: its state tells lost parts. */
async function hasGrown(client: ClickHouseClient): Promise<boolean> {
  const answer = await client.query({
    query: `SELECT
        (SELECT argMax(report, started_at) FROM runs WHERE JSONHas(report, 'totals', 'responses')) AS report,
        sum(g.responses) AS responses, sum(g.output) AS output
      FROM usage_groups AS g`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [row] = await answer.json<{ report: string; responses: number; output: number }>();
  if (!row || row.report === '') return true;
  const { totals } = JSON.parse(row.report) as RunReport;
  return totals === null || (row.responses >= totals.responses && row.output >= totals.outputTokens);
}

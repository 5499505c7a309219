import type { ClickHouseClient } from '@clickhouse/client';
import {
  readReportedTotals,
  readTotals,
  type CountedTotals,
  type ReportedTotals,
} from '../clickhouse/queries/totals.ts';
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
 *
 * @returns the totals of the evidence where a report has them already and nothing was written
 */
export async function renewEvidence(
  client: ClickHouseClient,
  { deadRuns, source, signal }: DoubtfulEvidence,
): Promise<CountedTotals | null> {
  const reported = await readReportedTotals(client);
  const { totals, evidence, isCurrent } = reported;
  const isWhole = await hasGrown(client, reported);
  if (isWhole && deadRuns.length === 0) return totals !== null && isCurrent ? { totals, evidence } : null;
  const which = isWhole ? 'AND l.run_id IN {deadRuns:Array(String)}' : '';
  const said = `l.privacy = 'full' AND l.response_key != '' ${which}`;
  for await (const lines of readStoredLines(client, said, { deadRuns }, signal)) {
    const { evidence } = encodeLines(lines);
    const { root, file, generation, offset } = lines[0] ?? { root: '', file: '', generation: 0, offset: 0 };
    const token = `renew:${Date.now()}:${root}:${file}:${generation}:${offset}`;
    await insertRows(client, 'response_evidence', evidence, { token, source });
  }
  return null;
}

/** What was counted before is not taken for evidence that a power loss has taken: its state tells lost parts. */
async function hasGrown(client: ClickHouseClient, reported: ReportedTotals): Promise<boolean> {
  if (reported.totals === null || reported.isCurrent) return true;
  const { responses, outputTokens } = (await readTotals(client)).totals;
  return responses >= reported.totals.responses && outputTokens >= reported.totals.outputTokens;
}

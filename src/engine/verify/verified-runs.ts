import type { ClickHouseClient } from '@clickhouse/client';
import type { RunOptions, RunReport } from '../../shared/run.ts';
import { countCompared } from '../../shared/verification-counts.ts';
import type { VerificationReport } from '../../shared/verification.ts';
import { followVersions } from '../checkpoints/checkpoint-table.ts';
import { clickhouseTime } from '../clickhouse/time.ts';
import { insertRunRow } from '../runs.ts';
import { ask, literal } from './ask.ts';
import { readOptions } from './coverage.ts';

/**
 * Notes the runs before a verification as verified: it passed and compared something, it looked at the folders that the run
 * was given, and no line of the run lies in others.
 */
export async function noteVerifiedRuns(
  client: ClickHouseClient,
  source: string,
  report: VerificationReport,
): Promise<void> {
  if (report.result !== 'passed' || countCompared(report) === 0) return;
  await followVersions(client);
  const runs = await ask<Record<string, unknown> & { run_id: string; report: string; options: string }>(
    client,
    `SELECT * FROM runs WHERE source = {source:String} AND status = 'completed' AND NOT verified AND report != ''
      AND finished_at <= {startedAt:DateTime64(3, 'UTC')}`,
    { source, startedAt: clickhouseTime(Date.parse(report.startedAt)) },
  );
  const outside = await runsElsewhere(client, source, report);
  for (const run of runs) {
    const options = readOptions(run.options);
    if (options === null || outside.has(run.run_id) || !areFoldersCovered(options, report)) continue;
    const runReport = { ...(JSON.parse(run.report) as RunReport), verified: true };
    await insertRunRow(client, { ...run, verified: true, report: JSON.stringify(runReport) });
  }
}

/** Runs with lines in folders that were not looked at. */
async function runsElsewhere(
  client: ClickHouseClient,
  source: string,
  { elsewhere }: VerificationReport,
): Promise<ReadonlySet<string>> {
  if (elsewhere === undefined || elsewhere.roots.length === 0) return new Set();
  const rows = await ask<{ run_id: string }>(
    client,
    `SELECT DISTINCT run_id FROM lines
      WHERE source = {source:String} AND root IN (${elsewhere.roots.map((root) => literal(root)).join(',')})`,
    { source },
  );
  return new Set(rows.map(({ run_id }) => run_id));
}

/** A manifest names files, not folders: where the lines are decides alone. */
function areFoldersCovered(
  { sources, manifest, anew }: RunOptions,
  { options, environment }: VerificationReport,
): boolean {
  const roots = new Set(environment.roots);
  if (anew.length > 0) return anew.every(({ root }) => roots.has(root));
  if (manifest !== undefined) return true;
  return sources.length === 0 ? options.sources.length === 0 : sources.every((root) => roots.has(root));
}

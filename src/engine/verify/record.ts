import type { ClickHouseClient } from '@clickhouse/client';
import type { RunReport } from '../../shared/run.ts';
import type { Severity, VerificationReport } from '../../shared/verification.ts';
import { followVersions } from '../checkpoints/checkpoint-table.ts';
import { clickhouseTime } from '../clickhouse/time.ts';
import { insertRunRow } from '../runs.ts';
import { ask } from './ask.ts';
import type { Verification } from './verify.ts';

/** Writes a verification into `verifications`, and after one that passed notes the runs before it as verified. */
export async function recordVerification(
  { engine, database }: Verification,
  report: VerificationReport,
): Promise<void> {
  const { client } = database;
  const count = (severity: Severity): number =>
    report.findings.filter((finding) => finding.severity === severity).length;
  const scores = Object.fromEntries(report.scores.map(({ dimension, value }) => [dimension, value]));
  await client.insert({
    table: 'verifications',
    format: 'JSONEachRow',
    values: [
      {
        verification_id: report.verificationId,
        source: engine.source,
        started_at: clickhouseTime(Date.parse(report.startedAt)),
        finished_at: clickhouseTime(Date.parse(report.finishedAt)),
        result: report.result,
        errors: count('error'),
        warnings: count('warning'),
        notes: count('note'),
        files: report.perFile.length,
        bytes_read: report.files.bytesRead,
        variance: report.variance,
        ...scores,
        options: JSON.stringify(report.options),
        report: JSON.stringify({
          ...report,
          perFile: report.perFile.filter(({ verdict }) => verdict !== 'equal'),
        }),
      },
    ],
    clickhouse_settings: { async_insert: 0 },
  });
  if (report.result === 'passed') await noteVerifiedRuns(client, engine.source, report);
}

/** What a run brought in is verified when everything below its folders is. */
async function noteVerifiedRuns(
  client: ClickHouseClient,
  source: string,
  report: VerificationReport,
): Promise<void> {
  await followVersions(client);
  const runs = await ask<Record<string, unknown> & { report: string; options: string }>(
    client,
    `SELECT * FROM runs WHERE source = {source:String} AND status = 'completed' AND NOT verified AND report != ''
      AND finished_at <= {startedAt:DateTime64(3, 'UTC')}`,
    { source, startedAt: clickhouseTime(Date.parse(report.startedAt)) },
  );
  const roots = new Set(report.environment.roots);
  for (const run of runs) {
    const { sources = [] } = JSON.parse(run.options) as { sources?: string[] };
    const isCovered =
      report.options.sources.length === 0 || (sources.length > 0 && sources.every((root) => roots.has(root)));
    if (!isCovered) continue;
    const runReport = { ...(JSON.parse(run.report) as RunReport), verified: true };
    await insertRunRow(client, { ...run, verified: true, report: JSON.stringify(runReport) });
  }
}

/** Earlier verifications of this machine, newest first; their reports leave out the files that were equal. */
export async function listVerifications(
  client: ClickHouseClient,
  source: string,
  limit: number,
): Promise<VerificationReport[]> {
  const rows = await ask<{ report: string }>(
    client,
    `SELECT report FROM verifications WHERE source = {source:String} ORDER BY started_at DESC LIMIT {limit:UInt32}`,
    { source, limit },
  );
  return rows.map(({ report }) => JSON.parse(report) as VerificationReport);
}

import type { ClickHouseClient } from '@clickhouse/client';
import { countFiles, withoutEqualFiles } from '../../shared/verification-counts.ts';
import type { Severity, VerificationReport } from '../../shared/verification.ts';
import { clickhouseTime } from '../clickhouse/time.ts';
import { noteVerifiedRuns } from './verified-runs.ts';
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
        files: countFiles(report),
        bytes_read: report.files.bytesRead,
        variance: report.variance,
        ...scores,
        options: JSON.stringify(report.options),
        report: JSON.stringify(withoutEqualFiles(report)),
      },
    ],
    clickhouse_settings: { async_insert: 0 },
  });
  await noteVerifiedRuns(client, engine.source, report);
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

import type { ClickHouseClient } from '@clickhouse/client';
import { runOptions, type RunOptions } from '../../shared/run.ts';
import { ask } from './ask.ts';

/** When the last complete run began that looked at all files of a root, in milliseconds since 1970; 0 when none did. */
export async function coverageOf(
  client: ClickHouseClient,
  source: string,
): Promise<(root: string) => number> {
  const runs = await ask<{ options: string; started: string }>(
    client,
    `SELECT options, toUnixTimestamp64Milli(started_at) AS started FROM runs
      WHERE source = {source:String} AND status = 'completed' ORDER BY started_at DESC LIMIT 1000`,
    { source },
  );
  let everywhereMs = 0;
  const byRoot = new Map<string, number>();
  for (const { options, started } of runs) {
    const asked = readOptions(options);
    if (asked === null || asked.manifest !== undefined || asked.anew.length > 0) continue;
    const { order: _order, ...filters } = asked.filters;
    if (Object.keys(filters).length > 0) continue;
    const startedMs = Number(started);
    if (asked.sources.length === 0) everywhereMs = Math.max(everywhereMs, startedMs);
    for (const root of asked.sources) byRoot.set(root, Math.max(byRoot.get(root) ?? 0, startedMs));
  }
  return (root) => Math.max(everywhereMs, byRoot.get(root) ?? 0);
}

/** What a run was told; null when that can't be read any more. */
export function readOptions(options: string): RunOptions | null {
  try {
    const parsed = runOptions.safeParse(JSON.parse(options));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

import type { ClickHouseClient } from '@clickhouse/client';
import {
  privacyLevels,
  privacySettings,
  strictest,
  type PrivacyLevel,
  type PrivacySettings,
} from '../../shared/privacy.ts';
import { ask } from './ask.ts';
import { readOptions } from './coverage.ts';

/**
 * What the last run was told about privacy; a repair must not store what a person wanted left out. Repairs themselves do not
 * count. Without a run on record, the strictest level of any line.
 */
export async function privacyOfLastRun(client: ClickHouseClient, source: string): Promise<PrivacySettings> {
  const runs = await ask<{ options: string }>(
    client,
    `SELECT options FROM runs WHERE source = {source:String} ORDER BY started_at DESC LIMIT 1000`,
    { source },
  );
  const asked = runs.map(({ options }) => readOptions(options)).find((one) => one?.anew.length === 0);
  if (asked) return asked.privacy;
  const [row] = await ask<{ level: number }>(
    client,
    'SELECT max(toInt8(privacy)) AS level FROM lines WHERE source = {source:String}',
    { source },
  );
  return privacySettings.parse({ default: levelOf(row?.level ?? 0) });
}

/** Level of each file, by `root\0file`: the strictest that one of its lines was stored at. */
export async function storedLevels(
  client: ClickHouseClient,
  source: string,
): Promise<ReadonlyMap<string, PrivacyLevel>> {
  const rows = await ask<{ root: string; file: string; level: number }>(
    client,
    `SELECT root, file, max(toInt8(privacy)) AS level FROM lines
      WHERE source = {source:String} AND reject_reason != 'refused-by-database' GROUP BY root, file HAVING level > 1`,
    { source },
  );
  return new Map(rows.map(({ root, file, level }) => [`${root}\0${file}`, levelOf(level)]));
}

/** As the enumeration in `lines` numbers them. */
function levelOf(number: number): PrivacyLevel {
  return privacyLevels[number - 1] ?? 'full';
}

/** The settings, nowhere less strict than a level. */
export function atLeast(settings: PrivacySettings, level: PrivacyLevel): PrivacySettings {
  return {
    default: strictest(settings.default, level),
    rules: settings.rules.map((rule) => ({ ...rule, level: strictest(rule.level, level) })),
  };
}

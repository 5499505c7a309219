import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from '../ask.ts';
import { beforeChecks } from '../before.ts';
import type { Findings } from '../findings.ts';

/** Columns whose type carries meaning: another time zone or a narrower number changes what is read back. */
const expectedTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lines: {
    generation: 'UInt32',
    offset: 'UInt64',
    length: 'UInt64',
    hash: 'UInt64',
    raw: 'String',
    kind: "Enum8('record' = 1, 'reject' = 2)",
    timestamp: "Nullable(DateTime64(3, 'UTC'))",
    is_sidechain: 'Bool',
    input_tokens: 'Int64',
    output_tokens: 'Int64',
    cache_read_tokens: 'Int64',
    cache_write_5m_tokens: 'Int64',
    cache_write_1h_tokens: 'Int64',
    web_search_requests: 'Int64',
    imported_at: "DateTime64(3, 'UTC')",
  },
  gaps: { offset: 'UInt64', raw: 'String' },
  file_states: {
    imported_bytes: 'UInt64',
    checksum: 'UInt64',
    ordered_checksum: 'UInt64',
    vanished_at: "Nullable(DateTime64(3, 'UTC'))",
  },
};

const ours = [
  'lines',
  'gaps',
  'file_states',
  'runs_log',
  'response_evidence',
  'price_lists',
  'kept_responses',
  'kept_response_groups',
  'kept_usage_groups',
  'kept_usage_states',
  'verifications',
  'records',
  'rejects',
  'files',
  'runs',
  'superseded_generations',
  'drift',
  'responses',
  'response_lines',
  'counted_responses',
  'sessions',
  'usage_daily',
  'usage_hourly',
  'usage_groups',
  'counted_usage_groups',
  'usage_state',
  'blocks',
  'prices',
];

/** Types, missing tables and rules that delete rows by themselves. */
export async function checkSchema(
  client: ClickHouseClient,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const check = beforeChecks.schema;
  findings.begin(check);
  const tables = await ask<{ name: string; has_ttl: number }>(
    client,
    `SELECT name, engine_full LIKE '% TTL %' OR create_table_query LIKE '% TTL %' AS has_ttl FROM system.tables
      WHERE database = currentDatabase() AND name IN {ours:Array(String)}`,
    { ours },
    signal,
  );
  findings.looked(check, ours.length);
  for (const name of ours) {
    if (tables.some((table) => table.name === name)) continue;
    findings.add(check, {
      message: `The table or view ${name} is missing.`,
      advice: 'Start again: missing tables and views are made when the database is opened.',
      action: { kind: 'migrate' },
    });
  }
  for (const { name, has_ttl } of tables) {
    if (has_ttl !== 1) continue;
    findings.add(check, {
      message: `The table ${name} has a TTL: ClickHouse deletes its rows when they are older.`,
      advice: `Take it away: ALTER TABLE ${name} REMOVE TTL. Then run a migration, which brings back what the files still hold.`,
      action: { kind: 'none' },
    });
  }
  await checkTypes(client, findings, signal);
}

async function checkTypes(client: ClickHouseClient, findings: Findings, signal: AbortSignal): Promise<void> {
  const check = beforeChecks.schema;
  const columns = await ask<{ table: string; name: string; type: string }>(
    client,
    `SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN {tables:Array(String)}`,
    { tables: Object.keys(expectedTypes) },
    signal,
  );
  for (const [table, types] of Object.entries(expectedTypes)) {
    for (const [name, expected] of Object.entries(types)) {
      findings.looked(check, 1);
      const type = columns.find((column) => column.table === table && column.name === name)?.type;
      if (type === expected) continue;
      findings.add(check, {
        message: `The column ${table}.${name} is ${type ?? 'missing'} and not ${expected}: what is read from it is not what was written.`,
        advice: `Give it back its type: ALTER TABLE ${table} MODIFY COLUMN ${name} ${expected}. Then verify again.`,
        action: { kind: 'none' },
      });
    }
  }
}

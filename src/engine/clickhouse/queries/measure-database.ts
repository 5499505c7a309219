import type { ClickHouseClient } from '@clickhouse/client';

/** Bytes on disk of our tables, and how many lines they hold. */
export async function measureDatabase(
  client: ClickHouseClient,
): Promise<{ readonly diskBytes: number; readonly lines: number }> {
  const answer = await client.query({
    query: `SELECT sum(bytes_on_disk) AS diskBytes, sumIf(rows, table = 'lines') AS lines
      FROM system.parts WHERE active AND database = currentDatabase()`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const [size] = await answer.json<{ diskBytes: number; lines: number }>();
  if (!size) throw new Error('A sum over parts has no row');
  return size;
}

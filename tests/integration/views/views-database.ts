import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll } from 'vitest';
import { connect } from '../../../src/engine/clickhouse/connect.ts';
import { serverScript } from '../embedded/start-server.ts';

/** What one line says about its response; what is left out is ordinary. */
export interface TestEvidence {
  readonly key: string;
  /** ISO 8601, null for a line without one. */
  readonly at: string | null;
  readonly model?: string;
  readonly speed?: string;
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly webSearches?: number;
  readonly session?: string;
  readonly project?: string;
  readonly file?: string;
  readonly isSidechain?: boolean;
  readonly hasStopReason?: boolean;
}

export interface ViewsDatabase {
  readonly client: ClickHouseClient;
  /** One insert, one part. */
  addEvidence(...lines: readonly TestEvidence[]): Promise<void>;
  /** Rows of `lines`; what is left out is empty. */
  addLines(...lines: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  command(sql: string): Promise<void>;
  /** Decimals come as text, counts as numbers. */
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
}

/** The real schema in a real embedded database, gone after the tests of the file. Merges are stopped. */
export async function openViewsDatabase(): Promise<ViewsDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tokenhouse-views-'));
  const database = await connect(
    { kind: 'embedded' },
    {
      dataDir,
      files: {
        migrations: resolve(import.meta.dirname, '../../../resources/migrations'),
        embeddedServer: await serverScript(),
        extractWorker: '',
        inspectWorker: '',
        verifyWorker: '',
      },
    },
  );
  afterAll(async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });
  const { client } = database;
  const insert = async (table: string, values: readonly unknown[]): Promise<void> => {
    await client.insert({
      table,
      values,
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0, date_time_input_format: 'best_effort', optimize_on_insert: 0 },
    });
  };
  const command = async (query: string): Promise<void> => {
    await client.command({ query });
  };
  await command('SYSTEM STOP MERGES response_evidence');
  return {
    client,
    addEvidence: (...lines) => insert('response_evidence', lines.map(evidenceRow)),
    addLines: (...lines) =>
      insert(
        'lines',
        lines.map((line) => ({ source: 'm', root: '/r', file: 'f.jsonl', kind: 'record', ...line })),
      ),
    command,
    query: async <Row>(query: string) => {
      const answer = await client.query({
        query,
        format: 'JSONEachRow',
        clickhouse_settings: {
          output_format_json_quote_64bit_integers: 0,
          output_format_json_quote_decimals: 1,
        },
      });
      return answer.json<Row>();
    },
  };
}

function evidenceRow(line: TestEvidence): Record<string, unknown> {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = line;
  return {
    response_key: line.key,
    usage: {
      output_tokens: output,
      total_tokens: input + output + cacheRead + cacheWrite5m + cacheWrite1h,
      input_tokens: input,
      cache_read_tokens: cacheRead,
      cache_write_5m_tokens: cacheWrite5m,
      cache_write_1h_tokens: cacheWrite1h,
      web_search_requests: line.webSearches ?? 0,
      model: line.model ?? 'claude-opus-4-5-20251101',
      service_tier: 'standard',
      speed: line.speed ?? '',
    },
    first: {
      is_progress: 0,
      timestamp: line.at === null ? '9223372036854775807' : Date.parse(line.at),
      is_sidechain: line.isSidechain ? 1 : 0,
      file: line.file ?? 'p/s1.jsonl',
      source: 'm',
      root: '/r',
      session_id: line.session ?? 's1',
      agent_id: '',
      project: line.project ?? '/home/me/p',
      git_branch: 'main',
      version: '2.1.97',
    },
    has_stop_reason: line.hasStopReason === false ? 0 : 1,
    has_own_line: 1,
  };
}

import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';

/**
 * What a server's profile must not decide, as it would make an answer shorter or another one than the one asked for: rows
 * that are cut off without an error, sums of nothing that are null or no row.
 */
export const unalteredAnswers: ClickHouseSettings = {
  limit: '0',
  offset: '0',
  max_result_rows: '0',
  max_result_bytes: '0',
  result_overflow_mode: 'throw',
  read_overflow_mode: 'throw',
  group_by_overflow_mode: 'throw',
  sort_overflow_mode: 'throw',
  distinct_overflow_mode: 'throw',
  join_overflow_mode: 'throw',
  set_overflow_mode: 'throw',
  timeout_overflow_mode: 'throw',
  aggregate_functions_null_for_empty: 0,
  empty_result_for_aggregation_by_empty_set: 0,
  join_use_nulls: 0,
  transform_null_in: 0,
};

/** ClickHouse names the query in the headers of every answer (CH docs, interfaces/http). */
const originHeader = 'x-clickhouse-query-id';

interface Answer {
  readonly response_headers: Readonly<Record<string, unknown>>;
}

/**
 * Makes a client refuse what did not come from ClickHouse: the page of a proxy, or nothing at all, with status 200 or 204
 * would be taken for an empty list, or for rows that were inserted (client 1.23.1, measured).
 */
export function trustOnlyClickHouse(client: ClickHouseClient): ClickHouseClient {
  const query = client.query.bind(client);
  const command = client.command.bind(client);
  const exec = client.exec.bind(client);
  return Object.assign(client, {
    command: async (params: Parameters<typeof command>[0]) => checked(await command(params)),
    query: async (params: Parameters<typeof query>[0]) => {
      const answer = await query(params);
      if (!isOfClickHouse(answer)) answer.close();
      return checked(answer);
    },
    exec: async (params: Parameters<typeof exec>[0]) => {
      const answer = await exec(params);
      if (!isOfClickHouse(answer)) answer.stream.destroy();
      return checked(answer);
    },
  });
}

function isOfClickHouse({ response_headers: headers }: Answer): boolean {
  return headers[originHeader] !== undefined;
}

function checked<Result extends Answer>(answer: Result): Result {
  if (isOfClickHouse(answer)) return answer;
  throw new Error('The answer does not come from ClickHouse.');
}

/**
 * A list that is acted on is believed only when it is whole: a proxy may end an answer behind any row.
 *
 * @throws Error when there are more or fewer rows than were counted
 */
export function requireWhole(rows: number, counted: number, what: string): void {
  if (rows === counted) return;
  throw new Error(`The answer has ${rows} of ${counted} ${what}.`);
}

import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/clickhouse/connect.ts';
import type { DemoTotals } from '../../../src/engine/demo/demo-totals.ts';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { explain, type Explanation } from '../../../src/engine/explain/explain.ts';
import { explainLines } from '../../../src/engine/explain/explain-lines.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';

let workspace: Workspace;
let database: Database;
let known: DemoTotals;
let everything: Explanation;

beforeAll(async () => {
  workspace = await makeWorkspace();
  known = await generateHistory({
    output: dirname(workspace.sources),
    lines: 3000,
    seed: 11,
    endMs: Date.UTC(2026, 10, 20),
  });
  await workspace.migrate({ sources: [join(dirname(workspace.sources), 'projects')] });
  database = await workspace.engine.openDatabase();
  everything = await explain(database.client, {});
  return () => database.close();
});

const sums = `count() AS responses, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens,
  sum(cache_write_5m_tokens + cache_write_1h_tokens) AS cacheWriteTokens, sum(cache_read_tokens) AS cacheReadTokens,
  sum(total_tokens) AS totalTokens`;

/** What the rows of a table with a response_key add up to, by the day, session and model of the response. */
const groupedQuery = (table: string, condition: string): string => `
  SELECT r.day AS day, r.session_id AS session, r.model AS model, count() AS responses, sum(l.input_tokens) AS input,
    sum(l.output_tokens) AS output, sum(l.cache_write_5m_tokens) AS write5m, sum(l.cache_write_1h_tokens) AS write1h,
    sum(l.cache_read_tokens) AS read, sum(l.total_tokens) AS total, sum(l.web_search_requests) AS searches
  FROM (SELECT * FROM ${table}) AS l INNER JOIN (SELECT * FROM responses) AS r ON l.response_key = r.response_key
  WHERE ${condition} GROUP BY day, session, model ORDER BY day, session, model`;

describe('on a history whose totals are known', () => {
  it('counts what was written', () => {
    expect(everything.ours).toMatchObject({
      responses: known.responses,
      inputTokens: known.inputTokens,
      outputTokens: known.outputTokens,
      cacheWriteTokens: known.cacheWrite5mTokens + known.cacheWrite1hTokens,
      cacheReadTokens: known.cacheReadTokens,
    });
    expect(everything.counted).toBe(known.responses);
    expect(everything.withoutLine).toBe(0);
  });

  it('has the sum of the counted lines equal to the responses, by day, session and model', async () => {
    const counted = await workspace.query(groupedQuery('response_lines', "l.role = 'counted'"));
    const responses = await workspace.query(groupedQuery('responses', 'true'));
    expect(counted).toEqual(responses);
    expect(responses.length).toBeGreaterThan(10);
  });

  it('counts exactly one line of each response', async () => {
    const odd = await workspace.query(
      `SELECT response_key FROM (SELECT * FROM response_lines) GROUP BY response_key HAVING countIf(role = 'counted') != 1`,
    );
    expect(odd).toEqual([]);
    const [lines] = await workspace.query<{ n: number }>(
      "SELECT count() AS n FROM lines WHERE response_key != ''",
    );
    expect(everything.counted + everything.collapsed).toBe(lines?.n);
  });

  it('has the naive sum equal to the plain sum of the lines', async () => {
    const [plain] = await workspace.query(
      `SELECT ${sums.replace('sum(total_tokens)', 'inputTokens + outputTokens + cacheWriteTokens + cacheReadTokens')}
       FROM lines WHERE response_key != '' AND type = 'assistant'`,
    );
    expect(everything.naive).toEqual(plain);
    expect(everything.naive.totalTokens).toBeGreaterThan(everything.ours.totalTokens);
  });

  it('adds up: explanations of days, sessions and models are parts of the whole', async () => {
    for (const [name, column] of [
      ['day', 'day'],
      ['session', 'session_id'],
      ['model', 'model'],
    ] as const) {
      const values = await workspace.query<{ value: string }>(
        `SELECT DISTINCT toString(${column}) AS value FROM (SELECT * FROM responses) ORDER BY value LIMIT 3`,
      );
      for (const { value } of values) {
        const part = await explain(database.client, { [name]: value });
        const [expected] = await workspace.query(
          `SELECT ${sums} FROM (SELECT * FROM responses) WHERE toString(${column}) = '${value}'`,
        );
        expect(part.ours, `${name} ${value}`).toEqual(expected);
        expect(part.counted).toBe(part.ours.responses);
        for (const rule of ['ccusage', 'naive', 'firstLineWins'] as const) {
          const told = part.differences[rule].reduce((sum, { totalTokens }) => sum + totalTokens, 0);
          expect(told, `${rule} ${value}`).toBe(part[rule].totalTokens - part.ours.totalTokens);
        }
      }
    }
  });

  it('streams every line, the counted one of a response first', async () => {
    let lines = 0;
    let key = '';
    for await (const line of explainLines(database.client, {})) {
      lines++;
      expect(line.role === 'counted').toBe(line.responseKey !== key);
      if (line.role === 'counted') expect(line).toMatchObject(line.counted);
      key = line.responseKey;
    }
    expect(lines).toBe(everything.counted + everything.collapsed);
  });

  it('answers a selection that nothing belongs to with zeros', async () => {
    const nothing = await explain(database.client, { session: 'no-such-session' });
    expect(nothing).toMatchObject({ counted: 0, collapsed: 0, examples: [] });
    expect(nothing.ours.totalTokens).toBe(0);
  });
});

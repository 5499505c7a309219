import type { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, startTestServer, until, type TestServer, socketAgent } from './start-server.ts';

let test: TestServer;
let agent: Agent;

beforeAll(async () => {
  test = await startTestServer();
  agent = socketAgent(test.server.socketPath);
  await test.client.command({ query: 'CREATE TABLE numbered (n UInt64) ENGINE = MergeTree ORDER BY n' });
  await test.client.command({ query: 'INSERT INTO numbered SELECT number FROM numbers(10)' });
});

afterAll(async () => {
  agent.destroy();
  await test.stop();
});

const search = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

async function ask(body: string, parameters: Record<string, string> = {}): Promise<string> {
  const answer = await rawRequest(agent, search(parameters), { body });
  return answer.body.toString();
}

describe('the HTTP interface', () => {
  it('answers the ping of the client, with and without a statement', async () => {
    expect(await test.client.ping()).toEqual({ success: true });
    expect(await test.client.ping({ select: true })).toEqual({ success: true });
  });

  it('takes a statement from the URL, the body, and both', async () => {
    expect((await rawRequest(agent, search({ query: 'SELECT 1' }), { method: 'GET' })).body.toString()).toBe(
      '1\n',
    );
    expect(await ask('SELECT 2')).toBe('2\n');
    expect(await ask('2 + 1', { query: 'SELECT' })).toBe('3\n');
  });

  it('says what a response is', async () => {
    const { status, headers } = await rawRequest(
      agent,
      search({ query_id: 'my-query', default_format: 'JSONEachRow' }),
      {
        body: 'SELECT n FROM numbered',
      },
    );
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'x-clickhouse-query-id': 'my-query',
      'x-clickhouse-format': 'JSONEachRow',
      'x-clickhouse-server-display-name': 'tokenhouse-embedded',
      'content-type': 'application/x-ndjson; charset=UTF-8',
    });
    expect(headers['x-clickhouse-timezone']).toMatch(/^[A-Z][\w+/-]+$/);
    const summary = JSON.parse(String(headers['x-clickhouse-summary'])) as Record<string, string>;
    expect(summary).toMatchObject({ read_rows: '10', result_rows: '10', written_rows: '0' });
    for (const value of Object.values(summary)) expect(value).toMatch(/^\d+$/);
  });

  it.each([
    ['SELEC 1', 400, '62'],
    ['', 400, '62'],
    ['exit', 400, '62'],
    ['SELECT 1; SELECT 2', 400, '62'],
    ['SELECT nope', 404, '47'],
    ['SELECT * FROM nope', 404, '60'],
    ['SELECT nope()', 404, '46'],
    ['SELECT 1 FORMAT Nope', 404, '73'],
    ['SELECT 1 SETTINGS nope = 1', 404, '115'],
    ['SELECT throwIf(1)', 500, '395'],
    ["SELECT 1 INTO OUTFILE '/tmp/never'", 501, '48'],
    ['SELECT {missing:String}', 400, '456'],
  ])('refuses %j as a server does', async (body, status, code) => {
    const answer = await rawRequest(agent, '', { body });
    expect(answer.headers['x-clickhouse-exception-code']).toBe(code);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\)`, 's'),
    );
    expect(answer.body.toString().match(/Code: \d+/g)).toHaveLength(1);
  });

  it('gives the client the code and the type of an error', async () => {
    await expect(test.client.query({ query: 'SELECT * FROM nope' })).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    });
  });

  it('knows no other address', async () => {
    const answer = await rawRequest(agent, '', { method: 'PUT', body: 'x' });
    expect(answer.status).toBe(404);
  });
});

describe('a session', () => {
  it('runs in a real database, not in the one that reads files by name', async () => {
    expect(await ask('SELECT currentDatabase()')).toBe('tokenhouse\n');
    expect(await ask("SELECT engine FROM system.databases WHERE name = 'tokenhouse'")).toBe('Atomic\n');
    expect(
      (await rawRequest(agent, '', { body: 'SELECT * FROM `/etc/passwd`' })).headers[
        'x-clickhouse-exception-code'
      ],
    ).toBe('60');
    expect(await ask('SELECT currentDatabase()', { database: 'system' })).toBe('system\n');
    expect((await rawRequest(agent, search({ database: 'nope' }), { body: 'SELECT 1' })).status).toBe(404);
  });

  it('does not pass its settings on', async () => {
    const setting = "SELECT value FROM system.settings WHERE name = 'max_block_size'";
    const before = await ask(setting);
    expect(await ask(setting, { max_block_size: '1234' })).toBe('1234\n');
    await ask('SET max_block_size = 4321');
    await ask('SELECT 1 SETTINGS max_block_size = 99');
    await ask('USE system');
    const answers = await Promise.all(Array.from({ length: 20 }, async () => ask(setting)));
    expect(new Set(answers)).toEqual(new Set([before]));
    expect(await ask('SELECT currentDatabase()')).toBe('tokenhouse\n');
  });

  it('passes odd values of settings unchanged', async () => {
    const value = 'it\'s \\ a\nnote; -- "x" `y` ü';
    expect(await ask("SELECT getSetting('log_comment') FORMAT RawBLOB", { log_comment: value })).toBe(value);
  });

  it('ignores parameters that are for HTTP only, and refuses unknown settings', async () => {
    expect(
      await ask('SELECT 1', {
        wait_end_of_query: '1',
        send_progress_in_http_headers: '1',
        http_headers_progress_interval_ms: '100',
        session_id: 'x',
        user: 'default',
        password: '',
        compress: '0',
      }),
    ).toBe('1\n');
    const unknown = await rawRequest(agent, search({ max_thread: '1' }), { body: 'SELECT 1' });
    expect(unknown.headers['x-clickhouse-exception-code']).toBe('115');
    const injected = await rawRequest(agent, search({ 'max_threads = 1; DROP TABLE numbered; --': '1' }), {
      body: 'SELECT 1',
    });
    expect(injected.headers['x-clickhouse-exception-code']).toBe('115');
  });

  it('does not prepend what a failed SELECT had produced to the next result', async () => {
    for (let round = 0; round < 20; round += 1) {
      const failed = await rawRequest(agent, '', {
        body: 'SELECT number, throwIf(number = 900) FROM numbers(1000) SETTINGS max_block_size = 10 FORMAT TSV',
      });
      expect(failed.status).toBe(500);
      expect(await ask('SELECT 1')).toBe('1\n');
    }
  });

  it('is apart from the others that run at the same time', async () => {
    const table = async (index: number): Promise<void> => {
      await test.client.insert({
        table: 'numbered',
        values: Array.from({ length: 100 }, (_, n) => ({ n: 1000 + index * 100 + n })),
        format: 'JSONEachRow',
      });
    };
    const select = async (index: number): Promise<string> =>
      ask(
        `SELECT sum(number) + {index:UInt64} FROM numbers({upTo:UInt64}) SETTINGS max_block_size = ${100 + index}`,
        { param_index: String(index), param_upTo: '2000000' },
      );
    const selects = Array.from({ length: 60 }, async (_, index) => select(index));
    const inserts = Array.from({ length: 10 }, async (_, index) => table(index));
    expect(await Promise.all(selects)).toEqual(
      Array.from({ length: 60 }, (_, index) => `${1999999000000 + index}\n`),
    );
    await Promise.all(inserts);
    expect(await ask('SELECT count(), sum(n) FROM numbered WHERE n >= 1000')).toBe('1000\t1499500\n');
    await test.client.command({ query: 'DELETE FROM numbered WHERE n >= 1000' });
  });
});

describe('parameters', () => {
  it.each([
    "it's",
    'a\nb\tc',
    '\\n \\ \\\\',
    '"; DROP TABLE numbered; --',
    '\0 nul',
    '{a:String}',
    'ü 😀',
    '',
  ])('%j arrive unchanged', async (value) => {
    const result = await test.client.query({
      query: 'SELECT {value:String} AS value, hex({value:String}) AS hex',
      query_params: { value },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ value, hex: Buffer.from(value).toString('hex').toUpperCase() }]);
  });

  it('of every kind, in every clause', async () => {
    const result = await test.client.query({
      query:
        'SELECT {list:Array(String)} AS list, {count:UInt8} AS count, n FROM {table:Identifier} WHERE n IN {wanted:Array(UInt64)} ORDER BY n',
      query_params: { list: ["a'b", 'c\n'], count: 7, table: 'numbered', wanted: [3, 5] },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([3, 5].map((n) => ({ list: ["a'b", 'c\n'], count: 7, n })));
  });

  it('work in inserts, too', async () => {
    await test.client.command({ query: 'CREATE OR REPLACE TABLE target (n UInt64) ENGINE = Memory' });
    await ask('INSERT INTO {table:Identifier} VALUES (1)', { param_table: 'target' });
    expect(await ask('SELECT * FROM target')).toBe('1\n');
  });
});

describe('a reader', () => {
  it.each(['1', '2'])('with readonly = %s cannot write', async (readonly) => {
    for (const body of [
      'INSERT INTO numbered VALUES (1)',
      'INSERT INTO numbered SELECT 1',
      "INSERT INTO FUNCTION file('/tmp/never', 'CSV', 'n UInt8') SELECT 1",
      'DROP TABLE numbered',
      'CREATE TABLE other (n UInt8) ENGINE = Memory',
      'ALTER TABLE numbered DELETE WHERE 1',
      'SELECT 1 SETTINGS readonly = 0',
    ]) {
      const answer = await rawRequest(agent, search({ readonly }), { body });
      expect(answer.headers['x-clickhouse-exception-code'], body).toBe('164');
    }
    expect(await ask('SELECT count() FROM numbered', { readonly })).toBe('10\n');
  });

  it('with readonly = 1 cannot change settings, with 2 it can', async () => {
    expect(await ask('SELECT 1 SETTINGS max_threads = 1', { readonly: '1' })).toContain('READONLY');
    expect(await ask('SELECT 1 SETTINGS max_threads = 1', { readonly: '2' })).toBe('1\n');
    expect(await ask('SELECT 1', { readonly: '1', max_threads: '1' })).toBe('1\n');
  });

  it('is whoever asks with GET', async () => {
    const answer = await rawRequest(agent, search({ query: 'DROP TABLE numbered' }), { method: 'GET' });
    expect(answer.headers['x-clickhouse-exception-code']).toBe('164');
  });
});

const isRunning = async (comment: string): Promise<boolean> =>
  (await ask(`SELECT count() FROM system.processes WHERE Settings['log_comment'] = '${comment}'`)) === '1\n';

describe('a long statement', () => {
  const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 0';
  it('ends at max_execution_time', async () => {
    const answer = await rawRequest(agent, search({ max_execution_time: '1' }), { body: endless });
    expect(answer.headers['x-clickhouse-exception-code']).toBe('159');
  });

  it('can be killed by the id that its client gave it', async () => {
    const asking = rawRequest(agent, search({ query_id: 'kill-me' }), { body: endless });
    await until(async () => isRunning('kill-me'));
    await ask("KILL QUERY WHERE query_id = 'kill-me' ASYNC");
    expect((await asking).headers['x-clickhouse-exception-code']).toBe('394');
  });

  it.each([
    ['SELECT', endless],
    ['statement without a result', `CREATE TABLE never ENGINE = Memory AS ${endless}`],
  ])('is stopped when its client goes away: %s', async (_, query) => {
    const leaving = new AbortController();
    const asking = test.client.exec({ query, abort_signal: leaving.signal, query_id: 'leaving' });
    const outcome = expect(asking).rejects.toThrow('aborted');
    await until(async () => isRunning('leaving'));
    leaving.abort();
    await outcome;
    await until(async () => !(await isRunning('leaving')));
  });
});

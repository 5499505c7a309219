import { buffer as readAll } from 'node:stream/consumers';
import { readFileSync } from 'node:fs';
import { request, type Agent } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, startTestServer, until, type TestServer, socketAgent } from './start-server.ts';

let test: TestServer;
let agent: Agent;

beforeAll(async () => {
  test = await startTestServer();
  agent = socketAgent(test.server.socketPath);
});

afterAll(async () => {
  agent.destroy();
  await test.stop();
});

async function ask(body: string): Promise<Buffer> {
  const answer = await rawRequest(agent, '', { body });
  expect(answer.status, answer.body.toString().slice(0, 500)).toBe(200);
  return answer.body;
}

const many = 'SELECT number, toString(number) AS text FROM numbers(300000) SETTINGS max_block_size = 1000';

describe('a result of many blocks', () => {
  it.each(['JSON', 'JSONCompact', 'JSONColumns'])('is one document as %s', async (format) => {
    const document = JSON.parse((await ask(`${many} FORMAT ${format}`)).toString()) as Record<
      string,
      unknown
    >;
    if (format === 'JSONColumns') expect((document['text'] as string[]).at(-1)).toBe('299999');
    else expect(document).toMatchObject({ rows: 300000 });
  });

  it.each(['CSVWithNames', 'TSVWithNames', 'JSONCompactEachRowWithNames'])(
    'has one header as %s',
    async (format) => {
      const lines = (await ask(`${many} FORMAT ${format}`)).toString().trimEnd().split('\n');
      expect(lines).toHaveLength(300001);
      expect(lines.filter((line) => line.includes('number'))).toHaveLength(1);
    },
  );

  it.each([
    'Native',
    'Parquet',
    'Arrow',
    'ArrowStream',
    'ORC',
    'Avro',
    'RowBinaryWithNamesAndTypes',
    'JSONEachRow',
    'CSV',
    'Values',
    'XML',
    'MsgPack',
  ])('comes whole as %s', async (format) => {
    const bytes = await ask(`${many} FORMAT ${format}`);
    if (format === 'XML') {
      expect(bytes.toString().match(/<row>/g)).toHaveLength(300000);
      return;
    }
    const types = 'number UInt64, text String';
    await test.client.command({
      query: `CREATE OR REPLACE TABLE copy (${types}) ENGINE = MergeTree ORDER BY number`,
    });
    const search = new URLSearchParams({ query: `INSERT INTO copy FORMAT ${format}` }).toString();
    const inserted = await rawRequest(agent, search, { body: bytes });
    expect(inserted.status, inserted.body.toString()).toBe(200);
    expect((await ask('SELECT count(), sum(number), sum(cityHash64(text)) FROM copy')).toString()).toBe(
      (
        await ask('SELECT count(), sum(number), sum(cityHash64(toString(number))) FROM numbers(300000)')
      ).toString(),
    );
  });

  it('keeps totals, extremes and empty results', async () => {
    const totals =
      'SELECT number % 3 AS k, count() AS c FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k SETTINGS extremes = 1 FORMAT JSON';
    expect(JSON.parse((await ask(totals)).toString())).toMatchObject({
      rows: 3,
      totals: { k: 0, c: 10 },
      extremes: { max: { k: 2, c: 4 } },
    });
    expect(JSON.parse((await ask('SELECT 1 WHERE 0 FORMAT JSON')).toString())).toMatchObject({ rows: 0 });
    expect((await ask('SELECT 1 WHERE 0 FORMAT TSV')).length).toBe(0);
    expect((await ask("SELECT '' FROM numbers(10) FORMAT RawBLOB")).length).toBe(0);
    expect((await ask('SELECT number FROM numbers(1000000) FORMAT Null')).length).toBe(0);
  });

  it.each([
    'SHOW TABLES',
    'DESCRIBE TABLE system.one SETTINGS describe_compact_output = 1',
    'EXISTS TABLE system.one',
    'EXPLAIN SELECT 1',
    'SHOW CREATE DATABASE tokenhouse',
    "SHOW SETTINGS LIKE 'max_threads'",
    'WITH 1 AS x SELECT x',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'FROM system.one SELECT dummy',
    "SELECT 'FORMAT JSON -- ' -- FORMAT CSV",
  ])('of %j comes in the format that the request names', async (query) => {
    const result = await test.client.query({ query, format: 'JSONEachRow' });
    for (const row of await result.json()) expect(row).toBeTypeOf('object');
  });
});

describe('a large result', () => {
  it('streams: the server waits for a slow reader and does not hold the result', async () => {
    const size = 1_000_000_000;
    const before = residentBytes();
    const asking = request({ socketPath: test.server.socketPath, method: 'POST', path: '/' });
    asking.end("SELECT repeat('x', 999) FROM numbers(1000000) FORMAT TSV");
    let read = 0;
    let most = 0;
    await new Promise<void>((resolve, reject) => {
      asking.on('error', reject);
      asking.on('response', (response) => {
        response.on('error', reject);
        response.on('end', resolve);
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read % 97 === 0) most = Math.max(most, residentBytes());
          // A reader that pauses now and then: what it does not read must wait in the engine.
          if (read % 11 !== 0) return;
          response.pause();
          setImmediate(() => response.resume());
        });
      });
    });
    expect(read).toBe(size);
    expect(most - before).toBeLessThan(size / 2);
  });

  it('may be left by its reader, who stops the statement', async () => {
    const { stream } = await test.client.exec({
      query: "SELECT repeat('x', 1000) FROM numbers(100000000) FORMAT TSV",
      query_id: 'left',
    });
    for await (const chunk of stream) {
      expect(String(chunk)).toMatch(/^x+/);
      break;
    }
    stream.destroy();
    await until(
      async () =>
        (
          await ask("SELECT count() FROM system.processes WHERE Settings['log_comment'] = 'left'")
        ).toString() === '0\n',
    );
  });
});

function residentBytes(): number {
  const pages = Number(readFileSync(`/proc/${test.server.pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4096;
}

describe('a statement that fails in the middle of its result', () => {
  const failing =
    "SELECT number, repeat('x', 1000) AS text, throwIf(number = 200000) AS broken FROM numbers(300000) SETTINGS max_block_size = 1000";

  it.each(['JSONEachRow', 'JSONCompactEachRow', 'TabSeparated'] as const)(
    'rejects in the client with the reason (%s)',
    async (format) => {
      const result = await test.client.query({ query: failing, format });
      const read = async (): Promise<number> => {
        let rows = 0;
        for await (const chunk of result.stream()) rows += chunk.length;
        return rows;
      };
      await expect(read()).rejects.toThrow();
    },
  );

  it.each(['JSON', 'CSV', 'Parquet', 'TSV'] as const)(
    'rejects in the client, never passing for whole (%s)',
    async (format) => {
      const result = await test.client
        .exec({
          query: `${failing} FORMAT ${format}`,
          clickhouse_settings: { output_format_parquet_row_group_size: '1000' },
        })
        .catch((error: unknown) => error);
      if (result instanceof Error) return;
      const { stream } = result as Awaited<ReturnType<typeof test.client.exec>>;
      await expect(readAll(stream)).rejects.toThrow();
    },
  );

  it('carries the exception in the words of the protocol', async () => {
    const text = await new Promise<string>((resolve) => {
      const asking = request(
        { socketPath: test.server.socketPath, method: 'POST', path: '/?default_format=JSONEachRow' },
        (response) => {
          let tail = '';
          response.setEncoding('latin1').on('data', (chunk: string) => {
            tail = (tail + chunk).slice(-2000);
          });
          response.on('error', () => undefined);
          response.on('close', () =>
            resolve(
              `${String(response.headers['x-clickhouse-exception-tag'])}\n${String(response.complete)}\n${tail}`,
            ),
          );
        },
      );
      asking.end(failing);
    });
    const tag = text.split('\n')[0] ?? '';
    expect(tag).toMatch(/^[0-9a-f]{16}$/);
    expect(text.split('\n')[1]).toBe('false');
    expect(text).toMatch(
      new RegExp(
        `\\r\\n__exception__\\r\\n${tag}\\r\\nCode: 395\\. .*\\n\\d+ ${tag}\\r\\n__exception__\\r\\n$`,
        's',
      ),
    );
  });

  it('leaves the server in order', async () => {
    expect((await ask('SELECT 1')).toString()).toBe('1\n');
    expect((await ask('SELECT count() FROM system.processes')).toString()).toBe('1\n');
  });
});

describe('compression of a result', () => {
  it('is gzip, when asked for in both places', async () => {
    const search = new URLSearchParams({ enable_http_compression: '1' }).toString();
    const answer = await rawRequest(agent, search, { body: many, headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.body)).toEqual(await ask(many));
    const plain = await rawRequest(agent, '', { body: 'SELECT 1', headers: { 'Accept-Encoding': 'gzip' } });
    expect(plain.body.toString()).toBe('1\n');
  });

  it('does not hide an error', async () => {
    const search = new URLSearchParams({ enable_http_compression: '1' }).toString();
    const answer = await rawRequest(agent, search, {
      body: 'SELECT throwIf(1)',
      headers: { 'Accept-Encoding': 'gzip' },
    });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toMatch(/^Code: 395/);
  });

  it('works through the client in both directions', async () => {
    const { createClient } = await import('@clickhouse/client');
    const own = socketAgent(test.server.socketPath);
    const client = createClient({
      url: 'http://localhost',
      http_agent: own,
      compression: { request: true, response: true },
    });
    await client.command({ query: 'CREATE OR REPLACE TABLE zipped (n UInt64) ENGINE = Memory' });
    await client.insert({ table: 'zipped', values: [{ n: 1 }, { n: 2 }], format: 'JSONEachRow' });
    expect(
      await (await client.query({ query: 'SELECT sum(n) AS n FROM zipped', format: 'JSONEachRow' })).json(),
    ).toEqual([{ n: 3 }]);
    await client.close();
    own.destroy();
  });
});

import { createHash } from 'node:crypto';
import { request, type Agent } from 'node:http';
import { Readable } from 'node:stream';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cut, encoders, largeValue, nastyValues } from './encode-rows.ts';
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

const sha = (value: Buffer): string => createHash('sha256').update(value).digest('hex').toUpperCase();

async function command(query: string): Promise<void> {
  await test.client.command({ query });
}

/** The values of a table as hashes, which no text encoding can blur. */
async function hashes(table: string, column = 'x'): Promise<string[]> {
  const result = await rawRequest(agent, '', {
    body: `SELECT hex(SHA256(${column})) FROM ${table} FORMAT TSV`,
  });
  expect(result.status).toBe(200);
  return result.body
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

async function count(table: string): Promise<number> {
  const result = await rawRequest(agent, '', { body: `SELECT count() FROM ${table}` });
  return Number(result.body.toString());
}

/** Inserts through the ordinary client, in pieces. */
async function insert(table: string, format: string, bytes: Buffer): Promise<string | undefined> {
  const { stream, summary } = await test.client.exec({
    query: `INSERT INTO ${table} FORMAT ${format}`,
    values: Readable.from(cut(bytes), { objectMode: false }),
  });
  for await (const chunk of stream) throw new Error(`An INSERT answered ${String(chunk)}`);
  return summary?.written_rows;
}

beforeEach(async () => {
  await command('CREATE TABLE IF NOT EXISTS victim (x String) ENGINE = MergeTree ORDER BY tuple()');
  await command('CREATE OR REPLACE TABLE t (x String) ENGINE = MergeTree ORDER BY tuple()');
});

describe('rows of a transcript', () => {
  it.each(Object.keys(encoders))('arrive unchanged as %s', async (format) => {
    expect(await insert('t', format, encoders[format]!(nastyValues))).toBe(String(nastyValues.length));
    expect(await hashes('t')).toEqual(nastyValues.map(sha).toSorted());
    expect(await count('victim')).toBe(0);
  });

  it.each(Object.keys(encoders))(
    'arrive unchanged as %s when the statement is in the body, too',
    async (format) => {
      const body = Buffer.concat([
        Buffer.from(`INSERT INTO t FORMAT ${format}\n`),
        encoders[format]!(nastyValues),
      ]);
      expect((await rawRequest(agent, '', { body })).status).toBe(200);
      expect(await hashes('t')).toEqual(nastyValues.map(sha).toSorted());
      expect(await count('victim')).toBe(0);
    },
  );

  it('arrive unchanged as RawBLOB and LineAsString', async () => {
    for (const value of nastyValues.filter((each) => each.length > 0)) await insert('t', 'RawBLOB', value);
    expect(await hashes('t')).toEqual(
      nastyValues
        .filter((each) => each.length > 0)
        .map(sha)
        .toSorted(),
    );
    await command('TRUNCATE TABLE t');
    const lines = nastyValues.filter(
      (value) => !value.includes(10) && !value.includes(13) && value.length > 0,
    );
    await insert('t', 'LineAsString', Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
    expect(await hashes('t')).toEqual(lines.map(sha).toSorted());
  });

  it.each(['Native', 'Parquet', 'RowBinary', 'Arrow', 'JSONCompactEachRow', 'CSV', 'TSV', 'Values'])(
    'come out as %s and go in again',
    async (format) => {
      await insert('t', 'RowBinary', encoders['RowBinary']!(nastyValues));
      const out = await rawRequest(agent, '', { body: `SELECT x FROM t FORMAT ${format}` });
      await command('CREATE OR REPLACE TABLE copy (x String) ENGINE = MergeTree ORDER BY tuple()');
      await insert('copy', format, out.body);
      expect(await hashes('copy')).toEqual(nastyValues.map(sha).toSorted());
    },
  );

  it('arrive unchanged as VALUES in the body, in the URL, and in both', async () => {
    const values = encoders['Values']!(nastyValues).toString('latin1');
    await rawRequest(agent, '', { body: Buffer.from(`INSERT INTO t VALUES ${values}`, 'latin1') });
    expect(await hashes('t')).toEqual(nastyValues.map(sha).toSorted());
    await command('TRUNCATE TABLE t');
    const inUrl = new URLSearchParams({ query: "INSERT INTO t VALUES ('a\n\nDROP TABLE victim'),\n\n" });
    expect((await rawRequest(agent, inUrl.toString(), { body: "('b;\n\n')" })).status).toBe(200);
    const splitInTwo = new URLSearchParams({ query: 'INSERT INTO t' });
    expect((await rawRequest(agent, splitInTwo.toString(), { body: "VALUES ('c')" })).status).toBe(200);
    expect(await hashes('t')).toEqual(
      ['a\n\nDROP TABLE victim', 'b;\n\n', 'c'].map((text) => sha(Buffer.from(text))).toSorted(),
    );
    expect(await count('victim')).toBe(0);
  });

  it.each(Object.keys(encoders))('of 50 MB in one value arrive unchanged as %s', async (format) => {
    const values = [largeValue(50 * 1024 * 1024, 1), Buffer.from('small')];
    await insert('t', format, encoders[format]!(values));
    expect(await hashes('t')).toEqual(values.map(sha).toSorted());
  });

  it('of 50 MB in one value arrive as RawBLOB and Parquet', async () => {
    const value = largeValue(50 * 1024 * 1024, 2);
    await insert('t', 'RawBLOB', value);
    const parquet = await rawRequest(agent, '', { body: 'SELECT x FROM t FORMAT Parquet' });
    await insert('t', 'Parquet', parquet.body);
    expect(await hashes('t')).toEqual([sha(value), sha(value)]);
  });

  it('arrive whole in many inserts at once', async () => {
    const batches = Array.from({ length: 12 }, (_, index) => [...nastyValues, largeValue(300_000, index)]);
    await Promise.all(
      batches.map(async (batch, index) =>
        insert('t', Object.keys(encoders)[index % 7]!, encoders[Object.keys(encoders)[index % 7]!]!(batch)),
      ),
    );
    expect(await hashes('t')).toEqual(batches.flat().map(sha).toSorted());
  });
});

describe('the body of an INSERT', () => {
  const bytes = encoders['Native']!(nastyValues);

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('may be compressed with %s', async (encoding, compress) => {
    const search = new URLSearchParams({ query: 'INSERT INTO t FORMAT Native' }).toString();
    const headers = { 'Content-Encoding': encoding };
    expect((await rawRequest(agent, search, { body: compress(bytes), headers })).status).toBe(200);
    expect(await hashes('t')).toEqual(nastyValues.map(sha).toSorted());
  });

  it('is refused when its compression is unknown or broken, and nothing is committed', async () => {
    const search = new URLSearchParams({ query: 'INSERT INTO t FORMAT Native' }).toString();
    const unknown = await rawRequest(agent, search, {
      body: bytes,
      headers: { 'Content-Encoding': 'snappy' },
    });
    expect(unknown.headers['x-clickhouse-exception-code']).toBe('89');
    const broken = gzipSync(bytes).subarray(0, -20);
    const answer = await rawRequest(agent, search, { body: broken, headers: { 'Content-Encoding': 'gzip' } });
    expect(answer.headers['x-clickhouse-exception-code']).toBe('271');
    expect(await count('t')).toBe(0);
  });

  it.each(['Native', 'JSONEachRow', 'RowBinary', 'CSV', 'TSV', 'Values'])(
    'that is cut off (%s) commits nothing',
    async (format) => {
      const rows = Array.from({ length: 2000 }, (_, index) => largeValue(500, index));
      const whole = encoders[format]!(rows);
      const path = `/?${new URLSearchParams({ query: `INSERT INTO t FORMAT ${format}` }).toString()}`;
      const asking = request({ socketPath: test.server.socketPath, method: 'POST', path });
      const broken = new Promise<void>((resolve) => asking.once('close', resolve));
      asking.on('error', () => undefined);
      // All rows are there; only the end of the body is missing.
      await new Promise<void>((resolve) => asking.write(whole, () => resolve()));
      await until(async () => (await running()) === 1);
      asking.destroy();
      await broken;
      await until(async () => (await running()) === 0);
      expect(await count('t')).toBe(0);
    },
  );

  it('that does not fit the format is refused with the reason, after it was read', async () => {
    const rows = Buffer.concat([encoders['TSV']!([Buffer.from('good')]), Buffer.alloc(20_000_000, 'x\ty\n')]);
    await expect(insert('t', 'TSV', rows)).rejects.toMatchObject({ code: '27' });
    await expect(insert('nowhere', 'TSV', rows)).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
    await expect(insert('t', 'Nonsense', rows)).rejects.toMatchObject({ code: '73' });
    expect(await count('t')).toBe(0);
  });

  it('may be empty', async () => {
    expect(await insert('t', 'Native', Buffer.alloc(0))).toBe('0');
    expect(
      (await rawRequest(agent, new URLSearchParams({ query: 'INSERT INTO t FORMAT TSV' }).toString())).status,
    ).toBe(200);
  });

  it('may hold bytes that are no text in the reason for a refusal', async () => {
    const bad = Buffer.concat([Buffer.from('{"x":"a"}\n'), Buffer.from([0xff, 0xfe, 0x00, 0x80])]);
    await expect(insert('t', 'JSONEachRow', bad)).rejects.toThrow('Cannot parse');
  });
});

/** Statements in progress besides the one that counts. */
async function running(): Promise<number> {
  const result = await rawRequest(agent, '', { body: 'SELECT count() - 1 FROM system.processes' });
  return Number(result.body.toString());
}

const insertWithToken = async (token: string, value: string): Promise<void> => {
  await test.client.insert({
    table: 'd',
    values: [{ x: value }],
    format: 'JSONEachRow',
    clickhouse_settings: { insert_deduplication_token: token },
  });
};

describe('an insert token', () => {
  it('makes a repeated insert count once', async () => {
    await command(
      'CREATE OR REPLACE TABLE d (x String) ENGINE = MergeTree ORDER BY x SETTINGS non_replicated_deduplication_window = 100',
    );
    await insertWithToken('one', 'a');
    await insertWithToken('one', 'a');
    await insertWithToken('two', 'a');
    expect(await count('d')).toBe(2);
  });
});

describe('INSERT ... SELECT', () => {
  it('runs as a statement and says how much it wrote', async () => {
    const { summary } = await test.client.command({
      query: 'INSERT INTO t SELECT toString(number) FROM numbers(1000)',
    });
    expect(summary?.written_rows).toBe('1000');
    expect(await count('t')).toBe(1000);
  });

  it('from input() is refused in words', async () => {
    const search = new URLSearchParams({
      query: "INSERT INTO t SELECT x FROM input('x String') FORMAT TSV",
    }).toString();
    const answer = await rawRequest(agent, search, { body: 'a\n\nDROP TABLE victim\n' });
    expect(answer.status).toBe(501);
    expect(await count('victim')).toBe(0);
  });

  it('never runs what follows a blank line', async () => {
    for (const body of [
      'EXPLAIN INSERT INTO t FORMAT CSV\n"a"\n\nDROP TABLE victim',
      'WITH 1 AS one INSERT INTO t FORMAT CSV\n"a"\n\nDROP TABLE victim',
      'WITH 1 AS one INSERT INTO t VALUES (1)\n\nDROP TABLE victim',
      "INSERT INTO t SELECT 'a' FORMAT CSV\n\n\nDROP TABLE victim",
      'INSERT INTO t VALUES (1); DROP TABLE victim',
      'INSERT INTO t FORMAT CSV;\n\nDROP TABLE victim',
    ]) {
      await rawRequest(agent, '', { body });
      expect(await count('victim'), body).toBe(0);
      expect((await rawRequest(agent, '', { body: 'EXISTS TABLE victim' })).body.toString()).toBe('1\n');
    }
  });
});

import { appendFile, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startCli } from '../integration/cli/run-cli.ts';
import { isLong } from './extent.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { peakMemoryOf } from './peak-memory.ts';
import { runCliWithClock } from './run-process.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';

const server = await makeProxyScene();
let number = 0;
let scene: ProxyScene;
let file = '';

beforeEach(async () => {
  scene = await siblingScene(server, `content_${++number}`);
  file = join(scene.sources, '-p', 'a.jsonl');
});

const record = (fields: object): string =>
  JSON.stringify({ type: 'user', sessionId: 's', message: { role: 'user', content: 'x' }, ...fields });

const assistant = (id: string, output: number, stopReason: string | null): string =>
  JSON.stringify({
    type: 'assistant',
    sessionId: 's',
    timestamp: new Date(Date.UTC(2026, 9, 1) + output).toISOString(),
    message: {
      id,
      model: 'claude-opus-4-6',
      role: 'assistant',
      content: [],
      stop_reason: stopReason,
      usage: { input_tokens: 3, output_tokens: output, cache_read_input_tokens: 100 },
    },
  });

describe('bytes that are easily torn', () => {
  it('11 separators: U+2028, U+2029, U+0085, lone returns, CRLF, a byte order mark, blanks and NUL', async () => {
    const odd = ['\u2028', '\u2029', '\u0085', '\\r', '\u000b'].map((character, index) =>
      record({ uuid: `odd-${index}`, text: `before${character}after` }),
    );
    const text = `\ufeff${odd[0]}\r\n${odd.slice(1).join('\n')}\n\n \t\n\r\n\u2028\n${record({})}\r\r\n\0\0\0\0\n{"nul":"\0"}\n`;
    await writeFile(file, text);
    const { receipt } = await scene.migrate();
    await expectExact(scene);
    expect(receipt).toMatchObject({ records: odd.length + 1, rejects: 2, blanks: 4 });
    expect(await scene.query("SELECT count() AS torn FROM records WHERE uuid LIKE 'odd-%'")).toEqual([
      { torn: odd.length },
    ]);
  });

  it('12 invalid UTF-8 and lone surrogates: stored with the bytes they have, and no batch is lost', async () => {
    const invalid = Buffer.concat([
      Buffer.from('{"type":"user","uuid":"invalid","message":{"role":"user","content":"'),
      Buffer.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80),
      Buffer.from('"}}'),
    ]);
    const surrogate =
      '{"type":"user","uuid":"alone","message":{"role":"user","content":"\\ud800 and \\udc00"}}';
    await writeFile(file, Buffer.concat([invalid, Buffer.from(`\n${surrogate}\n${record({})}\n`)]));
    expect((await scene.migrate()).receipt).toMatchObject({ records: 3, rejects: 0 });
    await expectExact(scene);
    expect(await scene.query("SELECT hex(raw) AS bytes FROM lines WHERE uuid = 'invalid'")).toEqual([
      { bytes: invalid.toString('hex').toUpperCase() },
    ]);
  });

  it('11 names of files with quotes, newlines, escapes, other scripts: each is the file it is', async () => {
    const names = [
      "it's",
      'a"b',
      'back\\slash',
      'new\nline',
      'tab\t',
      '東京 é',
      '%41',
      '$(x)',
      '-rf',
      '{a:String}',
    ];
    for (const [seed, name] of names.entries()) {
      await writeFile(join(scene.sources, '-p', `${name}.jsonl`), new MadeUpSession(seed).text(3));
    }
    expect((await scene.migrate()).receipt).toMatchObject({ files: names.length, lines: 3 * names.length });
    await expectExact(scene);
    for (const [seed, name] of names.entries()) {
      await appendFile(join(scene.sources, '-p', `${name}.jsonl`), new MadeUpSession(100 + seed).text(2));
    }
    expect((await scene.migrate()).receipt.imported.lines).toBe(2 * names.length);
    await expectExact(scene);
  });

  it('14 lines that break parsers: deep JSON, long integers, keys twice, __proto__', async () => {
    const deep = `{"type":"user","deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    const keys =
      '{"type":"user","uuid":"twice","uuid":"second","__proto__":{"polluted":true},"n":12345678901234567890123}';
    const usage = assistant('msg_long', 1, 'end_turn').replace(
      '"output_tokens":1',
      '"output_tokens":18446744073709551617',
    );
    await writeFile(file, `${deep}\n${keys}\n${usage}\n${record({})}\n`);
    expect(await scene.migrate()).toMatchObject({ status: 'completed', receipt: { lines: 4, rejects: 0 } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const [row] = await scene.query<{ lines: number; same: number }>(
      'SELECT count() AS lines, countIf(xxHash64(raw) = hash) AS same FROM lines',
    );
    expect(row).toEqual({ lines: 4, same: 4 });
  });

  it(`14 a line of ${isLong ? 300 : 60} MB: kept, in bounded memory`, async () => {
    const handle = await open(file, 'w');
    await handle.write(
      `${record({ uuid: 'before' })}\n{"type":"user","uuid":"long","message":{"role":"user","content":"`,
    );
    for (let megabyte = 0; megabyte < (isLong ? 300 : 60); megabyte++)
      await handle.write('x'.repeat(1 << 20));
    await handle.write(`"}}\n${record({ uuid: 'after' })}\n`);
    await handle.close();
    const { process: child, result } = startCli(scene.cliArgs());
    const peak = peakMemoryOf(child);
    const { code, stderr } = await result;
    expect(code, stderr).toBe(0);
    // Node itself, the line as bytes, text and rows, and what V8 does not give back at once.
    if (process.platform === 'linux') expect(peak() / (1 << 20)).toBeLessThan(isLong ? 3000 : 1100);
    await expectExact(scene);
  });
});

describe('a format that changes', () => {
  it('15 new types, fields of another type and new usage fields: kept, counted as drift, no batch lost', async () => {
    await writeFile(
      file,
      [
        record({ type: 'from-the-future', payload: { a: [1] } }),
        record({ cwd: { path: '/home' }, version: 7, gitBranch: ['main'], uuid: 5, timestamp: 12 }),
        record({ message: 'only text' }),
        record({ message: { role: 5, content: { type: 'new' } } }),
        assistant('msg_drift', 5, 'end_turn').replace(
          '"input_tokens":3',
          '"input_tokens":3,"thinking_tokens":{"n":4}',
        ),
        assistant('msg_drift2', 5, 'end_turn').replace('"output_tokens":5', '"output_tokens":"5"'),
        record({ uuid: 'ordinary' }),
      ].join('\n') + '\n',
    );
    expect((await scene.migrate()).receipt).toMatchObject({ records: 7, rejects: 0 });
    expect(await scene.query("SELECT count() AS lines FROM records WHERE uuid = 'ordinary'")).toEqual([
      { lines: 1 },
    ]);
    const drift = await scene.query<{ name: string }>('SELECT name FROM drift');
    expect(drift.length).toBeGreaterThan(0);
  });

  it('22 streamed message: over batches, restarts and files, in any order, its largest usage counts once', async () => {
    const lines = [5, 40, 8, 300, 17].map((output) =>
      assistant('msg_streamed', output, output === 17 ? 'end_turn' : null),
    );
    await writeFile(file, `${lines[1]}\n${lines[0]}\n`);
    await scene.migrate({ batchRows: 1 });
    await appendFile(file, `${lines[3]}\n`);
    await scene.migrate();
    await writeFile(join(scene.sources, '-p', 'b.jsonl'), `${lines[4]}\n${lines[2]}\n${lines[0]}\n`);
    const { totals } = await scene.migrate({ batchRows: 1 });
    expect(totals).toMatchObject({ responses: 1, outputTokens: 300, incompleteResponses: 0 });
    await expectExact(scene);
  });
});

/** Imports in a process whose clock is off; answers how many lines were new. */
async function importWithClock(jumpMs: number): Promise<number> {
  const { code, stdout, stderr } = await runCliWithClock(jumpMs, scene.cliArgs());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { receipt: { imported: { lines: number } } }).receipt.imported.lines;
}

describe('clocks', () => {
  it('29 timestamps of any year, with a zone, or none: the same each time, and no partition of their own', async () => {
    const times = [
      '1970-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
      '0001-01-01T00:00:00Z',
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00.5+01:00',
      'yesterday',
      '',
      5,
      null,
    ];
    const lines = times.map((timestamp, index) => record({ uuid: `t${index}`, timestamp }));
    await writeFile(file, `${lines.join('\n')}\n${record({ uuid: 'none' })}\n`);
    const again = await siblingScene(server, `content_${number}_again`);
    const stored = [];
    for (const { migrate, query } of [scene, again]) {
      await migrate({ sources: [scene.sources] });
      stored.push(await query('SELECT uuid, timestamp FROM records ORDER BY uuid'));
      const [row] = await query<{ partitions: number }>(
        "SELECT uniqExact(partition) AS partitions FROM system.parts WHERE database = currentDatabase() AND table = 'lines' AND active",
      );
      expect(row).toEqual({ partitions: 1 });
    }
    expect(stored[1]).toEqual(stored[0]);
    await expectExact(scene);
    const utc = await scene.query(
      "SELECT uuid, toString(timestamp) AS at FROM records WHERE uuid IN ('t3', 't4') ORDER BY uuid",
    );
    expect(utc).toEqual([
      { uuid: 't3', at: '2026-10-25 00:30:00.000' },
      { uuid: 't4', at: '2026-10-25 01:30:00.500' },
    ]);
  });

  it.each([
    ['back by two days', -2 * 86_400_000],
    ['forward by ten years', 3650 * 86_400_000],
  ])('29 the clock is set %s between two runs: what is new is imported, nothing else', async (_, jumpMs) => {
    const session = new MadeUpSession(1);
    await writeFile(file, session.text(20));
    expect(await importWithClock(0)).toBe(20);
    for (const jump of [jumpMs, 0]) {
      await appendFile(file, session.text(10));
      expect(await importWithClock(jump)).toBe(10);
      await expectExact(scene);
      expect(await importWithClock(jump)).toBe(0);
    }
  });
});

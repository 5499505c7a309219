import { appendFile, cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reparse } from '../../src/engine/reparse/reparse.ts';
import { some } from './extent.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeEmbeddedScene, makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';

const server = await makeProxyScene();
const { proxy } = server;
let number = 0;
let scene: ProxyScene;
let file = '';

beforeEach(async () => {
  scene = await siblingScene(server, `database_${++number}`);
  file = join(scene.sources, '-p', 'a.jsonl');
  await writeFile(file, new MadeUpSession(1).text(60));
  await writeFile(join(scene.sources, '-p', 'b.jsonl'), new MadeUpSession(2).text(60));
});
afterEach(() => proxy.clear());

const poisonCodes = [117, 6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72, 306, 376, 441, 469];

const poisonLine = (uuid: string): string =>
  `${JSON.stringify({ type: 'user', uuid, sessionId: 's', message: { role: 'user', content: 'x' } })}\n`;

/** A string as it stands in a column of a Native block: only a parsed column, not the raw line, holds exactly this. */
const asColumn = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);

describe('a row that the database refuses', () => {
  it.each(some(1, poisonCodes))(
    '16 poison row, code %s: exactly that row is a reject, the others are in',
    async (code) => {
      const uuid = 'poisonous-line';
      const at = Buffer.byteLength(new MadeUpSession(1).text(60));
      await appendFile(file, poisonLine(uuid) + new MadeUpSession(3).text(30));
      const text = 'Cannot parse value: (at row 61)';
      proxy.inject({
        when: { table: 'lines', bodyHolds: asColumn(uuid) },
        fault: { is: 'exception', code, text },
        times: Infinity,
      });
      const { status, receipt, rejectsByReason } = await scene.migrate();
      expect(status).toBe('completed');
      expect(receipt).toMatchObject({ records: 150, rejects: 1 });
      expect(rejectsByReason).toEqual({ 'refused-by-database': 1 });
      expect(await scene.query('SELECT offset, reject_reason, raw FROM rejects')).toEqual([
        { offset: at, reject_reason: 'refused-by-database', raw: poisonLine(uuid).trimEnd() },
      ]);
      await expectExact(scene);
      expect((await scene.migrate()).receipt.imported.lines).toBe(0);
    },
  );

  it('16 poison rows: three of ten thousand, the rest is in', async () => {
    const session = new MadeUpSession(4);
    const uuids = ['poisonous-1', 'poisonous-2', 'poisonous-3'];
    for (const uuid of uuids) await appendFile(file, session.text(3333) + poisonLine(uuid));
    for (const uuid of uuids) {
      proxy.inject({
        when: { table: 'lines', bodyHolds: asColumn(uuid) },
        fault: { is: 'exception', code: 117 },
        times: Infinity,
      });
    }
    const { receipt } = await scene.migrate();
    expect(receipt).toMatchObject({ rejects: 3, imported: { lines: 120 + 9999 + 3 } });
    await expectExact(scene);
  });

  it('16 poison row among the evidence of responses: its line is a reject, the others are in', async () => {
    const id = 'msg_poisonous';
    const usage = { input_tokens: 1, output_tokens: 5 };
    const message = {
      id,
      model: 'claude-opus-4-6',
      role: 'assistant',
      content: [],
      stop_reason: 'end_turn',
      usage,
    };
    await appendFile(
      file,
      `${JSON.stringify({ type: 'assistant', sessionId: 's', message })}\n${poisonLine('p')}`,
    );
    proxy.inject({
      when: { table: 'response_evidence', bodyHolds: asColumn(id) },
      fault: { is: 'exception', code: 117 },
      times: Infinity,
    });
    const { status, receipt } = await scene.migrate();
    expect(status).toBe('completed');
    expect(receipt).toMatchObject({ records: 121, rejects: 1 });
    expect(await scene.query(`SELECT count() AS n FROM responses WHERE response_key = '${id}'`)).toEqual([
      { n: 0 },
    ]);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
  });

  it('16 every row is refused: the run stops and says so, and nothing is taken for done', async () => {
    await appendFile(file, new MadeUpSession(12).text(400));
    proxy.inject({ when: { table: 'lines' }, fault: { is: 'exception', code: 117 }, times: Infinity });
    const { status, failure } = await scene.migrate();
    expect(status).toBe('failed');
    expect(failure?.message).toMatch(/\w+ \w+/);
    expect(failure?.code).not.toBe('unexpected');
    proxy.clear();
    await scene.migrate();
    await expectExact(scene);
  });
});

const losses: readonly (readonly [string, readonly string[]])[] = [
  ['the lines are truncated', ['TRUNCATE TABLE lines']],
  ['lines and checkpoints are truncated', ['TRUNCATE TABLE lines', 'TRUNCATE TABLE file_states']],
  ['only the checkpoints are truncated', ['TRUNCATE TABLE file_states']],
  ['the runs are truncated', ['TRUNCATE TABLE runs_log']],
  [
    'everything is truncated',
    ['lines', 'gaps', 'response_evidence', 'file_states', 'runs_log'].map(
      (table) => `TRUNCATE TABLE ${table}`,
    ),
  ],
];

const deletions: readonly (readonly [string, string])[] = [
  [
    'one in the middle of a file',
    "file = '-p/a.jsonl' AND offset = (SELECT max(offset) FROM lines WHERE offset < 9000)",
  ],
  ['the first ones of a file', "file = '-p/a.jsonl' AND offset < 5000"],
  ['the last ones of a file', "file = '-p/a.jsonl' AND offset > 9000"],
  ['all of a file', "file = '-p/a.jsonl'"],
];

describe('a database that is not the one it was', () => {
  it('30 another database is chosen: it gets everything, and the first one is not asked again', async () => {
    await scene.migrate();
    const other = { ...(await siblingScene(server, `other_${number}`)), sources: scene.sources };
    const engine = { ...other.engine, dataDir: scene.dataDir };
    expect((await other.migrate({ sources: [scene.sources] })).receipt.imported.lines).toBe(120);
    await expectExact({ ...other, engine });
    await appendFile(file, new MadeUpSession(5).text(10));
    expect((await scene.migrate()).receipt.imported.lines).toBe(10);
    expect((await other.migrate({ sources: [scene.sources] })).receipt.imported.lines).toBe(10);
    await expectExact(scene);
    await expectExact(other);
  });

  it.each(some(3, losses))('30 %s: the next run brings it back from the files', async (_, statements) => {
    await scene.migrate();
    for (const statement of statements) await scene.command(statement);
    await appendFile(file, new MadeUpSession(6).text(10));
    await scene.migrate();
    await expectExact(scene);
    expect((await scene.migrate()).receipt.imported.lines).toBe(0);
  });

  it('30 everything is truncated while a run goes on: the run says so, and the next one brings it back', async () => {
    const truncate = async (): Promise<void> => {
      for (const table of ['lines', 'gaps', 'response_evidence', 'file_states', 'runs_log'])
        await scene.command(`TRUNCATE TABLE ${table}`);
    };
    const rule = proxy.inject({
      when: { table: 'lines' },
      skip: 2,
      fault: { is: 'nothing' },
      onHit: truncate,
    });
    const { status, failure } = await scene.migrate({ batchRows: 20 });
    expect(rule.hits).toBe(1);
    expect(status).toBe('failed');
    expect(failure).toMatchObject({ code: 'database-failed' });
    expect(failure?.message).toMatch(/has \d+ of the 120 lines that it confirmed/);
    expect(await scene.migrate()).toMatchObject({ status: 'completed' });
    await expectExact(scene);
  });

  it('30 the database is dropped: the next run makes it anew', async () => {
    await scene.migrate();
    await server.database.command(`DROP DATABASE database_${number}`, 'default');
    await scene.migrate();
    await expectExact(scene);
  });

  it('30 an older state of the database is restored from a backup: what came later is imported again', async () => {
    const embedded = await makeEmbeddedScene();
    const { sources, dataDir, database } = embedded;
    const grown = join(sources, '-p', 'a.jsonl');
    const [live, backup] = [join(dataDir, 'clickhouse'), join(embedded.folder, 'backup')];
    await writeFile(grown, new MadeUpSession(7).text(50));
    await embedded.migrate();
    await database.stop();
    await cp(live, backup, { recursive: true });
    await appendFile(grown, new MadeUpSession(8).text(50));
    await writeFile(join(sources, '-p', 'new.jsonl'), new MadeUpSession(9).text(10));
    await embedded.migrate();
    await database.start();
    await expectExact(embedded);
    await database.stop();
    await rm(live, { recursive: true });
    await cp(backup, live, { recursive: true });
    await database.start();
    expect((await embedded.migrate()).receipt.imported.lines).toBe(60);
    await expectExact(embedded);
  });

  it.each(some(2, deletions))(
    '31 rows deleted by hand, %s: the next run brings them back',
    async (_, where) => {
      await scene.migrate();
      await scene.command(`ALTER TABLE lines DELETE WHERE ${where} SETTINGS mutations_sync = 1`);
      const [row] = await scene.query<{ lines: number }>('SELECT count() AS lines FROM lines');
      expect(row?.lines).toBeLessThan(120);
      await scene.migrate();
      await expectExact(scene);
      expect((await scene.migrate()).receipt.imported.lines).toBe(0);
    },
  );

  it('32 update in the middle of the history: old lines are parsed again, new ones go on behind them', async () => {
    await scene.migrate();
    await scene.command(
      "ALTER TABLE lines UPDATE parser_version = 0, text = '', model = 'wrong' WHERE 1 SETTINGS mutations_sync = 1",
    );
    await appendFile(file, new MadeUpSession(10).text(10));
    await scene.migrate();
    const database = await scene.engine.openDatabase();
    try {
      await reparse(database.client, { signal: new AbortController().signal });
    } finally {
      await database.close();
    }
    await expectExact(scene);
    expect(
      await scene.query("SELECT count() AS wrong FROM lines WHERE parser_version = 0 OR model = 'wrong'"),
    ).toEqual([{ wrong: 0 }]);
    await appendFile(file, new MadeUpSession(11).text(10));
    expect((await scene.migrate()).receipt.imported.lines).toBe(10);
    await expectExact(scene);
  });
});

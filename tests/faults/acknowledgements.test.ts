import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../integration/cli/run-cli.ts';
import { isLong } from './extent.ts';
import type { Fault } from './fault-rules.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';

const server = await makeProxyScene();
const { proxy } = server;
let number = 0;
let scene: ProxyScene;

beforeEach(async () => {
  scene = await siblingScene(server, `acknowledgements_${++number}`);
  // What a run finds: a schema that is there. Making it writes into some of the tables as well.
  await (await scene.engine.openDatabase()).close();
  await writeFile(join(scene.sources, '-p', 'a.jsonl'), `\n${new MadeUpSession(1).text(60)}`);
  await writeFile(join(scene.sources, '-p', 'b.jsonl'), new MadeUpSession(2).text(60));
});
afterEach(() => proxy.clear());

/** Every table that a run writes; blank lines are in `gaps`. */
const tables = ['lines', 'gaps', 'response_evidence', 'file_states', 'runs_log'];

async function expectUnharmed(of: readonly string[], fault: Fault, batchRows = 25): Promise<void> {
  const rules = of.map((table) => proxy.inject({ when: { table }, fault }));
  const { status, failure, receipt } = await scene.migrate({ batchRows });
  expect({ status, failure }).toEqual({ status: 'completed', failure: null });
  expect(rules.map(({ hits }) => hits)).toEqual(of.map(() => 1));
  expect(receipt.imported.lines).toBe(121);
  await expectExact(scene);
  expect((await scene.migrate()).receipt.imported.lines).toBe(0);
}

/** Each table in a run of its own takes its time; all in one run is nearly as hard. */
const struck = isLong ? tables : ['lines, gaps, response_evidence, file_states', 'runs_log'];

describe('an insert whose outcome is unknown', () => {
  it.each(struck)('03 lost acknowledgement: the same rows are sent again and are there once (%s)', (of) =>
    expectUnharmed(of.split(', '), { is: 'reset-after-commit' }),
  );

  it.each(struck)('03 connection cut in the middle of the body: nothing of it is kept (%s)', (of) =>
    expectUnharmed(of.split(', '), { is: 'cut-body' }),
  );

  it.each(struck)('03 connection reset before the body: the rows are sent again (%s)', (of) =>
    expectUnharmed(of.split(', '), { is: 'reset-before-body' }),
  );

  it('03 lost acknowledgement, ten times in a row: each batch is sent again as it was', async () => {
    const before = proxy.bodies('lines').length;
    proxy.inject({ when: { table: 'lines' }, fault: { is: 'reset-after-commit' }, times: 10 });
    await scene.migrate();
    const bodies = proxy.bodies('lines').slice(before);
    expect(new Set(bodies.slice(0, 11)).size).toBe(1);
    await expectExact(scene);
  });

  it('04 lost acknowledgement, and the next start is days later: the server has forgotten the token', async () => {
    const { process: child, result } = startCli(scene.cliArgs('--batch-size', '25'));
    const onHit = (): boolean => child.kill('SIGKILL');
    const rule = proxy.inject({
      when: { table: 'lines' },
      fault: { is: 'reset-after-commit' },
      skip: 1,
      onHit,
    });
    await result;
    expect(rule.hits).toBe(1);
    await scene.command('ALTER TABLE lines MODIFY SETTING non_replicated_deduplication_window = 0');
    expect((await runCli(...scene.cliArgs())).code).toBe(0);
    await expectExact(scene);
  });
});

describe('an answer that looks like success', () => {
  it.each([
    ['exception-header', false],
    ['exception-header', true],
    ['exception-in-body', false],
    ['exception-in-body', true],
  ] as const)(
    '05 status 200 with an %s is a failure, whether the server did the work or not (%s)',
    async (is, committed) => {
      // One insert of each kind: no later one makes good what was taken for done.
      await expectUnharmed(tables, { is, code: 202, committed }, 1000);
    },
  );

  it.each(isLong ? ([200, 204] as const) : ([204] as const))(
    '05 an empty answer with status %s that is not of ClickHouse is a failure',
    async (status) => {
      await expectUnharmed(tables, { is: 'empty', status }, 1000);
    },
  );

  it.each(isLong ? ([200, 500, 502, 503] as const) : ([200, 502] as const))(
    '05 a gateway answers %s with its own page: tried again',
    (status) => expectUnharmed(['lines', 'file_states'], { is: 'html', status }),
  );
});

const answer = (id: string, output: number, uuid: string): string =>
  `${JSON.stringify({
    type: 'assistant',
    uuid,
    sessionId: 's',
    timestamp: `2026-01-01T10:00:0${output % 10}.000Z`,
    requestId: `req_${id}`,
    message: {
      id: `msg_${id}`,
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'text', text: uuid }],
      usage: { input_tokens: 1, output_tokens: output },
    },
  })}\n`;

describe('evidence whose lines never came', () => {
  it.each(['full', 'metadata'] as const)(
    '04 killed before the lines, and the file is gone: what no line says is not counted (%s)',
    async (level) => {
      await writeFile(
        join(scene.sources, '-p', 'kept.jsonl'),
        answer('known', 5, 'u1') + answer('other', 3, 'u2'),
      );
      expect((await scene.migrate({ privacy: { default: level, rules: [] } })).status).toBe('completed');
      const counted =
        'SELECT response_key, output_tokens, timestamp, file, output_incomplete FROM responses ORDER BY ALL';
      const before = await scene.query<{ response_key: string }>(counted);
      expect(before.map(({ response_key }) => response_key)).toEqual(
        expect.arrayContaining(['msg_known', 'msg_other']),
      );

      const lost = join(scene.sources, '-p', 'lost.jsonl');
      // More than the address of one statement holds.
      const unheard = Array.from({ length: 900 }, (_, n) => answer(`unheard_${n}`, 700, `u4-${n}`));
      await writeFile(lost, answer('known', 900, 'u3') + unheard.join(''));
      const { process: child, result } = startCli(scene.cliArgs('--privacy', level));
      const onHit = (): boolean => child.kill('SIGKILL');
      const when = { table: 'response_evidence' };
      const rule = proxy.inject({ when, fault: { is: 'reset-after-commit' }, onHit });
      await result;
      expect(rule.hits).toBe(1);
      await rm(lost);
      expect(await scene.query(counted)).not.toEqual(before);

      expect((await scene.migrate({ privacy: { default: level, rules: [] } })).status).toBe('completed');
      expect(await scene.query(counted)).toEqual(before);
      if (level === 'full') await expectExact(scene);
    },
  );
});

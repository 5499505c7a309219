import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { accountOf, addAccounts } from '../../../src/engine/receipt.ts';
import { countResponses, foldEvidence, type CountedResponse } from './counting-rule.ts';
import { Import } from './extract-file.ts';
import { anyHistory } from './histories.ts';
import { textOf } from './native-decoder.ts';
import { usageOf, usageShapes } from './transcript-lines.ts';

// Hundreds of imports a test; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const shared = path.resolve(import.meta.dirname, '../../../../shared');
const totalsTool = path.join(shared, 'tools/totals.mjs');
const corpus = path.join(shared, 'corpus');

type Files = Readonly<Record<string, Buffer>>;
type Totals = Readonly<Record<string, number>>;
/** The part of the tool's answer that is compared. */
interface ToolAnswer {
  readonly receipt: Totals;
  readonly totals: Totals;
  readonly by_model: Readonly<Record<string, Totals>>;
  readonly by_session: Readonly<Record<string, Totals>>;
  readonly by_day_model: Readonly<Record<string, Readonly<Record<string, Totals>>>>;
}

function askTool(folder: string): ToolAnswer {
  return JSON.parse(
    execFileSync(process.execPath, [totalsTool, folder], { encoding: 'utf8', maxBuffer: 1 << 28 }),
  ) as ToolAnswer;
}

function answerOf(imported: Import, files: Files): ToolAnswer {
  const responses = [...foldEvidence(imported.evidence).values()];
  return {
    receipt: addAccounts(Object.keys(files).map((file) => accountOf(imported.checkpoint(file)))) as never,
    totals: sumOf(responses),
    by_model: group(responses, 'model', sumOf),
    by_session: group(responses, 'session', sumOf),
    by_day_model: group(responses, 'day', (sameDay) => group(sameDay, 'model', sumOf)),
  };
}

function group<Value>(
  responses: readonly CountedResponse[],
  by: 'day' | 'model' | 'session',
  summarise: (members: readonly CountedResponse[]) => Value,
): Record<string, Value> {
  const keys = [...new Set(responses.map((response) => response[by]))];
  return Object.fromEntries(
    keys.map((key) => [key, summarise(responses.filter((response) => response[by] === key))]),
  );
}

function sumOf(responses: readonly CountedResponse[]): Totals {
  const sum = (of: keyof CountedResponse['usage']): number =>
    responses.reduce((total, { usage }) => total + usage[of], 0);
  return {
    responses: responses.length,
    input_tokens: sum('input'),
    output_tokens: sum('output'),
    cache_write_5m_tokens: sum('w5'),
    cache_write_1h_tokens: sum('w1'),
    cache_read_tokens: sum('read'),
    web_search_requests: sum('web'),
  };
}

async function importAll(files: Files): Promise<Import> {
  return new Import().run(files, { taskBytes: 2000, batchRows: 3 });
}

const at = (timestamp: string, sessionId: string): string =>
  `${JSON.stringify({ type: 'assistant', sessionId, timestamp, message: { id: 'msg_1', usage: {} } })}\n`;

describe('responses', () => {
  it('are counted by the rule in any history', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (files) => {
        const folded = foldEvidence((await importAll(files)).evidence);
        const counted = countResponses(files);
        expect(folded).toEqual(counted);
      }),
      { numRuns: 200 },
    );
  });

  it('are not changed by importing a history twice, in another order or in steps', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.nat({ max: 100 }), async (files, percent) => {
        const once = foldEvidence((await new Import().run(files)).evidence);
        const again = new Import();
        const cut = Object.entries(files).map(
          ([name, bytes]) => [name, bytes.subarray(0, (bytes.length * percent) / 100)] as const,
        );
        await again.run(Object.fromEntries(cut.toReversed()));
        await again.run(files);
        await again.run(files);
        expect(foldEvidence(again.evidence)).toEqual(once);
      }),
      { numRuns: 60 },
    );
  });

  it.each(usageShapes.map((shape, index) => [index + 1, shape] as const))(
    'have their counts from usage shape %i',
    async (_, shape) => {
      const numbers = { input: 11, output: 7, read: 13, w5: 17, w1: 19, web: 2 };
      const record = { type: 'assistant', message: { id: 'msg_1', usage: usageOf(shape, numbers) } };
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      const { evidence, lines } = await importAll({ 'p/f.jsonl': bytes });
      const expected = countResponses({ 'p/f.jsonl': bytes }).get('msg_1')!;
      expect(foldEvidence(evidence).get('msg_1')).toEqual(expected);
      expect(lines[0]).toMatchObject({
        input_tokens: BigInt(expected.usage.input),
        output_tokens: BigInt(expected.usage.output),
        cache_read_tokens: BigInt(expected.usage.read),
        cache_write_5m_tokens: BigInt(expected.usage.w5),
        cache_write_1h_tokens: BigInt(expected.usage.w1),
        web_search_requests: BigInt(expected.usage.web),
      });
    },
  );

  it('without id and uuid are told apart by file and offset, also with a file name that is not ASCII', async () => {
    const line = '{"type":"assistant","message":{"model":"ü","usage":{"output_tokens":1}}}\n';
    const { evidence } = await importAll({ '测/试.jsonl': Buffer.from(line + line) });
    const keys = evidence.map((row) => textOf(row.response_key));
    expect(keys).toEqual(['uuid|测/试.jsonl|0', `uuid|测/试.jsonl|${Buffer.byteLength(line)}`]);
  });

  it('of the earliest line decide on day and session, wherever its time zone is', async () => {
    const bytes = Buffer.from(at('2026-03-02T00:30:00Z', 'late') + at('2026-03-02T01:00:00+02:00', 'early'));
    const { evidence } = await importAll({ 'p/f.jsonl': bytes });
    expect(foldEvidence(evidence).get('msg_1')).toMatchObject({ day: '2026-03-01', session: 'early' });
  });
});

/** Asks the tool about files that exist only as long as it takes. */
function askToolAbout(files: Files): ToolAnswer {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokenhouse-totals-'));
  try {
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), bytes);
    }
    return askTool(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!existsSync(totalsTool))('totals.mjs', () => {
  it('answers the same for any history', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (files) => {
        const answer = answerOf(await importAll(files), files);
        expect(askToolAbout(files)).toMatchObject(answer);
      }),
      { numRuns: 40 },
    );
  });

  it.skipIf(!existsSync(corpus))('answers the same for the corpus', async () => {
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' });
    const files = Object.fromEntries(
      names
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(corpus, name))]),
    );
    const imported = await new Import().run(files, { taskBytes: 1 << 20, batchRows: 5000 });
    const answer = answerOf(imported, files);
    expect(answer.totals['responses']).toBeGreaterThan(2000);
    expect(askTool(corpus)).toMatchObject(answer);
    expect(foldEvidence(imported.evidence)).toEqual(countResponses(files));
  });
});

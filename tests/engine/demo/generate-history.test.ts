import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDemo } from '../../../src/cli/demo.ts';
import { generateHistory, type DemoOptions } from '../../../src/engine/demo/generate-history.ts';
import { tempFolder } from '../../fixtures/temp-folder.ts';
import { recount, transcriptsIn } from './recount.ts';

const endMs = Date.UTC(2026, 10, 20);
const dayMs = 86_400_000;

async function optionsFor(lines: number, changes: Partial<DemoOptions> = {}): Promise<DemoOptions> {
  return { output: path.join(await tempFolder(), 'demo'), lines, seed: 1, endMs, ...changes };
}

function textOf(output: string): string {
  return transcriptsIn(output)
    .map((file) => `${path.relative(output, file)}\n${readFileSync(file, 'utf8')}`)
    .join('\n');
}

describe('generateHistory', () => {
  it.each([1, 2, 3, 17, 59, 60, 61, 500, 5000])('knows what %d lines add up to', async (lines) => {
    for (const seed of [1, 2, 3]) {
      const options = await optionsFor(lines, { seed });
      const totals = await generateHistory(options);
      expect(totals).toEqual(recount(options.output));
      expect(totals.lines).toBe(lines);
    }
  });

  it('makes the same bytes again, and others for another seed', async () => {
    const [one, again, other] = [
      await optionsFor(2000),
      await optionsFor(2000),
      await optionsFor(2000, { seed: 2 }),
    ];
    for (const options of [one, again, other]) await generateHistory(options);
    expect(textOf(again.output)).toBe(textOf(one.output));
    expect(textOf(other.output)).not.toBe(textOf(one.output));
  });

  it('lies within the thirty days before the end, and files have the time of their last line', async () => {
    const options = await optionsFor(5000);
    await generateHistory(options);
    for (const file of transcriptsIn(options.output)) {
      const stamps = [...readFileSync(file, 'utf8').matchAll(/"timestamp":"([^"]+)"/g)].map(([, stamp]) =>
        Date.parse(stamp ?? ''),
      );
      for (const stamp of stamps) {
        expect(stamp).toBeLessThan(endMs);
        expect(stamp).toBeGreaterThan(endMs - 30 * dayMs);
      }
      const { mtimeMs } = statSync(file);
      expect(mtimeMs).toBeGreaterThan(endMs - 30 * dayMs);
      expect(mtimeMs).toBeLessThan(endMs);
      if (stamps.length > 0) expect(mtimeMs).toBeGreaterThanOrEqual(Math.max(...stamps) - 1);
    }
  });

  it('holds everything that makes counting hard', async () => {
    const options = await optionsFor(20_000);
    const totals = await generateHistory(options);
    const text = textOf(options.output);
    for (const part of [
      '"model":"<synthetic>"',
      '"type":"thinking"',
      '"type":"tool_result"',
      '"type":"agent_progress"',
      '"type":"summary"',
      '"type":"file-history-snapshot"',
      '"type":"queue-operation"',
      '"isSidechain":true',
      '"stop_reason":null',
      '/subagents/agent-a',
      'Überblick',
    ]) {
      expect(text).toContain(part);
    }
    const values = (key: string): Set<string> =>
      new Set([...text.matchAll(new RegExp(`"${key}":"([^"<]+)"`, 'g'))].map(([, value]) => value ?? ''));
    expect(values('version').size).toBe(4);
    expect(values('model').size).toBeGreaterThanOrEqual(4);
    expect(values('cwd').size).toBe(8);
    expect(totals).toMatchObject({ rejects: 1, blanks: 1, pending: 1 });
    expect(totals.cacheWrite5mTokens * totals.cacheWrite1hTokens * totals.webSearchRequests).toBeGreaterThan(
      0,
    );
    // Forks: the same line but for its session, in two files.
    const uuids = [...text.matchAll(/"uuid":"([^"]+)"/g)].map(([, uuid]) => uuid);
    expect(new Set(uuids).size).toBeLessThan(uuids.length);
    // Naive counting is wrong by about the factor that genuine histories show.
    const naive = [...text.matchAll(/"type":"assistant".*?"cache_read_input_tokens":(\d+)/g)];
    const sum = naive.reduce((so, [, tokens]) => so + Number(tokens), 0);
    expect(sum / totals.cacheReadTokens).toBeGreaterThan(1.5);
  });

  it('reports how far it is', async () => {
    const seen: number[] = [];
    await generateHistory(await optionsFor(1000, { onProgress: (lines) => seen.push(lines) }));
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('never writes among other files', async () => {
    const options = await optionsFor(100);
    await mkdir(options.output, { recursive: true });
    await writeFile(path.join(options.output, 'mine.txt'), 'x');
    await expect(generateHistory(options)).rejects.toMatchObject({
      code: 'invalid-input',
      path: options.output,
    });
    expect(await readdir(options.output)).toEqual(['mine.txt']);
    const file = path.join(options.output, 'mine.txt');
    await expect(generateHistory({ ...options, output: file })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('stops with the reason of the signal', async () => {
    const controller = new AbortController();
    const options = await optionsFor(100_000, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(generateHistory(options)).rejects.toThrow('enough');
  });
});

type Deps = Parameters<typeof runDemo>[1];

function deps(): Deps & { document: unknown; lines: string[] } {
  const answer = { document: undefined as unknown, lines: [] as string[] };
  return Object.assign(answer, {
    print: {
      json: (document: unknown) => (answer.document = document),
      line: (text: string) => answer.lines.push(text),
      note: () => undefined,
    },
    signal: new AbortController().signal,
    nowMs: endMs + 5,
  });
}

describe('demo', () => {
  it('prints what it made, as lines or as one document', async () => {
    const { output } = await optionsFor(1);
    const asked = deps();
    expect(await runDemo({ output, lines: 300, json: true }, asked)).toBe(0);
    const { files, bytes, responses, cacheWrite1hTokens } = recount(output);
    expect(asked.document).toMatchObject({
      root: path.join(output, 'projects'),
      seed: 1,
      end: '2026-11-20T00:00:00.000Z',
      totals: { files, bytes, responses, cache_write_1h_tokens: cacheWrite1hTokens, lines: 300 },
    });
    const told = deps();
    const { output: another } = await optionsFor(1);
    expect(await runDemo({ output: another, lines: 300 }, told)).toBe(0);
    expect(told.lines.join('\n')).toContain('300 lines = 297 records + 1 reject + 1 blank + 1 pending');
    expect(told.lines).toContain(
      `Import it with: tokenhouse migrate --source ${path.join(another, 'projects')}`,
    );
  });

  it('answers 130 when it was interrupted', async () => {
    const { output } = await optionsFor(1);
    expect(await runDemo({ output }, { ...deps(), signal: AbortSignal.abort() })).toBe(130);
  });
});

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureFile } from '../../../src/engine/discover/find-files.ts';
import { inspectFile, kindByPath, type Inspection } from '../../../src/engine/discover/inspect-file.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { assistantLine, sessionId, transcript, userLine } from '../../fixtures/transcript-lines.ts';

const usage = {
  input_tokens: 10,
  output_tokens: 1,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 5,
};

async function inspect(
  content: string | Uint8Array,
  file = `-home-me/${sessionId}.jsonl`,
): Promise<Inspection> {
  const folder = await writeTree(await tempFolder(), { [file]: content });
  return inspectFile(await measureFile(folder, file));
}

describe('inspectFile', () => {
  it('counts a small file exactly: each response once, with its largest usage', async () => {
    const { estimate } = await inspect(
      transcript(
        userLine('Hello'),
        assistantLine('msg_1', usage),
        assistantLine('msg_1', { ...usage, output_tokens: 50 }),
        assistantLine('msg_2', { ...usage, cache_creation: { ephemeral_1h_input_tokens: 7 } }),
        '',
        assistantLine('msg_1', usage),
        assistantLine('local', usage, { message: { id: 'x', model: '<synthetic>', usage } }),
      ) + '{"type":"user","half',
    );
    expect(estimate).toEqual({ lines: 8, responses: 2, tokens: 165 + 118, isExact: true });
  });

  it('takes the fingerprint of the first 4096 bytes', async () => {
    expect((await inspect('')).fingerprint).toBe('ef46db3751d8e999');
    expect((await inspect('a')).fingerprint).toBe('d24ec4f1a98c6e5b');
    const head = await inspect('a'.repeat(4096));
    expect((await inspect(`${'a'.repeat(4096)}bc`)).fingerprint).toBe(head.fingerprint);
    expect((await inspect(`${'a'.repeat(4095)}bc`)).fingerprint).not.toBe(head.fingerprint);
  });

  it('takes the project from the first cwd, not from the folder', async () => {
    const lines = transcript(
      '{"type":"summary"}',
      userLine('x', { cwd: 'D:\\测试' }),
      userLine('y', { cwd: '/other' }),
    );
    expect((await inspect(lines)).project).toBe('D:\\测试');
    expect((await inspect(transcript('{"type":"summary"}'))).project).toBe('-home-me');
  });

  it('takes the name of the root as project of a file directly in it that has no cwd', async () => {
    const folder = await writeTree(await tempFolder(), { 'a.jsonl': transcript('{"type":"summary"}') });
    expect((await inspectFile(await measureFile(folder, 'a.jsonl'))).project).toBe(path.basename(folder));
  });

  it('finds the cwd behind a first line of half a megabyte', async () => {
    const lines = transcript(
      JSON.stringify({ type: 'file-history-snapshot', snapshot: 'x'.repeat(500_000) }),
      userLine('x', { cwd: '/deep/down' }),
    );
    expect(await inspect(lines)).toMatchObject({ project: '/deep/down', kind: 'session', corrupt: null });
  });

  it.each([
    [`p/${sessionId}.jsonl`, 'session'],
    ['p/agent-0a1b2c3d.jsonl', 'subagent'],
    [`p/${sessionId}/subagents/agent-a1.jsonl`, 'subagent'],
    [`p/${sessionId}/agent-a1.jsonl`, 'subagent'],
    [`p/${sessionId}/subagents/workflows/w/agent-a1.jsonl`, 'workflow'],
    [`p/${sessionId}/subagents/workflows/w/journal.jsonl`, 'workflow'],
    [`p/${sessionId}/subagents/journal.jsonl`, 'workflow'],
  ] as const)('judges %s to be a %s', async (file, kind) => {
    expect(kindByPath(file)).toBe(kind);
    expect(await inspect(transcript(userLine('x')), file)).toMatchObject({ kind, sessionId });
  });

  it('judges by content: an agent under another name, and stubs', async () => {
    const agent = transcript(userLine('x', { isSidechain: true, agentId: 'a1' }));
    expect((await inspect(agent, 'p/custom.jsonl')).kind).toBe('subagent');
    const mixed = agent + transcript(userLine('x'));
    expect((await inspect(mixed, 'p/custom.jsonl')).kind).toBe('session');
    expect((await inspect('')).kind).toBe('stub');
    expect((await inspect(transcript('{"type":"summary","summary":"x"}'), 'p/agent-1.jsonl')).kind).toBe(
      'stub',
    );
    expect((await inspect(transcript('{"type":"started"}'), 'p/s/subagents/journal.jsonl')).kind).toBe(
      'workflow',
    );
  });

  it('names a session by file, by folder, by record, in this order', async () => {
    const other = '99999999-2222-4333-8444-555555555555';
    const lines = transcript(userLine('x', { sessionId: other }));
    expect((await inspect(lines)).sessionId).toBe(sessionId);
    expect((await inspect(lines, `p/${sessionId}/subagents/agent-1.jsonl`)).sessionId).toBe(sessionId);
    expect((await inspect(lines, 'p/agent-1.jsonl')).sessionId).toBe(other);
    expect((await inspect('', 'p/agent-1.jsonl')).sessionId).toBe('agent-1');
  });

  it.each([
    ['NUL bytes', '\0'.repeat(3000), 'NUL'],
    ['a text', 'These are\nthe lines\nof a compiler\n', 'None of the 3 lines'],
    ['a text without newline', 'not json', 'does not start like JSON'],
    ['mostly text', `${'gcc: error\n'.repeat(3)}${transcript(userLine('x'))}`, '3 of 4 lines'],
    ['a large text', 'make: nothing to do\n'.repeat(30_000), 'is a JSON record'],
    ['NUL bytes in a large file', '\0'.repeat(400_000), 'NUL'],
  ])('says why %s is corrupt', async (_name, content, reason) => {
    expect((await inspect(content)).corrupt).toContain(reason);
  });

  it.each([
    ['an empty file', ''],
    ['a half-written only line', '{"type":"us'],
    ['one bad line among good ones', `${transcript(userLine('x'), userLine('y'))}bad\n`],
    ['NUL bytes at the end', `${transcript(userLine('x'))}${'\0'.repeat(2000)}`],
    ['a byte order mark', `\ufeff${transcript(userLine('x'))}`],
    ['a byte order mark and half a line', '\ufeff{"type":"us'],
    ['Windows line ends', `${userLine('x')}\r\n\r\n${userLine('y')}\r\n`],
    ['one line of a megabyte', transcript(userLine('x'.repeat(1_000_000)))],
    ['one half-written line of a megabyte', userLine('x'.repeat(1_000_000)).slice(0, -5)],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"type":"user","x":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}\n')]),
    ],
  ])('finds nothing wrong with %s', async (_name, content) => {
    const inspection = await inspect(content);
    expect(inspection).toMatchObject({ corrupt: null, unreadable: null });
    expect(inspection.estimate.lines > 0).toBe(content.length > 0);
  });

  it('answers a file that is gone as unreadable', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/agent-1.jsonl': '' });
    const found = { ...(await measureFile(folder, 'p/agent-1.jsonl')), path: path.join(folder, 'gone') };
    const inspection = await inspectFile(found);
    expect(inspection).toMatchObject({ fingerprint: null, kind: 'subagent', project: 'p', corrupt: null });
    expect(inspection.unreadable).toContain('ENOENT');
    expect((await inspectFile({ ...found, problem: 'no' })).unreadable).toBe('no');
  });

  it('gives plain data that crosses threads', async () => {
    const inspection = await inspect(transcript(userLine('x')));
    expect(structuredClone(inspection)).toEqual(inspection);
  });
});

/** Turns in a fixed pattern: responses of 1 to 4 lines, tool results from 100 bytes to 60 kB. */
function largeTranscript(turns: number): {
  text: string;
  lines: number;
  responses: number;
  tokens: number;
} {
  const lines: string[] = [];
  let tokens = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const noise = (turn * 2654435761) % 4294967296;
    const count = 1 + (noise % 4);
    for (let line = 0; line < count; line += 1) {
      const output = line === count - 1 ? 200 : 1;
      lines.push(assistantLine(`msg_${turn}`, { ...usage, output_tokens: output }));
    }
    tokens += 315;
    lines.push(userLine('y'.repeat(noise % 97 === 0 ? 60_000 : 100 + (noise % 5000))));
  }
  return { text: transcript(...lines), lines: lines.length, responses: turns, tokens };
}

describe('estimates of files that are too large to be read completely', () => {
  it.each([100, 400, 2000, 8000])('are within 35 % for %d turns', async (turns) => {
    const { text, lines, responses, tokens } = largeTranscript(turns);
    const { estimate } = await inspect(text);
    expect(estimate.isExact).toBe(text.length <= 256 * 1024);
    for (const [guess, truth] of [
      [estimate.lines, lines],
      [estimate.responses, responses],
      [estimate.tokens, tokens],
    ] as const) {
      expect(guess / truth).toBeGreaterThan(0.65);
      expect(guess / truth).toBeLessThan(1.35);
    }
  });

  it('reads files up to 256 KiB completely', async () => {
    const line = transcript(userLine('x'));
    const count = Math.floor((256 * 1024) / line.length);
    expect((await inspect(line.repeat(count))).estimate).toMatchObject({ lines: count, isExact: true });
    const larger = await inspect(line.repeat(count + 1));
    expect(larger.estimate.isExact).toBe(false);
    expect(larger.estimate.lines / (count + 1)).toBeCloseTo(1, 1);
  });

  it('does not change the file it looks at', async () => {
    const folder = await writeTree(await tempFolder(), { 'p/a.jsonl': transcript(userLine('x')) });
    const before = await stat(path.join(folder, 'p/a.jsonl'));
    await inspectFile(await measureFile(folder, 'p/a.jsonl'));
    const after = await stat(path.join(folder, 'p/a.jsonl'));
    expect([after.size, after.mtimeMs, after.ino]).toEqual([before.size, before.mtimeMs, before.ino]);
  });
});

import { describe, expect, it } from 'vitest';
import { checkIntegrity, type IntegrityReport } from '../../../src/engine/discover/check-integrity.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';

async function check(content: string | Uint8Array): Promise<IntegrityReport> {
  const root = await writeTree(await tempFolder(), { 'p/a.jsonl': content });
  return checkIntegrity({ root, file: 'p/a.jsonl' });
}

describe('checkIntegrity', () => {
  it('puts every line into one drawer', async () => {
    const text = [
      '{"a":1}',
      '',
      '{"a":1}{"b":2}',
      '"a":1}',
      '{"a":',
      '[]',
      '7',
      '\0\0',
      ' \t\r',
      '{"half"',
    ].join('\n');
    expect(await check(text)).toEqual({
      bytes: text.length,
      lines: 10,
      records: 1,
      rejects: 6,
      blanks: 2,
      pending: 1,
      rejectsByReason: { 'two-records': 1, headless: 1, 'not-json': 1, 'not-an-object': 2, 'nul-bytes': 1 },
      unreadable: null,
    });
  });

  it.each([
    ['', { lines: 0 }],
    ['\ufeff', { lines: 1, blanks: 1 }],
    ['\ufeff{}\n', { lines: 1, records: 1 }],
    ['{}', { lines: 1, records: 1 }],
    ['{}\n\ufeff{}\n', { lines: 2, records: 1, rejects: 1 }],
    ['{}\r\n{}\u2028\n', { lines: 2, records: 1, rejects: 1 }],
    ['\0\0\0', { lines: 1, pending: 1 }],
  ])('reads %j as the oracle does', async (text, expected) => {
    const none = { lines: 0, records: 0, rejects: 0, blanks: 0, pending: 0 };
    expect(await check(text)).toMatchObject({ ...none, ...expected });
  });

  it('joins lines that are longer than a block', async () => {
    const long = JSON.stringify({ text: 'ä'.repeat(1_500_000) });
    const report = await check(`${long}\n{}\n${long}`);
    expect(report).toMatchObject({ lines: 3, records: 3, bytes: Buffer.byteLength(long) * 2 + 4 });
  });

  it('answers what it could not read', async () => {
    const report = await checkIntegrity({ root: await tempFolder(), file: 'gone.jsonl' });
    expect(report).toMatchObject({ lines: 0, unreadable: expect.stringContaining('ENOENT') });
  });

  it('stops with the reason of the signal', async () => {
    const root = await writeTree(await tempFolder(), { 'a.jsonl': '{}\n' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(checkIntegrity({ root, file: 'a.jsonl' }, { signal })).rejects.toThrow('enough');
  });
});

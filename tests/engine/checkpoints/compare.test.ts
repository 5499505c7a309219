import { expect, it } from 'vitest';
import { Import } from '../extract/extract-file.ts';

const file = 'project/session.jsonl';
const first = '{"type":"user","uuid":"1"}';
const unterminated = '{"type":"user","uuid":"2"}';

/** The file as it was imported while its last line had no newline, and then as it went on. */
async function wentOn(rest: string): Promise<{ generation: number; lines: string[] }> {
  const before = `${first}\n${unterminated}`;
  const imported = await new Import().run({ [file]: Buffer.from(before) });
  expect(imported.checkpoint(file)).toMatchObject({
    generation: 0,
    importedBytes: before.length,
    isUnterminated: true,
  });
  await imported.run({ [file]: Buffer.from(before + rest) });
  const { generation } = imported.checkpoint(file);
  return { generation, lines: imported.linesOf(file).map(({ raw }) => raw) };
}

it('goes on behind a line whose newline has come meanwhile', async () => {
  const { generation, lines } = await wentOn('\n{"type":"user","uuid":"3"}\n');
  expect(generation).toBe(0);
  expect(lines).toEqual([first, unterminated, '{"type":"user","uuid":"3"}']);
});

it.each([
  ['another record', '{"type":"user","uuid":"3"}\n'],
  ['some letters', 'xyz\n{"type":"user","uuid":"3"}\n'],
  ['a space', ' \n'],
  ['a carriage return', '\r\n'],
  ['a byte that is nothing', '\0\n'],
])('takes a file for rewritten whose last line without newline went on with %s', async (_what, rest) => {
  const { generation, lines } = await wentOn(rest);
  expect(generation).toBe(1);
  expect(lines).toEqual(`${first}\n${unterminated}${rest}`.split('\n').slice(0, -1));
});

import { describe, expect, it } from 'vitest';
import { Import } from './extract-file.ts';

const session = '0f5a3c1e-1111-4222-8333-123456789abc';

/** Project and session of the last line, which names none itself. */
async function inherited(file: string, head: string, taskBytes = 1 << 20): Promise<object> {
  const imported = await new Import().run(
    { [file]: Buffer.from(`${head}\n{}\n`) },
    { taskBytes, batchRows: 100 },
  );
  const { project, session_id } = imported.linesOf(file).at(-1)!;
  return { project, session: session_id };
}

describe('a line that does not say so itself', () => {
  it('belongs to the first working directory in the file', async () => {
    const head =
      '{"type":"summary"}\n{"cwd":"/home/u/p","sessionId":"s-1"}\n{"cwd":"/elsewhere","sessionId":"s-2"}';
    expect(await inherited('-home-u-p/f.jsonl', head)).toEqual({ project: '/home/u/p', session: 's-1' });
  });

  it('belongs to the project folder of a file that names no working directory', async () => {
    expect(await inherited('-home-u-p/f.jsonl', '{"type":"summary"}')).toEqual({
      project: '-home-u-p',
      session: 'f',
    });
  });

  it('belongs to the session by which its file, or the folder of its subagent, is named', async () => {
    const head = '{"cwd":"/p","sessionId":"s-1"}';
    expect(await inherited(`p/${session}.jsonl`, head)).toEqual({ project: '/p', session });
    expect(await inherited(`p/${session}/subagents/agent-a1.jsonl`, head)).toEqual({
      project: '/p',
      session,
    });
  });

  it('finds them behind a byte order mark', async () => {
    const head = '\ufeff{"cwd":"/p","sessionId":"s-1"}';
    expect(await inherited('x/f.jsonl', head)).toEqual({ project: '/p', session: 's-1' });
  });

  it('finds them behind the range it lies in', async () => {
    const file = 'x/f.jsonl';
    const bytes = Buffer.from('{"type":"summary"}\n{"type":"mode"}\n{"cwd":"/p","sessionId":"s-1"}\n');
    const imported = await new Import().run({ [file]: bytes }, { taskBytes: 10, batchRows: 100 });
    expect(imported.linesOf(file).map(({ project }) => project)).toEqual(['/p', '/p', '/p']);
  });

  it('does not look behind the first megabyte', async () => {
    const head = `{"x":"${'y'.repeat(1 << 20)}"}\n{"cwd":"/late","sessionId":"late"}`;
    expect(await inherited('x/f.jsonl', head, 1 << 30)).toEqual({ project: 'x', session: 'f' });
  });
});

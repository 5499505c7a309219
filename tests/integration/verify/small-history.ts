import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';

const session = '0a1b2c3d-0000-4000-8000-0000000000aa';

/** The file that most damage is done to, and the lines in it. */
export const mainFile = `-home-me-app/${session}.jsonl`;
/** Begins with a copy of two lines of the main file. */
export const agentFile = `-home-me-app/${session}/subagents/agent-a1.jsonl`;
/** A file of its own whose only response is nowhere else. */
export const loneFile = '-home-me-other/0a1b2c3d-0000-4000-8000-0000000000bb.jsonl';

/** Imported at the level metadata; one of its responses has an iteration of another model. */
export const privateFile = '-home-me-private/0a1b2c3d-0000-4000-8000-0000000000ee.jsonl';
export const privacy = {
  default: 'full' as const,
  rules: [{ project: '/home/me/private', level: 'metadata' as const }],
};

/** Was rewritten between two runs: what it held before is its generation 0. */
export const rewrittenFile = '-home-me-other/0a1b2c3d-0000-4000-8000-0000000000cc.jsonl';
/** Was deleted between two runs: its lines are in the database only. */
export const goneFile = '-home-me-other/0a1b2c3d-0000-4000-8000-0000000000dd.jsonl';

const common = { sessionId: session, cwd: '/home/me/app', version: '2.1.0', gitBranch: 'main' };

interface Answer {
  readonly id: string;
  readonly at: string;
  readonly output: number;
  readonly model?: string;
  readonly text?: string;
  readonly usage?: object;
  readonly more?: object;
}

function answer({ id, at, output, model = 'claude-sonnet-4-5', text = 'Done.', usage, more }: Answer) {
  return {
    ...common,
    type: 'assistant',
    uuid: `uuid-${id}-${output}`,
    requestId: `req_${id}`,
    timestamp: at,
    message: {
      id: `msg_${id}`,
      role: 'assistant',
      model,
      stop_reason: output > 10 ? 'end_turn' : null,
      content: [{ type: 'text', text }],
      usage: {
        input_tokens: 7,
        output_tokens: output,
        cache_read_input_tokens: 1200,
        cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 },
        service_tier: 'standard',
        ...usage,
      },
    },
    ...more,
  };
}

const placeholder = answer({ id: 'first', at: '2026-11-01T10:00:01.000Z', output: 3, text: 'One moment.' });
const first = answer({ id: 'first', at: '2026-11-01T10:00:02.000Z', output: 40, text: 'Here it is.' });

const mainLines = {
  prompt: {
    ...common,
    type: 'user',
    uuid: 'uuid-prompt',
    timestamp: '2026-11-01T10:00:00.000Z',
    message: { role: 'user', content: 'Please look at the parser.' },
  },
  placeholder,
  first,
  blank: '   ',
  reject: 'this is no JSON',
  iterated: answer({
    id: 'iterated',
    at: '2026-11-01T11:30:00.000Z',
    output: 60,
    usage: {
      iterations: [
        { model: 'claude-sonnet-4-5', input_tokens: 7, output_tokens: 60 },
        { model: 'claude-haiku-4-5', input_tokens: 11, output_tokens: 21 },
      ],
      server_tool_use: { web_search_requests: 1 },
    },
  }),
  /** Two lines of the same length. */
  left: answer({ id: 'left', at: '2026-11-01T20:00:00.000Z', output: 70, text: 'Left!' }),
  right: answer({ id: 'rigt', at: '2026-11-01T21:00:00.000Z', output: 71, text: 'Right' }),
  tomorrow: answer({
    id: 'tomorrow',
    at: '2026-11-02T09:00:00.000Z',
    output: 80,
    model: 'claude-opus-4-5',
    usage: { speed: 'fast' },
  }),
  summary: { type: 'summary', summary: 'Looked at the parser', leafUuid: 'uuid-prompt' },
};

export type MainLine = keyof typeof mainLines;

function text(lines: Iterable<object | string>): string {
  return [...lines].map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

/** Where each line of the main file starts, in bytes. */
export const offsets = Object.fromEntries(
  Object.keys(mainLines).map((name, index) => [
    name,
    Buffer.byteLength(text(Object.values(mainLines).slice(0, index))),
  ]),
) as Readonly<Record<MainLine, number>>;

/** Every file of our own with its bytes. */
export const ownFiles: Readonly<Record<string, string>> = {
  [mainFile]: text(Object.values(mainLines)),
  [agentFile]: text([
    ...[placeholder, first].map((line) => ({ ...line, isSidechain: true, agentId: 'a1' })),
    answer({
      id: 'agent',
      at: '2026-11-01T10:05:00.000Z',
      output: 90,
      model: 'claude-haiku-4-5',
      more: { isSidechain: true, agentId: 'a1' },
    }),
    'half a line {"type":',
  ]),
  [loneFile]: text([
    answer({
      id: 'lone',
      at: '2026-11-03T12:00:00.000Z',
      output: 100,
      more: { sessionId: '0a1b2c3d-0000-4000-8000-0000000000bb', cwd: '/home/me/other' },
    }),
  ]),
};

/** Content of a file with one response, of which it has two lines. */
function conversation(id: string, at: string): string {
  const here = { sessionId: `session-${id}`, cwd: '/home/me/other' };
  const prompt = { ...common, ...here, type: 'user', timestamp: at, message: { role: 'user', content: id } };
  const answers = [12, 50].map((output) => answer({ id, at, output, more: here }));
  return text([prompt, ...answers]);
}

const before = {
  [rewrittenFile]: conversation('before', '2026-11-04T08:00:00.000Z'),
  [goneFile]: conversation('gone', '2026-11-05T08:00:00.000Z'),
};

const privateLine = answer({
  id: 'private',
  at: '2026-11-07T12:00:00.000Z',
  output: 110,
  usage: { iterations: [{ model: 'claude-haiku-4-5', input_tokens: 13, output_tokens: 23 }] },
  more: { sessionId: '0a1b2c3d-0000-4000-8000-0000000000ee', cwd: '/home/me/private' },
});

/** Writes a made-up history and our own files: records, rejects, blanks, copies, several days and models. */
export async function writeSmallHistory(sources: string, lines = 300): Promise<void> {
  await generateHistory({ output: dirname(sources), lines, seed: 11, endMs: Date.UTC(2026, 10, 20) });
  for (const [file, content] of Object.entries({
    ...ownFiles,
    ...before,
    [privateFile]: text([privateLine]),
  })) {
    await mkdir(dirname(join(sources, file)), { recursive: true });
    await writeFile(join(sources, file), content);
  }
}

/** Rewrites one file and deletes another. */
export async function changeSmallHistory(sources: string): Promise<void> {
  await writeFile(join(sources, rewrittenFile), conversation('after', '2026-11-06T08:00:00.000Z'));
  await rm(join(sources, goneFile));
}

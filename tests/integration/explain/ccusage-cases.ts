import { Scene } from './scene.ts';
import type { MadeUpLine } from './transcript-lines.ts';

/** One made-up history and what ccusage printed for it. */
export interface CcusageCase {
  readonly what: string;
  readonly files: Readonly<Record<string, readonly MadeUpLine[]>>;
  /** Day of the case (0) or the day after (1), model, and input, output, cache creation and cache read. */
  readonly printed: readonly Printed[];
}

export type Printed = readonly [
  day: 0 | 1,
  model: string,
  input: number,
  output: number,
  write: number,
  read: number,
];

type Sketch = readonly [
  what: string,
  files: (scene: Scene) => Readonly<Record<string, readonly MadeUpLine[]>>,
  printed: readonly Printed[],
];

const sonnet = 'claude-sonnet-4-5-20250929';

/** In each case the lines' inputs are 1, 2, 4 ...: the sum says which of them were counted. */
const sketches: readonly Sketch[] = [
  [
    'the same id and request, growing output: the largest',
    (s) => ({
      S1: [
        s.line({ input: 1, output: 1 }),
        s.line({ input: 2, output: 50 }),
        s.line({ input: 4, output: 20 }),
      ],
    }),
    [[0, sonnet, 2, 50, 0, 0]],
  ],
  [
    'the larger total goes before the larger output',
    (s) => ({ S1: [s.line({ input: 1, output: 10, read: 100 }), s.line({ input: 2, output: 50 })] }),
    [[0, sonnet, 1, 10, 0, 100]],
  ],
  [
    'equal totals: the larger output',
    (s) => ({
      S1: [s.line({ input: 1, output: 20, write: 79 }), s.line({ input: 2, output: 50, write: 48 })],
    }),
    [[0, sonnet, 2, 50, 48, 0]],
  ],
  [
    'all equal: the first, and its day',
    (s) => ({ S1: [s.line({ time: '23:59:59' }), s.line({ time: '+00:00:01' })] }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'the day is that of the line it takes',
    (s) => ({
      S1: [
        s.line({ input: 1, output: 1, time: '23:59:59' }),
        s.line({ input: 2, output: 9, time: '+00:00:01' }),
      ],
    }),
    [[1, sonnet, 2, 9, 0, 0]],
  ],
  [
    'the same id, two requests: both',
    (s) => ({ S1: [s.line({ input: 1 }), s.line({ input: 2, request: 'r2' })] }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  [
    'no request id, the same moment: one',
    (s) => ({ S1: [s.line({ input: 1, request: null }), s.line({ input: 2, request: null })] }),
    [[0, sonnet, 2, 10, 0, 0]],
  ],
  [
    'no request id, two moments: both',
    (s) => ({
      S1: [s.line({ input: 1, request: null }), s.line({ input: 2, request: null, time: '10:00:01' })],
    }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  [
    'no request id, two sessions, the same moment: both',
    (s) => ({
      S1: [s.line({ input: 1, request: null })],
      S2: [s.line({ input: 2, request: null, session: 'S2' })],
    }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  [
    'with and without a request id: both',
    (s) => ({ S1: [s.line({ input: 1 }), s.line({ input: 2, request: null })] }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  [
    'a copy in another session: one',
    (s) => ({ S1: [s.line({ input: 1 })], S2: [s.line({ input: 1, session: 'S2' })] }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'no message id: every line',
    (s) => ({ S1: [s.line({ input: 1, id: null }), s.line({ input: 2, id: null })] }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  [
    'a sidechain replay with another request: the main line',
    (s) => ({
      S1: [s.line({ input: 1 })],
      'S1/subagents/agent-1': [s.line({ input: 2, request: 'r2', sidechain: true, time: '11:00:00' })],
    }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'a sidechain replay with more output: the main line all the same',
    (s) => ({ S1: [s.line({ input: 1 }), s.line({ input: 2, output: 90, request: 'r2', sidechain: true })] }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'a sidechain line with the same request and more output: the main line',
    (s) => ({ S1: [s.line({ input: 1 }), s.line({ input: 2, output: 90, sidechain: true })] }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'a sidechain replay in another session with another request: both',
    (s) => ({
      S1: [s.line({ input: 1 })],
      S2: [s.line({ input: 2, request: 'r2', sidechain: true, session: 'S2' })],
    }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  [
    'two sidechain lines with two requests: one',
    (s) => ({
      S1: [
        s.line({ input: 1, sidechain: true }),
        s.line({ input: 2, output: 20, request: 'r2', sidechain: true }),
      ],
    }),
    [[0, sonnet, 2, 20, 0, 0]],
  ],
  [
    'two main requests and a sidechain replay: the main two',
    (s) => ({
      S1: [
        s.line({ input: 1 }),
        s.line({ input: 2, request: 'r2' }),
        s.line({ input: 4, request: 'r3', sidechain: true }),
      ],
    }),
    [[0, sonnet, 3, 20, 0, 0]],
  ],
  ['a progress line alone: counted', (s) => ({ S1: [s.progress({ input: 1 })] }), [[0, sonnet, 1, 10, 0, 0]]],
  [
    'a progress line and the line it repeats: one, the progress line not being of a sidechain',
    (s) => ({
      S1: [s.progress({ input: 1 })],
      'S1/subagents/agent-a1': [s.line({ input: 2, read: 500, sidechain: true })],
    }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'the day of a progress line is that of its message',
    (s) => ({ S1: [s.progress({ input: 1 }, { timestamp: s.at('+10:00:00') })] }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'iterations of another model: not counted',
    (s) => ({
      S1: [
        s.line({
          usage: {
            iterations: [
              { type: 'message', model: 'claude-opus-4-1-20250805', input_tokens: 64, output_tokens: 5 },
              { type: 'fallback_message', model: sonnet, input_tokens: 1, output_tokens: 10 },
            ],
          },
        }),
      ],
    }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'fast speed: a model of its own',
    (s) => ({ S1: [s.line({ input: 1 }), s.line({ input: 2, id: 'm2', usage: { speed: 'fast' } })] }),
    [
      [0, sonnet, 1, 10, 0, 0],
      [0, 'claude-sonnet-4-5-20250929-fast', 2, 10, 0, 0],
    ],
  ],
  [
    'synthetic: not counted',
    (s) => ({ S1: [s.line({ input: 1 }), s.line({ input: 0, output: 0, id: 'm2', model: '<synthetic>' })] }),
    [[0, sonnet, 1, 10, 0, 0]],
  ],
  [
    'the 5-minute/1-hour pair goes before the flat field, even when it is zero',
    (s) => ({
      S1: [
        s.line({
          input: 1,
          write: 100,
          usage: { cache_creation: { ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 9 } },
        }),
        s.line({
          input: 2,
          id: 'm2',
          write: 100,
          usage: { cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 } },
        }),
      ],
    }),
    [[0, sonnet, 3, 20, 16, 0]],
  ],
  [
    'null anywhere in the line under one of some names: the line is skipped',
    (s) => ({
      S1: [
        s.line({ input: 1 }),
        s.line({ input: 2, id: 'm2', usage: { speed: null } }),
        s.line({
          input: 4,
          id: 'm3',
          message: { content: [{ type: 'tool_use', id: 't', name: 'x', input: { cwd: null } }] },
        }),
        s.line({ input: 8, id: 'm4', usage: { service_tier: null, iterations: null } }),
      ],
    }),
    [[0, sonnet, 9, 20, 0, 0]],
  ],
  [
    'a version that is none, an empty id, a half character: skipped',
    (s) => ({
      S1: [
        s.line({ input: 1 }),
        s.line({ input: 2, id: 'm2', record: { version: 'dev' } }),
        s.line({ input: 4, id: 'm3', request: '' }),
        JSON.stringify(s.line({ input: 8, id: 'm4' })).replace('Done.', String.raw`\ud83d`),
        s.line({ input: 16, id: 'm5', record: { version: '2.1.100-beta' } }),
      ],
    }),
    [[0, sonnet, 17, 20, 0, 0]],
  ],
  [
    'a moment that is not to the second or the millisecond: skipped',
    (s) => ({
      S1: [
        s.line({ input: 1 }),
        s.line({ input: 2, id: 'm2', record: { timestamp: s.at('10:00:00').replace('.000Z', 'Z') } }),
        s.line({ input: 4, id: 'm3', record: { timestamp: s.at('10:00:00').replace('.000Z', '.0Z') } }),
        s.line({ input: 8, id: 'm4', record: { timestamp: s.at('10:00:00').replace('.000Z', '') } }),
        s.line({
          input: 16,
          id: 'm5',
          record: { timestamp: s.at('22:00:00').replace('.000Z', '.000-05:00') },
        }),
        s.line({ input: 32, id: 'm6', record: { timestamp: undefined } }),
      ],
    }),
    [
      [0, sonnet, 3, 20, 0, 0],
      [1, sonnet, 16, 10, 0, 0],
    ],
  ],
  [
    'white space in the JSON: skipped when it is before the usage',
    (s) => ({
      S1: [
        JSON.stringify(s.line({ input: 1 })).replace('"usage":', '"usage": '),
        JSON.stringify(s.line({ input: 2, id: 'm2' })).replace('"input_tokens":', '"input_tokens": '),
      ],
    }),
    [[0, sonnet, 2, 10, 0, 0]],
  ],
];

/** As printed by ccusage 20.0.24: `ccusage claude daily --json --breakdown --offline --timezone UTC`. */
export const ccusageCases: readonly CcusageCase[] = sketches.map(([what, draw, printed], index) => {
  const scene = new Scene(index);
  const files = Object.entries(draw(scene)).map(([name, lines]) => [scene.file(name), lines] as const);
  return { what, files: Object.fromEntries(files), printed };
});

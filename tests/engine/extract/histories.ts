import * as fc from 'fast-check';
import { anyCounts, escaped, usageOf, usageShapes } from './transcript-lines.ts';

type Json = Readonly<Record<string, unknown>>;

/** Ids of Anthropic, Vertex and Bedrock, of gateways - one of which answers everything with the same id - and none. */
const ids = ['msg_01A', 'msg_01B', 'msg_vrtx_1', 'msg_bdrk_1', 'gen-1', 'gen-2', 'ü-1', '', undefined];
const models = ['claude-opus-5', 'claude-haiku-4-5', 'glm-4.7', '<synthetic>', 'modèle', undefined];

/** One line of a history before it is written into one or several files. */
const anyOriginal = fc.record({
  id: fc.nat({ max: ids.length - 1 }),
  shape: fc.constantFrom(...usageShapes),
  counts: anyCounts,
  others: fc.array(fc.tuple(fc.constantFrom('claude-fable-5', 'claude-opus-5', undefined), anyCounts), {
    maxLength: 2,
  }),
  hasRequest: fc.boolean(),
  hasUuid: fc.boolean(),
  hasTime: fc.oneof(
    { weight: 8, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  day: fc.nat({ max: 3 }),
  stop: fc.constantFrom('end_turn', null, undefined),
  kind: fc.constantFrom('assistant', 'assistant', 'assistant', 'progress', 'user', 'broken'),
  isSidechain: fc.boolean(),
  /** Files that hold it: the first is where it was written, the others are copies. */
  places: fc.uniqueArray(
    fc.record({ file: fc.nat({ max: 3 }), hasOwnSession: fc.boolean(), isSideQuestion: fc.boolean() }),
    { selector: ({ file }) => file, minLength: 1, maxLength: 3 },
  ),
  isEscaped: fc.boolean(),
});

type Original = typeof anyOriginal extends fc.Arbitrary<infer Value> ? Value : never;

const fileNames = ['p/s-1.jsonl', 'p/s-2.jsonl', 'p/s-1/subagents/agent-a1.jsonl', 'q/s-3.jsonl'];
const sessions = ['s-1', 's-2', 's-1', 's-3'];

function messageOf({ id, shape, counts, others, stop }: Original): Json {
  // An id belongs to one model: lines of the same response do not contradict each other there.
  return {
    id: ids[id],
    type: 'message',
    role: 'assistant',
    model: models[id % models.length],
    content: [{ type: 'text', text: '测试' }],
    stop_reason: stop,
    usage: usageOf(
      shape,
      counts,
      others.map(([model, numbers], index) => ({
        // An attempt of the same index is of the same model, or of none.
        model: model && (index === 0 ? 'claude-fable-5' : model),
        ...usageOf(usageShapes[0]!, numbers),
      })),
    ),
  };
}

function lineOf(original: Original, number: number, place: Original['places'][number]): string {
  const { kind, hasTime, hasUuid, hasRequest, day, isSidechain, isEscaped } = original;
  const home = original.places[0]!.file;
  const timestamp = hasTime ? `2026-03-0${1 + day}T10:00:0${number % 10}.${100 + number}Z` : undefined;
  // A progress line is written after the message that it repeats; without a time of its own, that is the message's.
  const sent = hasUuid ? timestamp : undefined;
  const reported = hasTime ? `2026-03-0${2 + day}T00:00:00.${100 + number}Z` : undefined;
  const message = messageOf(original);
  const common = {
    uuid: hasUuid ? `uuid-${number}` : undefined,
    // A fork rewrites the session or keeps the old one; without a time there is nothing to tell the first by.
    sessionId: sessions[place.hasOwnSession || !hasTime ? place.file : home],
    requestId: hasRequest ? `req_${number}${place.isSideQuestion ? 'b' : ''}` : undefined,
    isSidechain: isSidechain || place.isSideQuestion,
    cwd: '/home/u/ü',
  };
  const record =
    kind === 'progress'
      ? {
          type: 'progress',
          ...common,
          timestamp: sent === undefined ? timestamp : reported,
          data: { type: 'agent_progress', message: { type: 'assistant', message, timestamp: sent } },
        }
      : {
          type: kind === 'user' ? 'user' : 'assistant',
          ...common,
          timestamp,
          message,
          toolUseResult: kind === 'user' ? { usage: message['usage'], totalTokens: 9 } : undefined,
        };
  const json = JSON.stringify(record);
  return kind === 'broken' ? json.slice(0, -1 - (number % 40)) : isEscaped ? escaped(json) : json;
}

/** A store of up to four files with every shape of usage, copies, forks, side questions and repeated progress. */
export const anyHistory: fc.Arbitrary<Readonly<Record<string, Buffer>>> = fc
  .tuple(fc.array(anyOriginal, { maxLength: 25 }), fc.boolean())
  .map(([originals, isTerminated]) => {
    const lines: string[][] = fileNames.map(() => []);
    for (const [number, original] of originals.entries()) {
      for (const place of original.places) lines[place.file]!.push(lineOf(original, number, place));
    }
    return Object.fromEntries(
      fileNames.map((name, index) => [
        name,
        Buffer.from(lines[index]!.join('\n') + (isTerminated && lines[index]!.length > 0 ? '\n' : '')),
      ]),
    );
  });

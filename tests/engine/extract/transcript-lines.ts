import * as fc from 'fast-check';

type Json = Readonly<Record<string, unknown>>;

/** Counts of one usage before a shape decides how much of them is written. */
export interface Counts {
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly w5: number;
  readonly w1: number;
  readonly web: number;
}

/** Whether the parts of a usage shape (format.md 4) are there; `null` is written as null. */
interface Shape {
  readonly pair?: true | null;
  readonly flat?: true | null;
  readonly read?: true;
  readonly server?: 1 | 2 | null;
  readonly tier?: 'standard' | null;
  readonly geo?: string | null;
  readonly iterations?: 'none' | 'same' | null;
  readonly speed?: 'standard' | 'fast' | null;
  readonly details?: true | null;
}

const full: Shape = { pair: true, flat: true, read: true };
const plain: Shape = { flat: true, read: true };
const tier = 'standard';
const nullTail: Shape = { geo: null, iterations: null, server: 2, tier: null };

/** The 24 shapes of `message.usage` in the order of format.md 4. */
export const usageShapes: readonly Shape[] = [
  { ...full, tier },
  { ...full, geo: 'not_available', tier },
  { ...plain, tier },
  { ...full, geo: '', iterations: 'same', server: 2, tier, speed: 'standard' },
  { ...full, geo: 'global', iterations: 'none', server: 2, tier, speed: 'fast' },
  plain,
  full,
  { ...full, geo: '', iterations: 'same', details: true, server: 2, tier, speed: 'standard' },
  { ...full, geo: '', iterations: 'none', server: 2, tier },
  { ...full, server: 2, tier },
  {},
  { ...full, server: 2, tier: null },
  { read: true, server: 1 },
  { ...full, server: 1, tier: null },
  { ...full, ...nullTail, speed: null },
  { ...plain, server: 1, tier: null },
  { read: true },
  { ...plain, server: 1 },
  { read: true, server: 1, tier },
  { ...full, ...nullTail },
  { ...full, geo: '', iterations: 'same', tier },
  { ...full, geo: '', iterations: 'same', server: 2, tier, speed: 'standard' },
  { pair: null, flat: null, read: true, server: null, tier: null },
  { ...full, ...nullTail, details: null, speed: null },
];

function counts({ pair, flat, read }: Shape, { input, output, read: cached, w5, w1 }: Counts): Json {
  return {
    input_tokens: input,
    ...(flat === undefined ? {} : { cache_creation_input_tokens: flat && w5 + w1 }),
    ...(read && { cache_read_input_tokens: cached }),
    ...(pair === undefined
      ? {}
      : { cache_creation: pair && { ephemeral_5m_input_tokens: w5, ephemeral_1h_input_tokens: w1 } }),
    output_tokens: output,
  };
}

/** `message.usage` in one of the 24 shapes. `others` are further attempts, with their models. */
export function usageOf(shape: Shape, numbers: Counts, others: readonly Json[] = []): Json {
  const { server, iterations, tier, geo, speed, details } = shape;
  const same = { type: 'message', ...counts(shape, numbers) };
  return {
    ...counts(shape, numbers),
    ...(server === undefined
      ? {}
      : {
          server_tool_use: server && {
            web_search_requests: numbers.web,
            ...(server === 2 && { web_fetch_requests: 0 }),
          },
        }),
    ...(tier === undefined ? {} : { service_tier: tier }),
    ...(geo === undefined ? {} : { inference_geo: geo }),
    ...(iterations === undefined && others.length === 0
      ? {}
      : { iterations: iterations === null ? null : [...(iterations === 'same' ? [same] : []), ...others] }),
    ...(speed === undefined ? {} : { speed }),
    ...(details === undefined ? {} : { output_tokens_details: details && { thinking_tokens: 3 } }),
  };
}

export const anyCounts: fc.Arbitrary<Counts> = fc
  .record({
    output: fc.constantFrom(0, 1, 1, 2, 40),
    input: fc.nat({ max: 400 }),
    read: fc.nat({ max: 999 }),
    w5: fc.constantFrom(0, 0, 1, 77),
    w1: fc.constantFrom(0, 0, 3, 55),
    hasSearched: fc.boolean(),
  })
  // Distinct counts have distinct totals: the rule leaves open which of two equally large usages counts.
  .map(({ output, input, read, w5, w1, hasSearched }) => ({
    output,
    input: 2 * input + Number(hasSearched),
    read: read * 1000,
    w5: w5 * 1_000_000,
    w1: w1 * 1_000_000_000,
    web: hasSearched ? 1 + (input % 3) : 0,
  }));

/** Text as people and tools write it: several scripts, control characters, escapes, lone surrogates. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    'fix the tests',
    '<system-reminder>x',
    '<command-name>/clear',
    'D:\\users\\测试',
    '\u2028\u2029',
  ),
  fc.constantFrom(
    '\ud88d',
    'a\udc00b',
    '😀 é ñ ÿ',
    '\u0000\u001f"\\/',
    '"},{"x":"',
    '}{',
    'mcp__a__b',
    'Task',
  ),
);

const anyJson = fc.jsonValue({ maxDepth: 3 });
/** A value where another type is expected. */
const anything = fc.oneof(
  anyText,
  anyJson,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER, [], {}, [null], ['x']),
);

const toolNames = fc.constantFrom('Bash', 'Read', 'mcp__github__list', 'Task', 'Agent', 'Wörk');

const resultContent = fc.oneof(
  anyText,
  fc.constant(null),
  fc.array(
    fc.oneof(
      anyText,
      fc.record({ type: fc.constant('text'), text: anyText }),
      fc.constant({ type: 'image', source: { type: 'base64', data: 'AAAA' } }),
      fc.record({ type: fc.constant('tool_reference'), tool_name: anyText }),
    ),
    { maxLength: 3 },
  ),
  anything,
);

/** A content block of any kind, also of unknown kinds. */
export const anyBlock: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ type: fc.constant('text'), text: anyText }),
  fc.record({ type: fc.constant('thinking'), thinking: anyText, signature: fc.constant('c2ln') }),
  fc.record({ type: fc.constant('redacted_thinking'), data: anyText }),
  fc.record({ type: fc.constantFrom('tool_use', 'server_tool_use'), name: toolNames, input: anything }),
  fc.record({
    type: fc.constant('tool_use'),
    name: toolNames,
    input: fc.dictionary(anyText, anything, { maxKeys: 3 }),
  }),
  fc.record({
    type: fc.constant('tool_result'),
    tool_use_id: fc.constant('toolu_1'),
    content: resultContent,
  }),
  fc.constantFrom(
    { type: 'image', source: { data: 'AA' } },
    { type: 'document' },
    { type: 'fallback' },
    null,
    7,
  ),
  anything,
);

const anyContent = fc.oneof(anyText, fc.array(anyBlock, { maxLength: 3 }), anything);

const timestamps = fc.oneof(
  fc
    .date({ min: new Date('2025-05-01'), max: new Date('2026-12-31'), noInvalidDate: true })
    .map((d) => d.toISOString()),
  fc.constantFrom(
    '',
    'yesterday',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T00:00:00Z',
    '2025-10-01T00:30:00+02:00',
  ),
  anything,
);

const envelope = {
  uuid: fc.oneof(fc.uuid(), anything),
  parentUuid: fc.oneof(fc.uuid(), fc.constant(null)),
  sessionId: fc.oneof(fc.constantFrom('s-1', 's-2', 'sitzung-ü'), anything),
  agentId: fc.oneof(anyText, anything),
  isSidechain: fc.oneof(fc.boolean(), anything),
  timestamp: timestamps,
  cwd: fc.oneof(fc.constantFrom('/home/u/p', 'D:\\测试', '/tmp/ß'), anything),
  gitBranch: anyText,
  version: fc.oneof(
    fc.constantFrom('0.2.97', '1.0.9', '1.0.10', '2.1.10', '2.1.11', '2.1.59', '2.1.97', '3'),
    anything,
  ),
  requestId: fc.oneof(fc.constant('req_1'), anything),
  isMeta: fc.oneof(fc.boolean(), anything),
};

const usages = fc.oneof(
  fc.tuple(fc.constantFrom(...usageShapes), anyCounts).map(([shape, numbers]) => usageOf(shape, numbers)),
  fc.record({
    input_tokens: anything,
    output_tokens: anything,
    cache_creation: anything,
    iterations: anything,
  }),
  anything,
);

const messages = fc.oneof(
  fc.record(
    {
      id: fc.oneof(fc.constantFrom('msg_1', 'gen-1', ''), anything),
      role: fc.oneof(fc.constantFrom('assistant', 'user'), anything),
      model: fc.oneof(fc.constantFrom('claude-opus-5', '<synthetic>'), anything),
      content: anyContent,
      usage: usages,
      stop_reason: fc.oneof(fc.constantFrom('end_turn', 'tool_use'), fc.constant(null), anything),
    },
    { requiredKeys: [] },
  ),
  // Genuine damage: a string spread into an object (format.md 2).
  anyText.map((text) => Object.fromEntries(text.split('').entries())),
  anything,
);

const toolUseResults = fc.oneof(
  fc.record({ stdout: anyText, stderr: anyText, usage: usages }),
  fc.array(fc.record({ type: fc.constant('text'), text: anyText }), { maxLength: 2 }),
  anyText,
  fc.constant(null),
);

const rareFields = {
  content: anything,
  summary: anything,
  lastPrompt: anyText,
  customTitle: anyText,
  aiTitle: anyText,
  agentName: anyText,
  prUrl: anyText,
  title: anyText,
  operation: fc.constantFrom('enqueue', 'dequeue'),
  subtype: fc.oneof(fc.constantFrom('compact_boundary', 'api_error', 'turn_duration'), anything),
  isCompactSummary: fc.boolean(),
  attachment: fc.oneof(
    fc.record({ type: fc.constantFrom('hook_success', 'nested_memory', 'file'), content: anything }),
    anything,
  ),
  data: fc.oneof(
    fc.record({
      type: fc.constantFrom('agent_progress', 'hook_progress'),
      message: fc.oneof(
        fc.record({
          type: fc.constant('assistant'),
          message: messages,
          timestamp: timestamps,
          requestId: anything,
        }),
        anything,
      ),
    }),
    anything,
  ),
};

const types = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('assistant', 'user', 'progress', 'attachment', 'system') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'summary',
      'queue-operation',
      'ai-title',
      'custom-title',
      'agent-name',
      'last-prompt',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('file-history-snapshot', 'pr-link', 'mode', 'unheard-of', '') },
  { weight: 1, arbitrary: anything },
);

/** A record of any line type with fields of any type, as an object. */
export const anyRecordValue: fc.Arbitrary<Json> = fc
  .tuple(
    types,
    fc.record(envelope, { requiredKeys: [] }),
    fc.record({ message: messages, toolUseResult: toolUseResults }, { requiredKeys: [] }),
    fc.record(rareFields, { requiredKeys: [] }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([type, common, talk, rare, rarity]) => ({ type, ...common, ...talk, ...(rarity === 0 ? rare : {}) }));

/** JSON with every character above ASCII written as an escape. */
export function escaped(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A record as one line of JSON, with or without escapes. */
export const anyRecord: fc.Arbitrary<string> = fc
  .tuple(anyRecordValue, fc.boolean())
  .map(([record, isEscaped]) => (isEscaped ? escaped(JSON.stringify(record)) : JSON.stringify(record)));

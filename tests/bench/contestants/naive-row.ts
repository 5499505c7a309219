import type { Level } from './import-query.ts';

/** As much of a transcript line as the naive import cares for. */
interface Line {
  readonly [field: string]: unknown;
  readonly attachment?: { readonly type?: string; readonly content?: unknown };
  readonly data?: { readonly type?: string };
  readonly message?: {
    readonly [field: string]: unknown;
    readonly content?: string | readonly Block[];
    readonly usage?: Usage;
  };
}

type Usage = Readonly<Record<string, unknown>> & {
  readonly cache_creation?: Readonly<Record<string, number>>;
};

interface Block {
  readonly type?: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly name?: string;
  readonly content?: unknown;
  readonly input?: unknown;
}

/** One row of `lines` as an object, without its place. */
export function naiveRow(text: string, level: Level): object {
  const common = {
    source: 'bench',
    generation: 0,
    raw: level === 'full' ? text : '',
    privacy: level,
    parser_version: 0,
    imported_at: Date.now(),
    run_id: 'bench',
  };
  let line: Line;
  try {
    line = JSON.parse(text) as Line;
  } catch (error) {
    return { ...common, kind: 'reject', reject_reason: 'not-json', reject_message: String(error) };
  }
  return {
    ...common,
    kind: 'record',
    ...plainColumns(line),
    ...messageColumns(line),
    ...contentColumns(line, level),
  };
}

function plainColumns(line: Line): object {
  return {
    type: line['type'],
    subtype: line['subtype'] ?? line.attachment?.type ?? line.data?.type ?? line['operation'] ?? '',
    uuid: line['uuid'] ?? '',
    parent_uuid: line['parentUuid'] ?? '',
    session_id: line['sessionId'] ?? '',
    agent_id: line['agentId'] ?? '',
    is_sidechain: line['isSidechain'] ?? false,
    timestamp: typeof line['timestamp'] === 'string' ? Date.parse(line['timestamp']) : null,
    project: line['cwd'] ?? '',
    cwd: line['cwd'] ?? '',
    git_branch: line['gitBranch'] ?? '',
    version: line['version'] ?? '',
    request_id: line['requestId'] ?? '',
  };
}

function messageColumns({ message }: Line): object {
  if (message === undefined) return {};
  const { usage } = message;
  return {
    role: message['role'],
    model: message['model'] ?? '',
    message_id: message['id'] ?? '',
    stop_reason: message['stop_reason'] ?? '',
    ...(usage === undefined ? {} : { response_key: message['id'], ...usageColumns(usage) }),
  };
}

function usageColumns(usage: Usage): object {
  const pair = usage.cache_creation;
  return {
    service_tier: usage['service_tier'],
    input_tokens: usage['input_tokens'],
    output_tokens: usage['output_tokens'],
    cache_read_tokens: usage['cache_read_input_tokens'],
    cache_write_5m_tokens: pair?.['ephemeral_5m_input_tokens'] ?? 0,
    cache_write_1h_tokens: pair?.['ephemeral_1h_input_tokens'] ?? 0,
  };
}

function contentColumns(line: Line, level: Level): object {
  const texts = textsOf(line);
  const tools = blocksOf(line).flatMap(({ name }) => name ?? []);
  return {
    tool_names: tools,
    text: level === 'full' ? texts.join('\n') : '',
    estimated_tokens: Math.ceil(texts.join('').length / 4) + 100 * tools.length,
  };
}

function blocksOf({ message }: Line): readonly Block[] {
  return typeof message?.content === 'object' ? message.content : [];
}

function textsOf(line: Line): string[] {
  const { message } = line;
  if (typeof message?.content === 'string') return [message.content];
  const top = [line['content'], line['summary'], line.attachment?.content].filter(
    (value) => typeof value === 'string',
  );
  const inBlocks = blocksOf(line).flatMap(({ text, thinking, content, input }) =>
    [text, thinking, content, input].flatMap((value) =>
      value === undefined ? [] : typeof value === 'string' ? value : JSON.stringify(value),
    ),
  );
  return [...top, ...inBlocks];
}

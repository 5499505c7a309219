import { bytesOf } from './native-decoder.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The string columns of a record as the simplest reader would fill them: parsed from UTF-8, one field after the other.
 *
 * No latin1, no fast path. Strings come as the decoder gives them, one character per byte.
 */
export function referenceColumns(record: Json): Readonly<Record<string, unknown>> {
  const message = isObject(record['message']) ? record['message'] : {};
  const holder = [record['attachment'], record['data']].find(
    (value) => isObject(value) && typeof value['type'] === 'string',
  ) as Json | undefined;
  const { texts, tools } = contentOf(record);
  const columns = {
    type: text(record['type']),
    subtype:
      typeof record['subtype'] === 'string'
        ? record['subtype']
        : holder
          ? text(holder['type'])
          : text(record['operation']),
    role: text(message['role']),
    uuid: text(record['uuid']),
    parent_uuid: text(record['parentUuid']),
    agent_id: text(record['agentId']),
    cwd: text(record['cwd']),
    git_branch: text(record['gitBranch']),
    version: text(record['version']),
    message_id: text(message['id']),
    request_id: text(record['requestId']),
    stop_reason: text(message['stop_reason']),
    text: texts.join('\n'),
  };
  return {
    ...Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, bytesOf(value)])),
    is_sidechain: record['isSidechain'] === true,
    tool_names: tools.map(bytesOf),
    estimated_tokens: BigInt(
      Math.ceil(texts.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0) / 4) + 100 * tools.length,
    ),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Everything a person would search for. Reads what it is given, in the order in which it stands there. */
function contentOf(record: Json): { texts: string[]; tools: string[] } {
  const texts: string[] = [];
  const tools: string[] = [];
  const add = (value: unknown): void => {
    if (typeof value === 'string' && value !== '') texts.push(value);
  };
  const addStrings = (value: unknown, levels: number): void => {
    add(value);
    if (!isObject(value) || levels === 0) return;
    for (const key of Object.keys(value)) if (key !== 'data') addStrings(value[key], levels - 1);
  };
  const addContent = (content: unknown): void => {
    add(content);
    if (!Array.isArray(content)) return;
    for (const block of content as unknown[]) {
      add(block);
      if (!isObject(block)) continue;
      const { type } = block;
      if (type === 'thinking') add(block['thinking']);
      else if (type === 'tool_result') addContent(block['content']);
      else if (type === 'tool_use' || type === 'server_tool_use') {
        if (typeof block['name'] === 'string') tools.push(block['name']);
        if (isObject(block['input'])) addStrings(block['input'], 4);
      } else if (type !== 'image' && type !== 'document') add(block['text']);
    }
  };
  if (isObject(record['message'])) addContent(record['message']['content']);
  else {
    for (const name of 'content summary lastPrompt customTitle aiTitle agentName prUrl title'.split(' '))
      add(record[name]);
  }
  if (record['type'] === 'attachment' && isObject(record['attachment'])) addStrings(record['attachment'], 2);
  return { texts, tools };
}

import { isObject, parseObject, text, type Json } from './json-line.ts';
import type { CountColumn, TextColumn } from './line-row.ts';
import { readMoment } from './moment.ts';
import { usagesOf, type UsageEntry, type UsagePlace } from './read-usage.ts';

/** The columns of a record, derived anew from its line. */
export interface ExpectedRecord {
  readonly texts: Readonly<Record<TextColumn, string>>;
  readonly counts: Readonly<Record<CountColumn, number>>;
  /** Session the line names itself; empty when it takes that of its file. */
  readonly session: string;
  readonly isSidechain: boolean;
  readonly timestampMs: number | null;
  readonly toolNames: readonly string[];
  /** Pieces that `text` has to contain. */
  readonly pieces: readonly string[];
}

/** What a line is: null when it is no record. */
export function expectedRecord(line: Buffer, place: UsagePlace): ExpectedRecord | null {
  const record = parseObject(line, 'utf8');
  if (record === null) return null;
  const message: Json = isObject(record['message']) ? record['message'] : {};
  const [usage] = usagesOf(record, place);
  return {
    texts: textsOf(record, message, usage),
    counts: countsOf(usage),
    session: text(record['sessionId']),
    isSidechain: record['isSidechain'] === true,
    timestampMs: readMoment(record['timestamp']),
    toolNames: toolNamesOf(message['content']),
    pieces: piecesOf(message['content']),
  };
}

/** A record without any of its columns: what is expected of a reject. */
export const emptyRecord: ExpectedRecord = {
  texts: textsOf({}, {}, undefined),
  counts: countsOf(undefined),
  session: '',
  isSidechain: false,
  timestampMs: null,
  toolNames: [],
  pieces: [],
};

export function textsOf(
  record: Json,
  message: Json,
  usage: UsageEntry | undefined,
): Record<TextColumn, string> {
  return {
    type: text(record['type']),
    subtype: subtypeOf(record),
    role: text(message['role']),
    uuid: text(record['uuid']),
    parent_uuid: text(record['parentUuid']),
    agent_id: text(record['agentId']),
    cwd: text(record['cwd']),
    git_branch: text(record['gitBranch']),
    version: text(record['version']),
    // A progress line has the model of the message that it repeats.
    model: usage?.model ?? text(message['model']),
    message_id: text(message['id']),
    request_id: text(record['requestId']),
    response_key: usage?.key ?? '',
    stop_reason: text(message['stop_reason']),
    service_tier: usage?.serviceTier ?? '',
    speed: usage?.speed ?? '',
  };
}

export function countsOf(usage: UsageEntry | undefined): Record<CountColumn, number> {
  return {
    input_tokens: usage?.inputTokens ?? 0,
    output_tokens: usage?.outputTokens ?? 0,
    cache_read_tokens: usage?.cacheReadTokens ?? 0,
    cache_write_5m_tokens: usage?.cacheWrite5mTokens ?? 0,
    cache_write_1h_tokens: usage?.cacheWrite1hTokens ?? 0,
    web_search_requests: usage?.webSearchRequests ?? 0,
  };
}

/** The first of `subtype`, `attachment.type`, `data.type` and `operation` that is a string. */
function subtypeOf(record: Json): string {
  const { attachment, data } = record;
  const names = [
    record['subtype'],
    isObject(attachment) ? attachment['type'] : undefined,
    isObject(data) ? data['type'] : undefined,
    record['operation'],
  ];
  return text(names.find((name) => typeof name === 'string'));
}

/** Tool results hold content of their own; so many levels of them are looked into. */
const deepestResult = 4;

/** Names of the tools called in a content, in its order. */
export function toolNamesOf(content: unknown, levels = deepestResult): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) => {
    if (!isObject(block)) return [];
    const { type, name } = block;
    if (type === 'tool_result') return levels > 0 ? toolNamesOf(block['content'], levels - 1) : [];
    const isCall = type === 'tool_use' || type === 'server_tool_use';
    return isCall && typeof name === 'string' ? [text(name)] : [];
  });
}

/** What a person wrote or the model answered. */
function piecesOf(content: unknown): string[] {
  if (typeof content === 'string') return [text(content)];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) => {
    if (!isObject(block)) return [];
    if (block['type'] === 'text') return [text(block['text'])];
    return block['type'] === 'thinking' ? [text(block['thinking'])] : [];
  });
}

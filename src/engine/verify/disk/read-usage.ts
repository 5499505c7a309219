import { isObject, parseObject, text, type Json } from './json-line.ts';
import { readMoment } from './moment.ts';

/** Tokens and searches of one usage. */
export interface UsageCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly webSearchRequests: number;
}

/** What one line says about one response. */
export interface UsageEntry extends UsageCounts {
  /** Identity of the response. */
  readonly key: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number | null;
  /** It repeats a subagent's message in a `progress` line. */
  readonly isProgress: boolean;
  readonly isSidechain: boolean;
  /** Session that the line names, empty when it names none. */
  readonly session: string;
  readonly serviceTier: string;
  readonly speed: string;
}

/** Where a line stands. */
export interface UsagePlace {
  readonly file: string;
  readonly offset: number;
}

/**
 * The usages of a line by the counting rule (docs/counting.md): none, one, or several when other models had a try.
 *
 * `record` is the line read as latin1. That is enough to see whether there is a usage; its names are read again as UTF-8
 * when they are not plain ASCII.
 */
export function readUsage(line: Buffer, record: Json, place: UsagePlace): readonly UsageEntry[] {
  const entries = usagesOf(record, place);
  if (entries.every(({ key, model, session }) => isAscii(key) && isAscii(model) && isAscii(session))) {
    return entries;
  }
  const exact = parseObject(line, 'utf8');
  return exact === null ? [] : usagesOf(exact, place);
}

function isAscii(value: string): boolean {
  return /^[\0-\x7f]*$/.test(value);
}

/** The usages of a record whose strings are the right ones. */
export function usagesOf(record: Json, place: UsagePlace): UsageEntry[] {
  const isProgress = record['type'] === 'progress';
  const holder = isProgress ? repeatedLine(record) : record['type'] === 'assistant' ? record : null;
  const message = holder?.['message'];
  if (!holder || !isObject(message) || message['model'] === '<synthetic>') return [];
  const { usage } = message;
  if (!isObject(usage)) return [];
  const requestId = record['requestId'] ?? holder['requestId'];
  const session = text(record['sessionId']);
  const key = keyOf(text(message['id']), Boolean(requestId), session, text(record['uuid']), place);
  const shared = {
    timestampMs: readMoment(holder['timestamp'] ?? record['timestamp']),
    isProgress,
    isSidechain: record['isSidechain'] === true,
    session,
    serviceTier: text(usage['service_tier']),
    speed: text(usage['speed']),
  };
  const entries = [{ key, model: text(message['model']), ...countsOf(usage), ...shared }];
  const attempts: unknown = usage['iterations'];
  if (!Array.isArray(attempts)) return entries;
  attempts.forEach((attempt: unknown, index) => {
    const model = isObject(attempt) ? attempt['model'] : null;
    if (!isObject(attempt) || typeof model !== 'string' || model === message['model']) return;
    entries.push({ key: `${key}#${index}`, model: text(model), ...countsOf(attempt), ...shared });
  });
  return entries;
}

/** The assistant line that a `progress` line repeats. */
function repeatedLine(record: Json): Json | null {
  const inner = isObject(record['data']) ? record['data']['message'] : null;
  return isObject(inner) && inner['type'] === 'assistant' ? inner : null;
}

/**
 * Some gateways give every response the same id: only ids of Anthropic's form, or beside a request id, are trusted beyond
 * their session.
 */
function keyOf(id: string, hasRequest: boolean, session: string, uuid: string, place: UsagePlace): string {
  if (id === '') return `uuid|${uuid === '' ? `${place.file}|${place.offset}` : uuid}`;
  return id.startsWith('msg_') || hasRequest ? id : `${id}|${session}`;
}

function countsOf(usage: Json): UsageCounts {
  const pair = isObject(usage['cache_creation']) ? usage['cache_creation'] : {};
  const searches = isObject(usage['server_tool_use']) ? usage['server_tool_use'] : {};
  const short = count(pair['ephemeral_5m_input_tokens']);
  const long = count(pair['ephemeral_1h_input_tokens']);
  const isPairEmpty = short + long === 0;
  return {
    inputTokens: count(usage['input_tokens']),
    outputTokens: count(usage['output_tokens']),
    cacheReadTokens: count(usage['cache_read_input_tokens']),
    cacheWrite5mTokens: isPairEmpty ? count(usage['cache_creation_input_tokens']) : short,
    cacheWrite1hTokens: isPairEmpty ? 0 : long,
    webSearchRequests: count(searches['web_search_requests']),
  };
}

/** The whole part of a number between -2^53 and 2^53; what is no such number counts as 0. */
function count(value: unknown): number {
  if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER) return 0;
  return value < 0 ? -Math.floor(-value) || 0 : Math.floor(value);
}

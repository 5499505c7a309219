import { isObject, readUsage, totalTokens, type Usage } from './usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** What one line says about one API response. */
export interface Evidence {
  /** Identity of the response by the counting rule (product.md). */
  readonly key: string;
  readonly usage: Usage;
  readonly model: string;
  /** Milliseconds since 1970, null without a readable timestamp. */
  readonly timestampMs: number | null;
  readonly hasStopReason: boolean;
  /** The line repeats a subagent's message inside a `progress` line. */
  readonly isProgress: boolean;
  readonly serviceTier: string;
  readonly speed: string;
}

/** The message that a line carries a usage for, if any. */
interface CarriedMessage {
  readonly message: Json;
  readonly timestamp: unknown;
  readonly requestId: unknown;
  readonly isProgress: boolean;
}

function carriedMessage(record: Json): CarriedMessage | null {
  if (record['type'] === 'assistant' && isObject(record['message'])) {
    return {
      message: record['message'],
      timestamp: record['timestamp'],
      requestId: record['requestId'],
      isProgress: false,
    };
  }
  if (record['type'] !== 'progress' || !isObject(record['data'])) return null;
  const inner = record['data']['message'];
  if (!isObject(inner) || inner['type'] !== 'assistant' || !isObject(inner['message'])) return null;
  return {
    message: inner['message'],
    timestamp: inner['timestamp'] ?? record['timestamp'],
    requestId: record['requestId'] ?? inner['requestId'],
    isProgress: true,
  };
}

/**
 * The evidence of one record: none, one response, or several when `usage.iterations` names another model.
 *
 * The key is `message.id` when that starts with `msg_` or the line has a `requestId`; else session and id, because some
 * gateways reuse one id for everything (ccusage #1635); else the line's `uuid`; else its place. `<synthetic>` is not a
 * response. An iteration of another model is that model's own response: the top level does not contain it.
 */
export function readEvidence(record: Json, sessionId: string, place: string): Evidence[] {
  const carried = carriedMessage(record);
  if (!carried) return [];
  const { message } = carried;
  const { usage } = message;
  if (!isObject(usage) || message['model'] === '<synthetic>') return [];
  const id = text(message['id']);
  const isTrusted = id.startsWith('msg_') || Boolean(carried.requestId);
  const uuid = text(record['uuid']);
  const key = id === '' ? `uuid|${uuid === '' ? place : uuid}` : isTrusted ? id : `${id}|${sessionId}`;
  const common = {
    timestampMs: readTimestamp(carried.timestamp),
    hasStopReason: typeof message['stop_reason'] === 'string',
    isProgress: carried.isProgress,
    serviceTier: text(usage['service_tier']),
    speed: text(usage['speed']),
  };
  const model = text(message['model']);
  const all: Evidence[] = [{ key, usage: readUsage(usage), model, ...common }];
  const iterations: readonly unknown[] = Array.isArray(usage['iterations']) ? usage['iterations'] : [];
  for (const [index, iteration] of iterations.entries()) {
    if (!isObject(iteration)) continue;
    const other = iteration['model'];
    if (typeof other !== 'string' || other === message['model']) continue;
    all.push({ key: `${key}#${index}`, usage: readUsage(iteration), model: other, ...common });
  }
  return all;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const isoTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 timestamp of the years 1970 to 2105, else null: ClickHouse's `DateTime`, in
 * which hours are told, ends in 2106.
 *
 * One without a time zone is taken as UTC: `Date.parse` takes it as local time, and the same line would be another
 * moment on another machine. Other notations, which `Date.parse` guesses at, are no timestamps.
 */
export function readTimestamp(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  return usualTimestamp(value) ?? anyTimestamp(value);
}

function anyTimestamp(value: string): number | null {
  const match = isoTimestamp.exec(value);
  if (!match) return null;
  const milliseconds = Date.parse(match[3] === undefined ? `${value}Z` : value);
  return milliseconds >= 0 && milliseconds < endMs ? milliseconds : null;
}

const endMs = Date.UTC(2106, 0);

/** The day of the last timestamp: the next line's is mostly the same. */
let lastDay = -1;
let lastDayMs = 0;

/** `2025-09-30T12:34:56.789Z`, as Claude Code writes it, of a date that exists; null for any other notation. */
function usualTimestamp(value: string): number | null {
  if (value.length !== 24 || !/^....-..-..T..:..:..\....Z$/.test(value)) return null;
  const day = digits(value, 0, 4) * 10_000 + digits(value, 5, 2) * 100 + digits(value, 8, 2);
  const hours = digits(value, 11, 2);
  const minutes = digits(value, 14, 2);
  const seconds = digits(value, 17, 2);
  const rest = digits(value, 20, 3);
  if (!(day >= 0 && hours < 24 && minutes < 60 && seconds < 60 && rest >= 0)) return null;
  if (day !== lastDay) {
    const date = value.slice(0, 10);
    const milliseconds = Date.parse(date);
    if (!(milliseconds >= 0 && milliseconds < endMs)) return null;
    lastDay = day;
    lastDayMs = milliseconds;
  }
  return lastDayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
}

/** A number of decimal digits; NaN when one of them is none. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A response's usage replaces another when its output is larger, or equal with a larger total. */
export function isLargerUsage(a: Usage, b: Usage): boolean {
  return a.output > b.output || (a.output === b.output && totalTokens(a) > totalTokens(b));
}

/**
 * The receipt and the counting rule of product.md, restated after tools/totals.mjs and sharing no code with the engine,
 * and the fold that the view `responses` (0002_responses.sql) does over the rows of evidence.
 */
import type { EvidenceRow } from './extract-file.ts';
import { textOf } from './native-decoder.ts';

type Json = Readonly<Record<string, unknown>>;
type Usage = Readonly<Record<'input' | 'output' | 'w5' | 'w1' | 'read' | 'web', number>>;

/** One response as the rule counts it. */
export interface CountedResponse {
  readonly usage: Usage;
  readonly model: string;
  readonly session: string;
  /** UTC day, empty without a timestamp. */
  readonly day: string;
  readonly isIncomplete: boolean;
  readonly onlyProgress: boolean;
}

interface Line {
  readonly message: Json;
  readonly own: boolean;
  readonly time: string;
  readonly session: string;
  readonly key: string;
  readonly rank: readonly (string | number)[];
}

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

function usageOf(usage: Json): Usage {
  const pair = object(usage['cache_creation']);
  const [w5, w1] = [number(pair['ephemeral_5m_input_tokens']), number(pair['ephemeral_1h_input_tokens'])];
  return {
    input: number(usage['input_tokens']),
    output: number(usage['output_tokens']),
    w5: w5 + w1 === 0 ? number(usage['cache_creation_input_tokens']) : w5,
    w1,
    read: number(usage['cache_read_input_tokens']),
    web: number(object(usage['server_tool_use'])['web_search_requests']),
  };
}

function lineOf(record: Json, file: string, place: string): Line | null {
  const inner = object(object(record['data'])['message']);
  const own = record['type'] === 'assistant';
  if (!own && !(record['type'] === 'progress' && inner['type'] === 'assistant')) return null;
  const message = object(own ? record['message'] : inner['message']);
  if (
    typeof message['usage'] !== 'object' ||
    message['usage'] === null ||
    message['model'] === '<synthetic>'
  ) {
    return null;
  }
  const time = text(own ? record['timestamp'] : (inner['timestamp'] ?? record['timestamp']));
  const session = text(record['sessionId']);
  const id = text(message['id']);
  const isTrusted = id.startsWith('msg_') || Boolean(record['requestId'] ?? inner['requestId']);
  const key = id === '' ? `uuid|${text(record['uuid']) || place}` : isTrusted ? id : `${id}|${session}`;
  const rank = [own ? 0 : 1, time || '~', record['isSidechain'] === true ? 1 : 0, file];
  return { message, own, time, session, key, rank };
}

const isLarger = (a: Usage, b: Usage): boolean => {
  const total = (u: Usage): number => u.input + u.output + u.w5 + u.w1 + u.read;
  return a.output > b.output || (a.output === b.output && total(a) > total(b));
};

function isEarlier(a: Line['rank'], b: Line['rank']): boolean {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place >= 0 && a[place]! < b[place]!;
}

/** Responses by key, of all records of all files. */
export function countResponses(files: Readonly<Record<string, Uint8Array>>): Map<string, CountedResponse> {
  const found = new Map<string, CountedResponse>();
  const ranks = new Map<string, Line['rank']>();
  const keep = (line: Line, key: string, usage: Usage, model: string): void => {
    const known = found.get(key);
    const isIncomplete = typeof line.message['stop_reason'] !== 'string';
    const first = { session: line.session, day: line.time.slice(0, 10) };
    const rank = ranks.get(key);
    const isFirst = !rank || isEarlier(line.rank, rank);
    if (isFirst) ranks.set(key, line.rank);
    const says = { usage, model, isIncomplete, onlyProgress: !line.own };
    if (!known) return void found.set(key, { ...says, ...first });
    found.set(key, {
      ...known,
      ...(isLarger(usage, known.usage) && { usage, model }),
      ...(isFirst && first),
      isIncomplete: known.isIncomplete && isIncomplete,
      onlyProgress: known.onlyProgress && !line.own,
    });
  };
  for (const [file, bytes] of Object.entries(files)) {
    for (const [record, offset] of recordsOf(bytes)) {
      const line = lineOf(record, file, `${file}|${offset}`);
      if (!line) continue;
      const usage = object(line.message['usage']);
      keep(line, line.key, usageOf(usage), text(line.message['model']));
      const iterations = Array.isArray(usage['iterations']) ? (usage['iterations'] as unknown[]) : [];
      for (const [index, iteration] of iterations.entries()) {
        const { model, ...rest } = object(iteration);
        if (typeof model === 'string' && model !== line.message['model'])
          keep(line, `${line.key}#${index}`, usageOf(rest), model);
      }
    }
  }
  return found;
}

/** The JSON objects of a file with their offsets. */
export function* recordsOf(bytes: Uint8Array): Generator<[Json, number]> {
  let offset = 0;
  for (const line of Buffer.from(bytes).toString('latin1').split('\n')) {
    try {
      const value: unknown = JSON.parse(
        Buffer.from(line, 'latin1')
          .toString('utf8')
          .replace(/^\ufeff/, ''),
      );
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) yield [value as Json, offset];
    } catch {
      // Not a record.
    }
    offset += line.length + 1;
  }
}

/** What the view `responses` makes of the evidence: maximum and minimum of tuples, element by element. */
export function foldEvidence(rows: readonly EvidenceRow[]): Map<string, CountedResponse> {
  const folded = new Map<string, EvidenceRow>();
  for (const row of rows) {
    const known = folded.get(row.response_key) ?? row;
    folded.set(row.response_key, {
      response_key: row.response_key,
      usage: compareTuples(row.usage, known.usage) > 0 ? row.usage : known.usage,
      first: compareTuples(row.first, known.first) < 0 ? row.first : known.first,
      has_stop_reason: Math.max(row.has_stop_reason, known.has_stop_reason),
      has_own_line: Math.max(row.has_own_line, known.has_own_line),
    });
  }
  return new Map([...folded].map(([key, row]) => [textOf(key), responseOf(row)]));
}

function responseOf({ usage, first, has_stop_reason, has_own_line }: EvidenceRow): CountedResponse {
  const time = BigInt(first['timestamp']!);
  return {
    usage: {
      input: Number(usage['input_tokens']),
      output: Number(usage['output_tokens']),
      w5: Number(usage['cache_write_5m_tokens']),
      w1: Number(usage['cache_write_1h_tokens']),
      read: Number(usage['cache_read_tokens']),
      web: Number(usage['web_search_requests']),
    },
    model: textOf(String(usage['model'])),
    session: textOf(String(first['session_id'])),
    day: time === 2n ** 63n - 1n ? '' : new Date(Number(time)).toISOString().slice(0, 10),
    isIncomplete: has_stop_reason === 0,
    onlyProgress: has_own_line === 0,
  };
}

type Tuple = Readonly<Record<string, bigint | number | string>>;

/** As ClickHouse compares tuples. One character is one byte, so strings compare by their bytes. */
function compareTuples(a: Tuple, b: Tuple): number {
  for (const key of Object.keys(a)) {
    if (a[key] !== b[key]) return a[key]! < b[key]! ? -1 : 1;
  }
  return 0;
}

import { findDrift } from './drift.ts';
import { formatEra } from './format-era.ts';
import type { TextEncoding } from './growing-bytes.ts';
import type { ParsedLine } from './parse-line.ts';
import { estimateTokens, readContent } from './record-content.ts';
import { readEvidence, readTimestamp, type Evidence } from './response-evidence.ts';
import type { EvidenceRows, LinePlace, LineRows } from './rows.ts';
import { isObject, type Usage } from './usage.ts';

/** What a line inherits from its file when it does not say so itself. */
export interface FileContext {
  /** First working directory named in the file, else the project folder's name. */
  readonly project: string;
  readonly sessionId: string;
}

type Json = Readonly<Record<string, unknown>>;

const noUsage: Usage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  webSearches: 0,
};

type RecordLine = Extract<ParsedLine, { kind: 'record' }>;

/** Pushes what a record says about responses; answers it. */
export function pushEvidence(
  line: RecordLine,
  place: LinePlace,
  offset: number,
  context: FileContext,
  rows: EvidenceRows,
): readonly Evidence[] {
  const { record, encoding } = line;
  const ownSession = text(record['sessionId']);
  const evidence = readEvidence(record, ownSession, `${inEncoding(place.file, encoding)}|${offset}`);
  for (const one of evidence) {
    rows.push(one, place, {
      agentId: text(record['agentId']),
      isSidechain: record['isSidechain'] === true,
      gitBranch: text(record['gitBranch']),
      version: text(record['version']),
      sessionId: ownSession,
      encoding,
      project: context.project,
    });
  }
  return evidence;
}

/** An ordinary string as one that can stand beside strings of a line in this encoding. */
function inEncoding(value: string, encoding: TextEncoding): string {
  if (encoding === 'utf8' || /^[\x20-\x7e]*$/.test(value)) return value;
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** What of the searchable texts is stored. */
export type KeepTexts = (texts: readonly string[], encoding: TextEncoding) => readonly string[];

/** Fills the parsed columns of a record. `own` is the evidence of its own usage, if it has one. */
export function pushRecord(
  line: RecordLine,
  own: Evidence | undefined,
  context: FileContext,
  keepTexts: KeepTexts,
  lines: LineRows,
): void {
  const { record, encoding } = line;
  const { columns } = lines;
  const message: Json = isObject(record['message']) ? record['message'] : {};
  const content = readContent(record);
  const ownSession = text(record['sessionId']);
  const version = text(record['version']);
  const usage = own?.usage ?? noUsage;

  columns.kind.push(1);
  columns.reject_reason.push('', 'latin1');
  columns.reject_message.push('', 'latin1');
  columns.type.push(text(record['type']), encoding);
  columns.subtype.push(subtypeOf(record), encoding);
  columns.category.push(content.category, 'latin1');
  columns.role.push(text(message['role']), encoding);
  columns.uuid.push(text(record['uuid']), encoding);
  columns.parent_uuid.push(text(record['parentUuid']), encoding);
  if (ownSession === '') columns.session_id.push(context.sessionId, 'utf8');
  else columns.session_id.push(ownSession, encoding);
  columns.agent_id.push(text(record['agentId']), encoding);
  columns.is_sidechain.push(record['isSidechain'] === true);
  columns.timestamp.push(readTimestamp(record['timestamp']));
  columns.project.push(context.project, 'utf8');
  columns.cwd.push(text(record['cwd']), encoding);
  columns.git_branch.push(text(record['gitBranch']), encoding);
  columns.version.push(version, encoding);
  columns.schema.push(formatEra(version), 'latin1');
  columns.model.push(own?.model ?? text(message['model']), encoding);
  columns.message_id.push(text(message['id']), encoding);
  columns.request_id.push(text(record['requestId']), encoding);
  columns.response_key.push(own?.key ?? '', encoding);
  columns.stop_reason.push(text(message['stop_reason']), encoding);
  columns.service_tier.push(own?.serviceTier ?? '', encoding);
  columns.speed.push(own?.speed ?? '', encoding);
  columns.input_tokens.push(usage.input);
  columns.output_tokens.push(usage.output);
  columns.cache_read_tokens.push(usage.cacheRead);
  columns.cache_write_5m_tokens.push(usage.cacheWrite5m);
  columns.cache_write_1h_tokens.push(usage.cacheWrite1h);
  columns.web_search_requests.push(usage.webSearches);
  columns.tool_names.push(content.toolNames, encoding);
  columns.text.pushJoined(keepTexts(content.texts, encoding), encoding);
  columns.estimated_tokens.push(estimateTokens(content, encoding));
  columns.unknown_fields.push(findDrift(record), encoding);
}

/** Fills the columns of a line that is not a record: its bytes and the reason stay, the rest is empty. */
export function pushReject(
  line: Extract<ParsedLine, { kind: 'reject' }>,
  context: FileContext,
  message: string,
  lines: LineRows,
): void {
  const { columns } = lines;
  columns.kind.push(2);
  columns.reject_reason.push(line.reason, 'latin1');
  columns.reject_message.push(message, 'utf8');
  columns.session_id.push(context.sessionId, 'utf8');
  columns.project.push(context.project, 'utf8');
  columns.is_sidechain.push(false);
  columns.timestamp.push(null);
  columns.tool_names.push([], 'latin1');
  columns.unknown_fields.push([], 'latin1');
  for (const name of emptyTexts) columns[name].push('', 'latin1');
  for (const name of zeroCounts) columns[name].push(0);
}

const emptyTexts = [
  'type',
  'subtype',
  'category',
  'role',
  'uuid',
  'parent_uuid',
  'agent_id',
  'cwd',
  'git_branch',
  'version',
  'schema',
  'model',
  'message_id',
  'request_id',
  'response_key',
  'stop_reason',
  'service_tier',
  'speed',
  'text',
] as const;

const zeroCounts = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'web_search_requests',
  'estimated_tokens',
] as const;

/** `system.subtype`, `attachment.type`, `progress` `data.type` or `queue-operation.operation`. */
function subtypeOf(record: Json): string {
  const { subtype } = record;
  if (typeof subtype === 'string') return subtype;
  for (const holder of [record['attachment'], record['data']]) {
    if (isObject(holder) && typeof holder['type'] === 'string') return holder['type'];
  }
  return text(record['operation']);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Columns that hold a string of the record as it is, or an empty one. */
export const textColumns = [
  'type',
  'subtype',
  'role',
  'uuid',
  'parent_uuid',
  'agent_id',
  'cwd',
  'git_branch',
  'version',
  'model',
  'message_id',
  'request_id',
  'response_key',
  'stop_reason',
  'service_tier',
  'speed',
] as const;

export const countColumns = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'web_search_requests',
] as const;

export type TextColumn = (typeof textColumns)[number];
export type CountColumn = (typeof countColumns)[number];

/** A 64-bit number as JSONEachRow gives it, quoted or not. */
export type JsonInteger = number | string;

/** A row of `lines` as JSONEachRow gives it: what {@link lineRowSql} selects. */
export interface LineRow
  extends Readonly<Record<TextColumn, string>>, Readonly<Record<CountColumn, JsonInteger>> {
  readonly kind: string;
  readonly reject_reason: string;
  readonly session_id: string;
  readonly project: string;
  readonly is_sidechain: boolean | number;
  /** `2026-11-24 10:20:30.456` */
  readonly timestamp: string | null;
  readonly tool_names: readonly string[];
  readonly length: JsonInteger;
  /** As a string: a number of JSON does not hold 64 bits. */
  readonly hash: string;
  /** xxHash64 of the stored `raw`, made by the database: compares every byte without sending them. */
  readonly raw_hash: string;
  readonly privacy: string;
  /** Not compared when it was not selected. */
  readonly raw?: string;
  readonly text?: string;
  readonly estimated_tokens?: JsonInteger;
  readonly category?: string;
  readonly schema?: string;
  readonly unknown_fields?: readonly string[];
  readonly parser_version?: number;
}

/** What to select from `lines` to get a {@link LineRow}, without `raw`. */
export const lineRowSql = [
  'kind',
  'reject_reason',
  'session_id',
  'project',
  'is_sidechain',
  'timestamp',
  'tool_names',
  'length',
  'toString(hash) AS hash',
  'toString(xxHash64(raw)) AS raw_hash',
  'toString(privacy) AS privacy',
  'text',
  'estimated_tokens',
  'category',
  'schema',
  'unknown_fields',
  'parser_version',
  ...textColumns,
  ...countColumns,
].join(', ');

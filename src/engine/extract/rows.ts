import {
  ByteColumn,
  IntegerColumn,
  NullableTimeColumn,
  StringArrayColumn,
  StringColumn,
  TupleColumn,
  type Column,
} from './columns.ts';
import { DictionaryColumn } from './dictionary-column.ts';
import type { TextEncoding } from './growing-bytes.ts';
import { takeBlock, type Allocate } from './native-block.ts';
import type { Evidence } from './response-evidence.ts';
import type { EncodedRows } from './task.ts';
import { totalTokens } from './usage.ts';

/** Where a line lies. All strings are ordinary JavaScript strings. */
export interface LinePlace {
  readonly source: string;
  readonly root: string;
  readonly file: string;
  readonly generation: number;
}

/** Rows of one table, collected column by column. The memory is used again for the next rows. */
export interface Rows {
  readonly count: number;
  /** Hands the rows over as one Native block and starts afresh. */
  take(allocate?: Allocate): EncodedRows;
  /** Forgets the rows. */
  clear(): void;
}

const noBytes = new Uint8Array(0);

class TableRows<Columns extends Readonly<Record<string, Column>>> implements Rows {
  count = 0;

  constructor(readonly columns: Columns) {}

  take(allocate?: Allocate): EncodedRows {
    const rows = this.count;
    this.count = 0;
    return { rows, bytes: rows === 0 ? noBytes : takeBlock(this.columns, rows, allocate) };
  }

  clear(): void {
    this.count = 0;
    for (const column of Object.values(this.columns)) column.clear();
  }
}

const string = (): StringColumn => new StringColumn();
const repeated = (): DictionaryColumn => new DictionaryColumn();
const integer = (): IntegerColumn => new IntegerColumn('UInt64');
const signed = (): IntegerColumn => new IntegerColumn('Int64');

/** Columns that say where a row comes from, the same for `lines` and `gaps`. */
const placeColumns = () => ({
  source: repeated(),
  root: repeated(),
  file: repeated(),
  generation: new IntegerColumn('UInt32', 4),
  offset: integer(),
  run_id: repeated(),
});

function pushPlace(
  columns: ReturnType<typeof placeColumns>,
  place: LinePlace,
  offset: number,
  runId: string,
): void {
  columns.source.push(place.source, 'utf8');
  columns.root.push(place.root, 'utf8');
  columns.file.push(place.file, 'utf8');
  columns.generation.push(place.generation);
  columns.offset.push(offset);
  columns.run_id.push(runId, 'latin1');
}

/** The `lines` table. */
const lineColumns = () => ({
  ...placeColumns(),
  length: integer(),
  hash: integer(),
  raw: string(),
  kind: new ByteColumn("Enum8('record' = 1, 'reject' = 2)"),
  reject_reason: repeated(),
  reject_message: string(),
  type: repeated(),
  subtype: repeated(),
  category: repeated(),
  role: repeated(),
  uuid: string(),
  parent_uuid: string(),
  session_id: repeated(),
  agent_id: repeated(),
  is_sidechain: new ByteColumn('Bool'),
  timestamp: new NullableTimeColumn(),
  project: repeated(),
  cwd: repeated(),
  git_branch: repeated(),
  version: repeated(),
  schema: repeated(),
  model: repeated(),
  message_id: string(),
  request_id: string(),
  response_key: string(),
  stop_reason: repeated(),
  service_tier: repeated(),
  speed: repeated(),
  input_tokens: signed(),
  output_tokens: signed(),
  cache_read_tokens: signed(),
  cache_write_5m_tokens: signed(),
  cache_write_1h_tokens: signed(),
  web_search_requests: signed(),
  tool_names: new StringArrayColumn(),
  text: string(),
  estimated_tokens: integer(),
  unknown_fields: new StringArrayColumn(),
  privacy: new ByteColumn("Enum8('full' = 1, 'redacted' = 2, 'metadata' = 3)"),
  parser_version: new IntegerColumn('UInt16', 2),
  imported_at: new IntegerColumn("DateTime64(3, 'UTC')"),
});

export class LineRows extends TableRows<ReturnType<typeof lineColumns>> {
  constructor() {
    super(lineColumns());
  }

  pushPlace(place: LinePlace, offset: number, runId: string): void {
    pushPlace(this.columns, place, offset, runId);
    this.count++;
  }
}

/** The `gaps` table: blank lines and byte order marks. */
export class GapRows extends TableRows<
  ReturnType<typeof placeColumns> & { kind: ByteColumn; raw: StringColumn }
> {
  constructor() {
    super({ ...placeColumns(), kind: new ByteColumn("Enum8('blank' = 1, 'bom' = 2)"), raw: string() });
  }

  push(place: LinePlace, offset: number, runId: string, kind: 'blank' | 'bom', raw: Uint8Array): void {
    pushPlace(this.columns, place, offset, runId);
    this.columns.kind.push(kind === 'blank' ? 1 : 2);
    this.columns.raw.pushBytes(raw, 0, raw.length);
    this.count++;
  }
}

/** Fields of a line that its evidence repeats. */
export interface EvidenceContext {
  readonly sessionId: string;
  readonly agentId: string;
  readonly isSidechain: boolean;
  readonly gitBranch: string;
  readonly version: string;
  readonly encoding: TextEncoding;
  readonly project: string;
}

/** Sorts after every real timestamp: the largest Int64. */
const noTimestamp = 9_223_372_036_854_775_807n;

const evidenceColumns = () => ({
  response_key: string(),
  usage: new TupleColumn({
    output_tokens: signed(),
    total_tokens: signed(),
    input_tokens: signed(),
    cache_read_tokens: signed(),
    cache_write_5m_tokens: signed(),
    cache_write_1h_tokens: signed(),
    web_search_requests: signed(),
    model: string(),
    service_tier: string(),
    speed: string(),
  }),
  first: new TupleColumn({
    is_progress: new ByteColumn('UInt8'),
    timestamp: new IntegerColumn('Int64'),
    is_sidechain: new ByteColumn('UInt8'),
    file: string(),
    source: string(),
    root: string(),
    session_id: string(),
    agent_id: string(),
    project: string(),
    git_branch: string(),
    version: string(),
  }),
  has_stop_reason: new ByteColumn('UInt8'),
  has_own_line: new ByteColumn('UInt8'),
});

/** The `response_evidence` table. */
export class EvidenceRows extends TableRows<ReturnType<typeof evidenceColumns>> {
  constructor() {
    super(evidenceColumns());
  }

  push(evidence: Evidence, place: LinePlace, context: EvidenceContext): void {
    const { encoding } = context;
    const { columns } = this;
    const usage = columns.usage.elements;
    const first = columns.first.elements;
    columns.response_key.push(evidence.key, encoding);
    usage.output_tokens.push(evidence.usage.output);
    usage.total_tokens.push(totalTokens(evidence.usage));
    usage.input_tokens.push(evidence.usage.input);
    usage.cache_read_tokens.push(evidence.usage.cacheRead);
    usage.cache_write_5m_tokens.push(evidence.usage.cacheWrite5m);
    usage.cache_write_1h_tokens.push(evidence.usage.cacheWrite1h);
    usage.web_search_requests.push(evidence.usage.webSearches);
    usage.model.push(evidence.model, encoding);
    usage.service_tier.push(evidence.serviceTier, encoding);
    usage.speed.push(evidence.speed, encoding);
    first.is_progress.push(evidence.isProgress);
    if (evidence.timestampMs === null) first.timestamp.pushUnsigned(noTimestamp);
    else first.timestamp.push(evidence.timestampMs);
    first.is_sidechain.push(context.isSidechain);
    first.file.push(place.file, 'utf8');
    first.source.push(place.source, 'utf8');
    first.root.push(place.root, 'utf8');
    first.session_id.push(context.sessionId, encoding);
    first.agent_id.push(context.agentId, encoding);
    first.project.push(context.project, 'utf8');
    first.git_branch.push(context.gitBranch, encoding);
    first.version.push(context.version, encoding);
    columns.has_stop_reason.push(evidence.hasStopReason);
    columns.has_own_line.push(!evidence.isProgress);
    this.count++;
  }
}

import type { Problem, RejectReason, TokenTally } from '../../shared/run.ts';
import type { PrivacySettings } from '../../shared/privacy.ts';
import type { LinePlace } from './rows.ts';

/** A byte range of one file that a worker is to extract. */
export interface Segment extends LinePlace {
  /** Position of the file in the run's plan; echoed in the parts. */
  readonly index: number;
  /** Absolute path to open. */
  readonly path: string;
  /** First byte of the range. The worker takes every line that *starts* inside the range. */
  readonly from: number;
  readonly to: number;
  /** Size of the file when the run was planned: bytes behind it wait for the next run. */
  readonly limit: number;
  /** `from` is known to be the start of a line: not the middle of a large file cut into ranges. */
  readonly startsLine: boolean;
  /** The line before `from` had no newline when it was imported; a newline at `from` belongs to it. */
  readonly followsUnterminated: boolean;
  /** Of the file when it was found: a file that takes its place meanwhile is another one. */
  readonly inode: string;
  /** Root under which the file is now, when it moved: the stricter privacy level of both holds. */
  readonly foundRoot: string;
  /** Lines that the database refused, however they were sent: they are kept as rejects. */
  readonly refused?: readonly RefusedLine[];
}

export interface RefusedLine {
  readonly offset: number;
  /** What the database said. */
  readonly message: string;
  /** It refused the bytes too: only their hash is kept. */
  readonly withoutBytes: boolean;
}

/** Work for one call of a worker: a range of a large file, or many small files. */
export interface ExtractTask {
  readonly runId: string;
  readonly importedAtMs: number;
  /** Most rows in one batch. */
  readonly batchRows: number;
  readonly privacy: PrivacySettings;
  readonly segments: readonly Segment[];
  /** Where the worker puts the rows that fit; they stay there until the task is done. Null: in memory of their own. */
  readonly memory: SharedArrayBuffer | null;
}

/** xxHash64 of a few bytes of a file, by which it is recognised when it is met again. */
export interface Marker {
  readonly length: number;
  readonly hash: bigint;
}

/** The account of a contiguous piece of one file: what one batch holds of it. */
export interface SegmentPart {
  readonly index: number;
  readonly start: number;
  /** Every line that starts before is accounted for; after the newline when there is one. */
  readonly end: number;
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  /** Bytes of a half-written last line behind `end`. */
  readonly pendingBytes: number;
  /** The bytes behind `end` are white space: a blank line without newline. */
  readonly isPendingBlank: boolean;
  readonly isUnterminated: boolean;
  /** Sum of the xxHash64 of the lines, modulo 2^64. */
  readonly checksum: bigint;
  /** Sum of xxHash64 × (offset + 1) of the lines, modulo 2^64: tells also when lines changed places. */
  readonly orderedChecksum: bigint;
  /** Of the first bytes of the file, from the part that starts it. */
  readonly head: Marker | null;
  /** Of the bytes just before `start`: they have to be those that the part before ended with. */
  readonly lead: Marker;
  /** Of the bytes just before `end`. */
  readonly tail: Marker;
  readonly project: string;
  readonly sessionId: string;
  readonly rejectsByReason: Readonly<Partial<Record<RejectReason, number>>>;
}

/** Rows of one table as a Native block; no bytes without rows. */
export interface EncodedRows {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** What goes into the database in one step, with the account of the pieces of files it covers. */
export interface Batch {
  readonly parts: readonly SegmentPart[];
  /** Place of the first line; null without lines. Lines are inserted all or none, so it tells whether they are there. */
  readonly firstLine: (LinePlace & { readonly offset: number }) | null;
  readonly lines: EncodedRows;
  readonly gaps: EncodedRows;
  readonly evidence: EncodedRows;
  readonly tokens: TokenTally;
  readonly problems: readonly Problem[];
}

/** A file that could not be read in the worker; the run goes on without it. */
export interface FailedSegment {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface ExtractResult {
  readonly batches: readonly Batch[];
  readonly failed: readonly FailedSegment[];
}

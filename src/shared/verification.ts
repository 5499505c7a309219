import * as z from 'zod';

/**
 * What verification says. The schemas are those of the JSON report, whose names are in snake case on disk
 * (`shared/snake-case.ts`); a report that is read back is checked with {@link verificationReport}.
 */

/** Rises when a field of the report changes its meaning or goes away. */
export const verificationVersion = 1;

/** `error`: the database is not what the files say. `warning`: something a person should know. `note`: for the record. */
export const severities = ['error', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

/**
 * What a finding is about, and what a score is computed for.
 *
 * `completeness`: nothing is missing. `integrity`: the bytes are the bytes. `accuracy`: counts and parsed columns are
 * right. `consistency`: the tables agree with each other.
 */
export const dimensions = ['completeness', 'integrity', 'accuracy', 'consistency'] as const;
export type Dimension = (typeof dimensions)[number];

/** What mends a finding. */
export const action = z.discriminatedUnion('kind', [
  /** Imports files anew, as a new generation. */
  z.strictObject({
    kind: z.literal('reimport'),
    files: z.array(z.strictObject({ root: z.string(), file: z.string() })),
  }),
  /** Imports what is new or was lost: an ordinary run. */
  z.strictObject({ kind: z.literal('migrate') }),
  /** Makes the evidence of responses and the parsed columns anew from the stored bytes. */
  z.strictObject({ kind: z.literal('reparse') }),
  z.strictObject({ kind: z.literal('rebuild-checkpoints') }),
  /** Loads the prices again. */
  z.strictObject({ kind: z.literal('prices') }),
  /** Only a person can: `advice` of the finding says what. */
  z.strictObject({ kind: z.literal('none') }),
]);
export type VerificationAction = z.infer<typeof action>;

export const finding = z.strictObject({
  /** Which check found it, for example `file-checksum`. */
  check: z.string(),
  severity: z.enum(severities),
  dimension: z.enum(dimensions),
  /** The file concerned, and the byte in it when known; null when it is about the whole database. */
  place: z.strictObject({ root: z.string(), file: z.string(), offset: z.int().nullable() }).nullable(),
  /** What was found, for people. */
  message: z.string(),
  /** What to do, for people. */
  advice: z.string(),
  action,
  /** How many lines, files or responses are concerned. */
  count: z.int().min(1),
});
export type Finding = z.infer<typeof finding>;

export const fileStates = [
  'equal',
  'grown',
  'differs',
  'only-on-disk',
  'only-in-database',
  'unreadable',
] as const;
/**
 * A file on disk against the database. `grown`: what the database has is right, and more was written since.
 * `only-in-database`: the file is gone, its lines are kept.
 */
export type FileVerdict = (typeof fileStates)[number];

const fileSide = z.strictObject({
  /** Lines that are not blank. */
  lines: z.int(),
  /** Bytes of these lines, without newlines. */
  bytes: z.int(),
  /** Sum of the xxHash64 of the lines modulo 2^64, as 16 hexadecimal digits. */
  checksum: z.string(),
});

export const verifiedFile = z.strictObject({
  root: z.string(),
  file: z.string(),
  verdict: z.enum(fileStates),
  disk: fileSide.nullable(),
  database: fileSide.nullable(),
  /** The bytes themselves are not in the database (privacy): their stored hashes were compared. */
  isHashOnly: z.boolean(),
  /** Why it is unreadable or differs, in words; empty otherwise. */
  reason: z.string(),
});
export type VerifiedFile = z.infer<typeof verifiedFile>;

const sideSums = z.strictObject({ lines: z.int(), bytes: z.int() });

/** All files of a report added up. */
export const fileSums = z.strictObject({
  disk: sideSums,
  database: sideSums,
  /** Lines in the database of files that were read from disk. */
  comparedLines: z.int(),
  /** Files of which the bytes themselves are not in the database (privacy). */
  hashOnly: z.int(),
});
export type FileSums = z.infer<typeof fileSums>;

/** What the database holds of this machine below folders that were not looked at. */
export const elsewhere = z.strictObject({ roots: z.array(z.string()), files: z.int(), lines: z.int() });
export type Elsewhere = z.infer<typeof elsewhere>;

const sums = z.strictObject({
  responses: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWrite5mTokens: z.int(),
  cacheWrite1hTokens: z.int(),
  webSearchRequests: z.int(),
});
export type VerifiedSums = z.infer<typeof sums>;

/** Totals of one model, or of one day and model, counted twice. */
export const comparedTotals = z.strictObject({
  /** UTC day, empty for responses without a timestamp; null in the comparison by model. */
  day: z.string().nullable(),
  model: z.string(),
  source: sums,
  database: sums,
  isEqual: z.boolean(),
});
export type ComparedTotals = z.infer<typeof comparedTotals>;

/** A score is one minus the part that is wrong: `1 - wrong / checked`. */
export const score = z.strictObject({
  dimension: z.enum(dimensions),
  checked: z.int(),
  wrong: z.int(),
  /** 0 to 1; 1 only when nothing is wrong. */
  value: z.number(),
});
export type Score = z.infer<typeof score>;

/** One check and what it looked at. */
export const checkResult = z.strictObject({
  check: z.string(),
  tier: z.enum(['before', 'after', 'cross']),
  /** In words, for people. */
  title: z.string(),
  status: z.enum(['passed', 'failed', 'warned', 'skipped']),
  checked: z.int(),
  wrong: z.int(),
  /** Why it was skipped, or what it says; may be empty. */
  detail: z.string(),
});
export type CheckResult = z.infer<typeof checkResult>;

export const verificationOptions = z.strictObject({
  /** Folders that replace the default roots; empty for the default ones. */
  sources: z.array(z.string().min(1)).default([]),
  /** Lines that are compared column by column; all of them when `all`. */
  sampleSize: z.union([z.int().min(0), z.literal('all')]).default(1000),
  /** Relative variance of any total that still passes; 0 asks for equality. */
  tolerance: z.number().min(0).max(1).default(0),
});
export type VerificationOptions = z.infer<typeof verificationOptions>;

export const verificationReport = z.strictObject({
  version: z.literal(verificationVersion),
  verificationId: z.string(),
  /** `passed`: no finding is an error and no total is off by more than the tolerance. */
  result: z.enum(['passed', 'wanting', 'cancelled']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  durationMs: z.int(),
  options: verificationOptions,
  environment: z.strictObject({
    appVersion: z.string(),
    databaseVersion: z.string(),
    destination: z.string(),
    source: z.string(),
    roots: z.array(z.string()),
    platform: z.string(),
    node: z.string(),
  }),
  files: z.strictObject({
    equal: z.int(),
    grown: z.int(),
    differs: z.int(),
    onlyOnDisk: z.int(),
    onlyInDatabase: z.int(),
    unreadable: z.int(),
    bytesRead: z.int(),
  }),
  /** Only where `perFile` lacks the files that were equal; earlier versions stored reports without it. */
  fileSums: fileSums.optional(),
  /** Earlier versions did not look. */
  elsewhere: elsewhere.optional(),
  checks: z.array(checkResult),
  scores: z.array(score),
  totals: z.array(comparedTotals),
  /** The largest relative difference of any total. */
  variance: z.number(),
  findings: z.array(finding),
  /** Every file, in the order of roots and names; read back from the database, without those that were equal. */
  perFile: z.array(verifiedFile),
});
export type VerificationReport = z.infer<typeof verificationReport>;

/** What a verification is doing. Counts, never a percentage. */
export interface VerificationProgress {
  readonly phase: 'before' | 'database' | 'files' | 'cross' | 'finishing';
  readonly elapsedMs: number;
  readonly filesTotal: number;
  readonly filesDone: number;
  readonly bytesTotal: number;
  readonly bytesDone: number;
  readonly findings: number;
}

export type VerificationState =
  | { readonly status: 'idle' }
  | { readonly status: 'running' | 'cancelling'; readonly progress: VerificationProgress }
  | { readonly status: 'done'; readonly report: VerificationReport }
  | { readonly status: 'failed'; readonly failure: { readonly code: string; readonly message: string } };

import * as z from 'zod';
import { discoveryFilters } from './discovery.ts';
import type { Failure } from './failure.ts';
import { privacySettings } from './privacy.ts';

/** Why a line could not be parsed. Stored as text in `lines.reject_reason`. */
export const rejectReasons = [
  'not-json',
  'two-records',
  'headless',
  'nul-bytes',
  'not-an-object',
  'too-long',
  'refused-by-database',
] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** Options of one migration, as given in the window, on the command line or by a manifest. */
export const runOptions = z.strictObject({
  /** Folders that replace the default roots; empty for the default ones. */
  sources: z.array(z.string().min(1)).default([]),
  filters: discoveryFilters.default({ order: 'newest' }),
  /** Manifest that names exactly the files to take. */
  manifest: z.string().min(1).optional(),
  /** Files to import anew, as a new generation whatever is known of them; these and no others. */
  anew: z.array(z.strictObject({ root: z.string().min(1), file: z.string().min(1) })).default([]),
  /** Most rows in one insert. */
  batchRows: z.int().min(1).max(1_000_000).default(50_000),
  /** Worker threads; 0 chooses by the machine. */
  concurrency: z.int().min(0).max(64).default(0),
  /** For all processes together, in MiB. */
  memoryLimitMb: z.int().min(1000, 'The database and the workers need 1,000 MiB at least').default(1500),
  /** How much of the lines' content is stored. */
  privacy: privacySettings.prefault({}),
  /** Reads and counts, writes nothing. */
  dryRun: z.boolean().default(false),
  /** Goes on after the import: what is written to the files comes into the database as it comes. */
  watch: z.boolean().default(false),
});
export type RunOptions = z.infer<typeof runOptions>;
export type RunOptionsInput = z.input<typeof runOptions>;

export const runPhases = ['connecting', 'discovering', 'importing', 'finishing', 'watching'] as const;
export type RunPhase = (typeof runPhases)[number];

/** The account of bytes and lines: `lines = records + rejects + blanks + pending`. */
export interface Account {
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  /** Half-written last lines that wait for their newline. */
  readonly pending: number;
}

/** A file, line or batch that went wrong without stopping the rest. */
export interface Problem {
  readonly root: string;
  readonly file: string;
  /** Byte offset of the line, or null when the whole file is concerned. */
  readonly offset: number | null;
  readonly reason: string;
  readonly message: string;
}

/** Tokens seen so far, each response of a batch counted once. The exact totals are in `responses`. */
export interface TokenTally {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Per second, over the last ten seconds. */
export interface Rates {
  readonly bytes: number;
  readonly records: number;
  readonly tokens: number;
}

/** Why a run does nothing at the moment though it is not over. It goes on by itself, except when a person paused it. */
export interface Waiting {
  readonly reason: 'paused' | 'database' | 'disk';
  /** For people: what is waited for, what is safe, what they can do. */
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** When the next try begins, ISO 8601; null when it depends on a person or on space. */
  readonly retryAt: string | null;
  /** Tries so far. */
  readonly attempts: number;
}

/** How a run in the phase `watching` keeps the database in step. */
export interface WatchState {
  /** Files looked after. */
  readonly files: number;
  /** Lines that came in since watching began. */
  readonly lines: number;
  /** When the last of them was in the database, ISO 8601; null when none came yet. */
  readonly lastLineAt: string | null;
  /** When all files were last compared with the database, ISO 8601. */
  readonly sweptAt: string | null;
  /** `events`: the system tells of changes. `polling`: it can't, so files are looked at from time to time. */
  readonly mode: 'events' | 'polling';
  /** Why it is polling, in words; null otherwise. */
  readonly notice: string | null;
}

/** What a running migration has done so far. Counts, never a percentage. */
export interface Progress {
  readonly phase: RunPhase;
  readonly waiting: Waiting | null;
  readonly watch: WatchState | null;
  readonly elapsedMs: number;
  /** Files found so far; final once the phase is `importing`. */
  readonly filesTotal: number;
  readonly filesDone: number;
  /** Files that needed nothing: known and unchanged. */
  readonly filesUnchanged: number;
  /** Bytes to read in this run. */
  readonly bytesTotal: number;
  /** Bytes whose lines are acknowledged by the database. */
  readonly bytesDone: number;
  /** New lines of this run that are acknowledged. */
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  readonly tokens: TokenTally;
  readonly rates: Rates;
  /** Seconds to go; null until there is enough to judge by. */
  readonly remainingSeconds: number | null;
  /** The file last worked on, relative to its root. */
  readonly currentFile: string;
  readonly rejectsByReason: Readonly<Partial<Record<RejectReason, number>>>;
  readonly filesFailed: number;
  /** The first hundred problems. */
  readonly problems: readonly Problem[];
  /** Resident memory of our own process and the embedded database, in bytes; 0 when unknown. */
  readonly memoryBytes: number;
}

/** What the responses in the database add up to, by the counting rule. */
export interface Totals {
  readonly responses: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly cacheReadTokens: number;
  readonly webSearchRequests: number;
  /** Responses whose final usage was never written: their output, and so the sum, is a lower bound. */
  readonly incompleteResponses: number;
}

/** The account of a run: all files in its scope, and what this run added. */
export interface Receipt extends Account {
  readonly imported: Account;
  readonly filesUnchanged: number;
  readonly filesFailed: number;
  /** Files known from before that are no longer there; their lines stay in the database. */
  readonly filesVanished: number;
}

/** `interrupted`: its process died. What the database had acknowledged is kept, and `resume` goes on from there. */
export type RunOutcome = 'completed' | 'cancelled' | 'failed' | 'interrupted';

export interface RunReport {
  readonly runId: string;
  readonly status: RunOutcome;
  readonly dryRun: boolean;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly receipt: Receipt;
  /** Totals of the whole database after the run; null for a dry run or a run that failed before. */
  readonly totals: Totals | null;
  readonly rejectsByReason: Readonly<Partial<Record<RejectReason, number>>>;
  readonly problems: readonly Problem[];
  /** A run that was not verified says so. */
  readonly verified: boolean;
  readonly failure: Failure | null;
  /** Which database took the rows, in words. */
  readonly destination: string;
}

export type RunState =
  | { readonly status: 'idle' }
  | {
      readonly status: 'running' | 'paused' | 'cancelling';
      readonly runId: string;
      readonly progress: Progress;
    }
  /** Another process (a command line, another window) runs a migration on the same data. */
  | {
      readonly status: 'elsewhere';
      readonly runId: string;
      readonly pid: number;
      readonly progress: Progress | null;
    }
  | { readonly status: RunOutcome; readonly report: RunReport };

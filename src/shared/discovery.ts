import * as z from 'zod';

/** What a transcript is, judged by its path and its first lines (format.md 1). */
export const fileKinds = ['session', 'subagent', 'workflow', 'stub'] as const;
export type FileKind = (typeof fileKinds)[number];

/** How a file on disk compares with what the database knows of it. */
export const fileStates = [
  'new',
  'grown',
  'unchanged',
  'rewritten',
  'vanished',
  'unreadable',
  'corrupt',
] as const;
export type FileState = (typeof fileStates)[number];

/** Which transcripts a discovery takes. Sizes in bytes, age in days since the last change. */
export const discoveryFilters = z.strictObject({
  /** Glob on the path relative to the root, for example `-home-me-work-*`. */
  pattern: z.string().min(1).optional(),
  minBytes: z.number().nonnegative().optional(),
  maxBytes: z.number().nonnegative().optional(),
  maxAgeDays: z.number().positive().optional(),
  maxFiles: z.int().positive().optional(),
  order: z.enum(['newest', 'largest', 'smallest', 'priority']).default('newest'),
});
export type DiscoveryFilters = z.infer<typeof discoveryFilters>;

/** Where a folder of transcripts comes from. */
export type RootOrigin = 'default' | 'added' | 'option';

export interface Root {
  /** Absolute path of the scanned folder; `file` paths are relative to it. */
  readonly path: string;
  readonly origin: RootOrigin;
  /** `missing` and `unreadable` roots are shown, never skipped in silence. */
  readonly state: 'present' | 'missing' | 'unreadable';
}

/** What is expected of a file, extrapolated from a sample of its own bytes. Exact when `isExact`. */
export interface FileEstimate {
  readonly lines: number;
  readonly responses: number;
  readonly tokens: number;
  readonly isExact: boolean;
}

/** How the same file is recognised after a rename or an atomic replace. 64-bit numbers as decimal strings. */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  /** xxHash64 (16 hex digits) of the first `min(4096, size)` bytes. */
  readonly fingerprint: string;
}

/** One transcript as found on disk. */
export interface DiscoveredFile {
  readonly root: string;
  /** Path relative to the root, with `/` between the parts on every platform. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly identity: FileIdentity | null;
  /** Working directory of the session (from `cwd`), else the project folder's name. */
  readonly project: string;
  readonly sessionId: string;
  readonly kind: FileKind;
  readonly state: FileState;
  /** Why the state is `unreadable` or `corrupt`, in words; otherwise empty. */
  readonly reason: string;
  readonly estimate: FileEstimate;
}

/** Sums over the files found so far. */
export interface DiscoverySummary {
  readonly status: 'idle' | 'scanning' | 'done' | 'failed';
  readonly roots: readonly Root[];
  readonly files: number;
  readonly sizeBytes: number;
  readonly estimatedLines: number;
  readonly estimatedResponses: number;
  readonly estimatedTokens: number;
  /** Files and bytes that a migration would read. */
  readonly pendingFiles: number;
  readonly pendingBytes: number;
  readonly byState: Readonly<Record<FileState, number>>;
  /** Why the scan failed; null otherwise. */
  readonly message: string | null;
}

/**
 * What can go wrong and what a person can do about it.
 *
 * A *failure* is something the user can act on. Anything else is a bug and keeps its own Error class.
 */
export const failureCodes = [
  'invalid-input',
  'source-missing',
  'source-unreadable',
  'manifest-invalid',
  'data-dir-unwritable',
  'data-dir-busy',
  'disk-full',
  'embedded-unsupported',
  'embedded-missing',
  'embedded-damaged',
  'embedded-failed',
  'database-unreachable',
  'database-denied',
  'database-outdated',
  'database-failed',
  'schema-tampered',
  'schema-newer',
  'query-failed',
  'run-in-progress',
  'unexpected',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** A failure as plain data: what crosses between processes and into JSON documents. */
export interface Failure {
  readonly code: FailureCode;
  /** One or two sentences: what happened, to which file or server, what was kept, what to do. */
  readonly message: string;
  /** The technical text behind it, for "details". */
  readonly detail?: string;
  /** The file, folder or address concerned. */
  readonly path?: string;
}

/** A failure on its way: thrown where it is understood, shown where a person looks. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: FailureCode;
  readonly path: string | undefined;
  readonly detail: string | undefined;

  constructor(
    code: FailureCode,
    message: string,
    options: { cause?: unknown; path?: string; detail?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.detail = options.detail;
  }
}

/** The answer of every request between the processes: a value or a failure, never a thrown error. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Turns anything thrown into plain data. Unknown errors keep their stack in `detail`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) {
    const detail = error.detail ?? (error.cause instanceof Error ? error.cause.message : undefined);
    return {
      code: error.code,
      message: error.message,
      ...(detail === undefined ? {} : { detail }),
      ...(error.path === undefined ? {} : { path: error.path }),
    };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'unexpected',
    message: `Something unexpected happened: ${known.message || known.name}`,
    ...(known.stack === undefined ? {} : { detail: known.stack }),
  };
}

/** For the default branch of a switch over a tagged union: does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}

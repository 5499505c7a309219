import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toFailure } from '../../shared/failure.ts';
import type { Waiting } from '../../shared/run.ts';
import { describeDatabaseError, plainAnswer } from '../clickhouse/failures.ts';
import type { Log } from '../log.ts';
import { remedyFor, type Remedy } from './remedy.ts';

export interface Persistence {
  /** Brings the database back before the next try. */
  readonly ensure: () => Promise<void>;
  /** Data directory or address, for people. */
  readonly place: string;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Hears why nothing goes on, and null when it does. */
  readonly onWaiting: (waiting: Waiting | null) => void;
  /** Fewer rows are not possible: what asks for them is waited for like anything else. */
  readonly isSmallest?: boolean;
  /** For tests: the longest waits in milliseconds. */
  readonly waits?: { readonly firstMs: number; readonly longestMs: number };
}

/** The step can't be done as it is: the rows have to be fewer, or one of them has to be left out. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
  readonly remedy: Extract<Remedy, 'smaller' | 'refuse'>;

  constructor(remedy: Extract<Remedy, 'smaller' | 'refuse'>, cause: Error) {
    super(cause.message, { cause });
    this.remedy = remedy;
  }
}

const usualWaits = { firstMs: 500, longestMs: 30_000 };

/**
 * Does a step until it is done, with full-jitter back-off between the tries and for as long as it takes: a database that is
 * down, restarting or full comes back, and meanwhile nothing is read and nothing is lost.
 *
 * The step must be harmless to repeat; it is told which try it is. Throws what no waiting mends, {@link BatchRefused}, and
 * the last error once `signal` is aborted.
 */
export async function persist<Result>(
  step: (attempt: number) => Promise<Result>,
  options: Persistence,
): Promise<Result> {
  const since = new Date().toISOString();
  const { firstMs, longestMs } = options.waits ?? usualWaits;
  let isWaiting = false;
  for (let attempt = 1; ; attempt++) {
    try {
      if (attempt > 1) await options.ensure();
      const result = await step(attempt);
      if (isWaiting) options.onWaiting(null);
      return result;
    } catch (error) {
      const remedy = remedyFor(error, attempt);
      if (remedy === 'stop' || options.signal.aborted) throw error;
      const isAnswerable = remedy === 'refuse' || (remedy === 'smaller' && !options.isSmallest);
      if (isAnswerable) {
        throw new BatchRefused(remedy, error instanceof Error ? error : new Error(String(error)));
      }
      const waitMs = firstMs / 2 + Math.random() * Math.min(longestMs, firstMs * 2 ** attempt);
      const waiting = describe(error, options.place, { since, attempt, waitMs });
      isWaiting = true;
      options.onWaiting(waiting);
      options.log.warn(waiting.message, { attempt, waitMs: Math.round(waitMs), error: String(error) });
      await sleep(waitMs, undefined, { signal: options.signal }).catch(() => undefined);
      if (options.signal.aborted) throw error;
    }
  }
}

function describe(
  error: unknown,
  place: string,
  { since, attempt, waitMs }: { since: string; attempt: number; waitMs: number },
): Waiting {
  const described = describeDatabaseError(error, place);
  const failure =
    described instanceof AppError
      ? toFailure(described)
      : {
          code: 'unexpected',
          message: `The database at ${place} gave an answer that makes no sense: ${plainAnswer(String(described))}`,
        };
  return {
    reason: failure.code === 'disk-full' ? 'disk' : 'database',
    message: `${failure.message} The run goes on by itself when it can.`,
    since,
    retryAt: new Date(Date.now() + waitMs).toISOString(),
    attempts: attempt,
  };
}

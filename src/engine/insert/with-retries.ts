import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError } from '@clickhouse/client';
import type { Log } from '../log.ts';

export interface RetryOptions {
  /** Brings the database back before the next try. */
  readonly ensure: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

const mostTries = 6;
const firstWaitMs = 250;
const longestWaitMs = 10_000;

/**
 * Server errors that pass by themselves (the list of ClickHouse's Kafka Connect sink, Utils.java, without the codes that
 * need a smaller batch): unknown outcome, too many queries, network, memory for a moment, too many parts, Keeper.
 */
const passingCodes = new Set([
  '3',
  '159',
  '202',
  '203',
  '209',
  '210',
  '241',
  '242',
  '252',
  '285',
  '319',
  '425',
  '999',
]);

/** Whether trying again with the same bytes can help. An error without a server's code is a broken connection. */
function isPassing(error: unknown): boolean {
  if (error instanceof ClickHouseError) {
    return passingCodes.has(error.code) && !error.message.includes('Too many partitions');
  }
  return error instanceof Error && !(error instanceof TypeError);
}

/**
 * Runs a step until it succeeds or can't: at most six tries with full-jitter back-off between them.
 *
 * The step must be harmless to repeat. Throws the last error.
 */
export async function withRetries(step: () => Promise<void>, options: RetryOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      if (attempt >= mostTries || !isPassing(error) || options.signal.aborted) throw error;
      const waitMs = Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** attempt);
      options.log.warn('The database did not take a batch; trying again', { attempt, error: String(error) });
      await sleep(waitMs);
      await options.ensure();
    }
  }
}

import { AppError } from '../../shared/failure.ts';
import type { BatchRefused } from './persist.ts';

/** A database that refuses more rows than this, or than one in a hundred, refuses the table, not the rows. */
const mostRefusals = 100;

/** Counts rows that the database refuses one by one, and stops a run before all of them become rejects. */
export class RefusalLimit {
  readonly #lines: () => number;
  #refused = 0;

  /** @param lines how many lines the run has imported */
  constructor(lines: () => number) {
    this.#lines = lines;
  }

  /** @throws AppError `database-failed` beyond the limit */
  count(refusal: BatchRefused): void {
    this.#refused++;
    if (this.#refused <= Math.max(mostRefusals, this.#lines() / 100)) return;
    throw new AppError(
      'database-failed',
      `The database refuses row after row (${this.#refused} so far): ${refusal.message.slice(0, 200)} That is a fault of its tables, not of the lines. The lines before are in the database; mend the tables, then start again.`,
      { cause: refusal },
    );
  }
}

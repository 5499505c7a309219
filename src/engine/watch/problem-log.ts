import type { FolderProblem } from '../discover/find-files.ts';
import type { Log } from '../log.ts';

/** Logs what can't be read once, not at every sweep; again when it was well in between. */
export class ProblemLog {
  readonly #log: Log;
  #known: ReadonlySet<string> = new Set();

  constructor(log: Log) {
    this.#log = log;
  }

  /** All problems of one sweep. */
  replace(problems: readonly FolderProblem[]): void {
    const current = new Set<string>();
    for (const { path, message } of problems) {
      const key = `${path}\0${message}`;
      if (!this.#known.has(key) && !current.has(key)) this.#log.warn(message, { path });
      current.add(key);
    }
    this.#known = current;
  }
}

/**
 * The hand of a person, or of the system, on a run: hold it and let it go on, or have it look at all files at once.
 *
 * Cancelling is not here: that is the run's `AbortSignal`.
 */
export class RunControl {
  #going: Promise<void> | null = null;
  #go: (() => void) | null = null;
  #listeners = new Set<() => void>();
  #sweepers = new Set<() => void>();

  get isPaused(): boolean {
    return this.#going !== null;
  }

  /** Holds the run after the batch on its way. */
  pause(): void {
    if (this.#going !== null) return;
    this.#going = new Promise((resolve) => (this.#go = resolve));
    for (const listener of this.#listeners) listener();
  }

  continue(): void {
    const go = this.#go;
    this.#going = null;
    this.#go = null;
    go?.();
    for (const listener of this.#listeners) listener();
  }

  /** Resolves at once when the run is not paused, else when it may go on or `signal` is aborted. */
  async whenGoing(signal: AbortSignal): Promise<void> {
    while (this.#going !== null && !signal.aborted) {
      await Promise.race([this.#going, aborted(signal)]);
    }
  }

  /** Hears of every pause and continuation. Returns the function that stops listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has a watching run compare all files with the database now, as after the computer woke up. */
  sweep(): void {
    for (const sweeper of this.#sweepers) sweeper();
  }

  /** Hears of every {@link sweep}. Returns the function that stops listening. */
  onSweep(sweeper: () => void): () => void {
    this.#sweepers.add(sweeper);
    return () => this.#sweepers.delete(sweeper);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

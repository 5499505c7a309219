/** Lets one reader sleep until a time or until something happens, whichever is first. */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | null = null;

  /** Ends the sleep; the next one when nobody sleeps. */
  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.#isRung && milliseconds > 0) {
      await new Promise<void>((resolve) => {
        // Infinity would be one millisecond to `setTimeout`.
        const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#isRung = false;
  }
}

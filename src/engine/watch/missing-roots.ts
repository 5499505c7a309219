import { optionRoots } from '../discover/roots.ts';
import { realOrNull } from './real-folder.ts';

/**
 * The roots that can't be watched: they are not there, or can't be opened.
 *
 * Nothing announces that one comes. A watch on the folder above would, but that may be missing too, and further up is
 * the person's home, where much happens. So they are looked for again and again; while there are none, nothing is done.
 */
export class MissingRoots {
  readonly #interval: number;
  readonly #onBack: () => void;
  #paths = new Set<string>();
  /** Whether a look is planned or under way. */
  #isLooking = false;

  /** `onBack` is called when some have come. They are no longer among the missing then. */
  constructor(interval: number, onBack: () => void) {
    this.#interval = interval;
    this.#onBack = onBack;
  }

  add(path: string): void {
    this.#paths.add(path);
    this.#plan();
  }

  /** These are missing, and no others. */
  replace(paths: readonly string[]): void {
    this.#paths = new Set(paths);
    this.#plan();
  }

  #plan(): void {
    if (this.#isLooking || this.#paths.size === 0) return;
    this.#isLooking = true;
    setTimeout(() => void this.#look(), this.#interval).unref();
  }

  async #look(): Promise<void> {
    let hasCome = false;
    for (const { path, state } of await optionRoots([...this.#paths])) {
      const isThere = state === 'present' && (await realOrNull(path)) !== null;
      // One that was taken out meanwhile was seen by a sweep.
      if (isThere && this.#paths.delete(path)) hasCome = true;
    }
    this.#isLooking = false;
    this.#plan();
    if (hasCome) this.#onBack();
  }
}

import type { Asker, Ipc } from '../../src/main/ipc/answer.ts';
import type { Listener } from '../../src/main/ipc/announce.ts';

/** Electron's IPC between one page and the main process: structured clones, one answer per channel. */
export class FakeIpc implements Ipc {
  readonly #answers = new Map<string, (event: Asker, ...input: unknown[]) => Promise<unknown>>();

  handle(channel: string, answer: (event: Asker, ...input: unknown[]) => Promise<unknown>): void {
    if (this.#answers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.#answers.set(channel, answer);
  }

  get channels(): string[] {
    return [...this.#answers.keys()];
  }

  async invoke(asker: Asker, channel: string, ...input: unknown[]): Promise<unknown> {
    const answer = this.#answers.get(channel);
    if (answer === undefined) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await answer(asker, ...structuredClone(input)));
  }
}

/** A window that remembers what it was told. */
export class FakeListener implements Listener {
  readonly heard: [channel: string, value: unknown][] = [];
  isGone = false;

  isDestroyed(): boolean {
    return this.isGone;
  }

  send(channel: string, value: unknown): void {
    if (this.isGone) throw new TypeError('Object has been destroyed');
    this.heard.push([channel, structuredClone(value)]);
  }
}

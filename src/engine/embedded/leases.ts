import type { ServerResponse } from 'node:http';

/** How long the server lives without users. */
export interface LeaseTimes {
  /** For the starter to take the first lease. */
  readonly firstMs: number;
  /** After the last lease was given back. */
  readonly graceMs: number;
}

/**
 * Who uses the server: each user keeps one request open, and the system closes it when the user crashes.
 *
 * `onUnused` is called once, when nobody has held a lease for a while and no request is being answered.
 */
export class Leases {
  readonly #held = new Set<ServerResponse>();
  readonly #times: LeaseTimes;
  readonly #onUnused: () => void;
  #timer: NodeJS.Timeout | undefined;
  #requests = 0;
  #hasEnded = false;

  constructor(times: LeaseTimes, onUnused: () => void) {
    this.#times = times;
    this.#onUnused = onUnused;
    this.#wait(times.firstMs);
  }

  /** The server is on its way out: whoever still asks must look for the next one. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Takes a lease; the response stays open until either side ends it. */
  take(response: ServerResponse, about: { readonly pid: number; readonly version: string }): void {
    if (this.#hasEnded) {
      response.writeHead(503, { Connection: 'close' }).end();
      return;
    }
    clearTimeout(this.#timer);
    this.#held.add(response);
    response.once('close', () => {
      this.#held.delete(response);
      this.#wait(this.#times.graceMs);
    });
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write(`${JSON.stringify(about)}\n`);
  }

  /** Counts a request in, until `response` is closed. */
  watch(response: ServerResponse): void {
    this.#requests += 1;
    response.once('close', () => {
      this.#requests -= 1;
      this.#wait(this.#times.graceMs);
    });
  }

  /** Tells every user that the server goes away. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    for (const response of this.#held) response.end();
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#hasEnded || this.#held.size > 0 || this.#requests > 0) return;
    this.#timer = setTimeout(this.#onUnused, milliseconds);
  }
}

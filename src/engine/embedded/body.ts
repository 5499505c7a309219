import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { EngineException } from './exception.ts';

/** The body of a request: its beginning is looked at, the rest streams. */
export class RequestBody {
  readonly #chunks: AsyncIterator<Buffer>;
  #start: Buffer;
  #isWhole = false;

  /** `before` stands in front of the body, as a query in the URL does. */
  constructor(body: Readable, before: Buffer) {
    this.#chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.#start = before;
  }

  /** What is known of the body. */
  get start(): Buffer {
    return this.#start;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Reads on; throws when the client goes away or the compression is broken. */
  async readMore(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) this.#isWhole = true;
    else this.#start = this.#start.length === 0 ? next.value : Buffer.concat([this.#start, next.value]);
  }

  /**
   * Reads what is left and throws it away: a client that is still sending sees an error only when its body was read.
   *
   * `resume` would not do, as the iterator has the stream. A body that breaks off meanwhile is no news.
   */
  async drain(): Promise<void> {
    try {
      while (!this.#isWhole) this.#isWhole = (await this.#chunks.next()).done === true;
    } catch {
      this.#isWhole = true;
    }
  }

  /** Everything from `offset` of the start on, each byte once. */
  async *from(offset: number): AsyncGenerator<Buffer, void, undefined> {
    if (offset < this.#start.length) yield this.#start.subarray(offset);
    while (!this.#isWhole) {
      const next = await this.#chunks.next();
      if (next.done === true) this.#isWhole = true;
      else yield next.value;
    }
  }
}

/** The body without its Content-Encoding. */
export function decodedBody(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return request;
  const decoder = makeDecoder(encoding);
  if (decoder === undefined) {
    throw EngineException.of(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown compression method: ${encoding}.`);
  }
  // Not `pipeline`: it would destroy the connection when the decoder fails, before the reason could be sent.
  request.once('error', (error) => decoder.destroy(error));
  decoder.once('error', () => {
    request.unpipe(decoder);
    request.resume();
  });
  return request.pipe(decoder);
}

function makeDecoder(encoding: string): zlib.Gunzip | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.createGunzip();
  if (encoding === 'deflate') return zlib.createInflate();
  if (encoding === 'br') return zlib.createBrotliDecompress();
  // Node has zstd since 22.15; the types here are those of 20.
  const withZstd = zlib as typeof zlib & { createZstdDecompress?: () => zlib.Gunzip };
  return encoding === 'zstd' ? withZstd.createZstdDecompress?.() : undefined;
}

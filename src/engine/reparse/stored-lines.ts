/** A line as it is stored: what parsing it again starts from. Strings are ordinary JavaScript strings. */
export interface StoredLine {
  readonly source: string;
  readonly root: string;
  readonly file: string;
  readonly generation: number;
  readonly offset: number;
  readonly hash: bigint;
  readonly importedAtMs: number;
  readonly runId: string;
  readonly project: string;
  /** Session that a line inherits when it does not name one. */
  readonly sessionId: string;
  readonly raw: Buffer;
}

/** What {@link StoredLineReader} reads, in this order. */
export const storedLineColumns = `source, root, file, generation, offset, hash,
  toUnixTimestamp64Milli(imported_at) AS imported_ms, run_id, project, session, raw`;

/**
 * Cuts a stream of RowBinary into lines.
 *
 * The format: strings as a LEB128 length and bytes, integers little endian, no separators
 * (https://clickhouse.com/docs/interfaces/formats/RowBinary).
 */
export class StoredLineReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** Takes more bytes; answers the lines that are complete with them. */
  *read(chunk: Buffer): Generator<StoredLine> {
    this.#bytes =
      this.#at === this.#bytes.length ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
    for (let line = this.#line(); line !== null; line = this.#line()) yield line;
  }

  /** Bytes that are not a complete line yet. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  #line(): StoredLine | null {
    const start = this.#at;
    try {
      return {
        source: this.#text(),
        root: this.#text(),
        file: this.#text(),
        generation: this.#bytes.readUInt32LE(this.#advance(4)),
        offset: Number(this.#bytes.readBigUInt64LE(this.#advance(8))),
        hash: this.#bytes.readBigUInt64LE(this.#advance(8)),
        importedAtMs: Number(this.#bytes.readBigInt64LE(this.#advance(8))),
        runId: this.#text(),
        project: this.#text(),
        sessionId: this.#text(),
        raw: this.#string(),
      };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#at = start;
      return null;
    }
  }

  #text(): string {
    return this.#string().toString('utf8');
  }

  #string(): Buffer {
    let length = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes.readUInt8(this.#advance(1));
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Moves on by `length` bytes; answers where they start. */
  #advance(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw new RangeError('more bytes are needed');
    this.#at += length;
    return start;
  }
}

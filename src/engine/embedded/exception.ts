/** An error as ClickHouse words it: `Code: N. DB::Exception: … (TYPE)`. */
export class EngineException extends Error {
  override readonly name = 'EngineException';
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }

  /** An error that this server finds itself, worded as the real server words it. */
  static of(code: number, type: string, message: string): EngineException {
    return new EngineException(code, `Code: ${code}. DB::Exception: ${message} (${type})`);
  }

  /** Reads the engine's text; each layer of its client repeats the code, which is said once here. */
  static parse(text: string): EngineException {
    const code = Number(/^(?:Code|Error): (\d+)/.exec(text)?.[1] ?? 0);
    if (code === 0)
      return EngineException.of(1001, 'STD_EXCEPTION', text.trim() || 'The engine gave no reason');
    const once = text
      .trim()
      .replace(/^(?:Code: \d+\. DB::Exception: )+(?=Code: \d+\. DB::Exception: )/, '')
      .replace(/(\([A-Z0-9_]+\) \(version [^)]*\))(?:[.:]? ?\([A-Z0-9_]+\))+$/, '$1');
    return new EngineException(code, once);
  }
}

const badRequest = new Set([
  6, 20, 25, 26, 27, 33, 34, 36, 38, 41, 42, 43, 44, 53, 61, 62, 65, 66, 69, 70, 72, 108, 117, 130, 131, 184,
  215, 226, 321, 349, 376, 377, 427, 441, 456, 457, 467, 675, 676,
]);
const notFound = new Set([16, 46, 47, 50, 56, 60, 63, 73, 81, 115, 218]);

/** The HTTP status that ClickHouse gives an error (`src/Server/HTTP/exceptionCodeToHTTPStatus.cpp`). */
export function httpStatus(code: number): number {
  if (badRequest.has(code)) return 400;
  if (notFound.has(code)) return 404;
  if (code === 48) return 501;
  if (code === 159) return 408;
  if (code === 203 || code === 236) return 503;
  return 500;
}

/**
 * The last bytes of a response that broke off, as ClickHouse 25.11 and later write them.
 *
 * @clickhouse/client 1.23 finds the message through them (`extractErrorAtTheEndOfChunk`).
 */
export function exceptionTrailer(exception: EngineException, tag: string): Buffer {
  const message = `${exception.message}\n`;
  const length = Buffer.byteLength(message);
  return Buffer.from(`\r\n__exception__\r\n${tag}\r\n${message}${length} ${tag}\r\n__exception__\r\n`);
}

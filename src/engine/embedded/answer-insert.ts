import type { Session } from './engine.ts';
import { EngineException } from './exception.ts';
import type { ChdbResult, QueryParams } from './libchdb.ts';

/** An INSERT whose rows come with the request. */
export interface InsertRequest {
  readonly session: Session;
  /** Up to its VALUES or FORMAT. */
  readonly statement: Buffer;
  readonly format: string;
  readonly params: QueryParams;
  readonly rows: AsyncIterable<Buffer>;
}

/** Streams rows into the engine; a body that breaks off is discarded, not committed. */
export async function runInsert(request: InsertRequest): Promise<ChdbResult> {
  if (!/^\w+$/.test(request.format)) {
    throw EngineException.of(73, 'UNKNOWN_FORMAT', `Unknown format ${request.format}.`);
  }
  const sink = await request.session.insert(request.statement, request.format, request.params);
  try {
    for await (const rows of inPieces(request.rows)) if (!(await sink.append(rows))) break;
  } catch (error) {
    await sink.discard();
    throw error;
  }
  // After a refused piece this has the reason.
  return sink.commit();
}

/** Bytes that are handed to the engine at a time: each call changes threads, a socket gives 64 KB (measured: a third of the CPU). */
const pieceBytes = 1024 * 1024;

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(waiting, bytes);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
}

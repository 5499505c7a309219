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
    for await (const rows of request.rows) if (!(await sink.append(rows))) break;
  } catch (error) {
    await sink.discard();
    throw error;
  }
  // After a refused piece this has the reason.
  return sink.commit();
}

import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createGzip, type Gzip } from 'node:zlib';
import type { Engine, Session } from './engine.ts';
import { EngineException, exceptionTrailer } from './exception.ts';
import { openFifo } from './fifo.ts';
import type { ChdbResult, QueryParams } from './libchdb.ts';
import { canTagException, contentType, summary } from './response.ts';
import type { PlainStatement } from './statement.ts';

/** This much of a result is kept back: a statement that fails before is answered with a proper status. */
const heldBytes = 1024 * 1024;

/** A statement that returns rows, and where they go. */
export interface SelectRequest {
  readonly engine: Engine;
  readonly session: Session;
  readonly statement: PlainStatement;
  readonly format: string;
  readonly params: QueryParams;
  readonly pipeDirectory: string;
  readonly wantsGzip: boolean;
  readonly response: ServerResponse;
}

/**
 * Runs a SELECT and streams its result in bounded memory.
 *
 * The engine writes through `INTO OUTFILE` into a named pipe. Its streaming call is no alternative: each chunk it
 * returns is a document of its own, with header and footer (measured, docs/decisions/0002).
 */
export async function answerSelect(request: SelectRequest): Promise<void> {
  const { engine, session, response } = request;
  if (response.destroyed) return;
  const fifo = openFifo(request.pipeDirectory, (path) => engine.makeFifo(path));
  const sql = Buffer.from(intoPipe(request.statement, request.format, fifo.path), 'latin1');
  const running = session.run(sql, request.format, request.params).finally(fifo.closeWriter);
  // Looked at in sendResult; until then a failure must not count as unhandled.
  running.catch(() => undefined);
  // The pipe is read to its end even then: the engine must never wait for a reader that is gone.
  let stopping: Promise<void> | undefined;
  const onGone = (): void => {
    stopping ??= session.stop(running);
  };
  response.once('close', onGone);
  try {
    await sendResult(request, fifo.stream, running);
  } finally {
    response.off('close', onGone);
    await (stopping ?? session.stop(running));
    fifo.stream.destroy();
  }
}

/** Puts `INTO OUTFILE` before the statement's own FORMAT, or at its end. */
function intoPipe(statement: PlainStatement, format: string, path: string): string {
  const at = statement.format?.start ?? statement.text.length;
  const tail = statement.format === undefined ? `FORMAT ${format}` : statement.text.slice(at);
  return `${statement.text.slice(0, at)}\nINTO OUTFILE '${path.replaceAll(/['\\]/g, '\\$&')}' APPEND ${tail}`;
}

async function sendResult(
  request: SelectRequest,
  rows: AsyncIterable<Buffer>,
  running: Promise<ChdbResult>,
): Promise<void> {
  const { response } = request;
  const tag = randomBytes(8).toString('hex');
  let held: Buffer[] = [];
  let heldSize = 0;
  let output: ServerResponse | Gzip | undefined;
  for await (const chunk of rows) {
    if (response.destroyed) continue;
    if (output !== undefined) {
      await write(output, response, chunk);
      continue;
    }
    held.push(chunk);
    heldSize += chunk.length;
    if (heldSize < heldBytes) continue;
    output = beginResponse(request, tag, undefined);
    await write(output, response, Buffer.concat(held));
    held = [];
  }
  if (response.destroyed) return;
  try {
    const result = await running;
    if (output === undefined) {
      output = beginResponse(request, tag, result);
      if (heldSize > 0) await write(output, response, Buffer.concat(held));
    }
    output.end();
    await finished(response);
  } catch (error) {
    if (output === undefined || !(error instanceof EngineException)) throw error;
    await breakOff(
      output,
      response,
      canTagException(request.format) ? exceptionTrailer(error, tag) : undefined,
    );
  }
}

function beginResponse(
  request: SelectRequest,
  tag: string,
  result: ChdbResult | undefined,
): ServerResponse | Gzip {
  const { response, format, wantsGzip } = request;
  response.setHeader('Content-Type', contentType(format));
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Summary', summary(result));
  if (canTagException(format)) response.setHeader('X-ClickHouse-Exception-Tag', tag);
  if (!wantsGzip) return response;
  response.setHeader('Content-Encoding', 'gzip');
  const gzip = createGzip({ level: 3 });
  gzip.pipe(response);
  return gzip;
}

async function write(output: ServerResponse | Gzip, response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed || output.write(chunk)) return;
  await eventOrClose(output, 'drain', response);
}

/** Resolves when the response is handed over, or when its client is gone. */
async function finished(response: ServerResponse): Promise<void> {
  if (!response.writableFinished) await eventOrClose(response, 'finish', response);
}

async function eventOrClose(emitter: EventEmitter, event: string, response: ServerResponse): Promise<void> {
  if (response.closed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      emitter.off(event, done);
      response.off('close', done);
      resolve();
    };
    emitter.once(event, done);
    response.once('close', done);
  });
}

/** Ends the connection without the last chunk, so that no client takes the response for whole. */
async function breakOff(
  output: ServerResponse | Gzip,
  response: ServerResponse,
  trailer?: Buffer,
): Promise<void> {
  if (trailer !== undefined) await write(output, response, trailer);
  if ('flush' in output) await new Promise<void>((resolve) => output.flush(() => resolve()));
  const socket = response.socket;
  if (socket === null) return;
  // Waits until everything is with the system; ending (not resetting) lets the client read it all.
  await new Promise<void>((resolve) => socket.end(() => resolve()));
  socket.destroySoon();
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerQuery, type QueryContext } from './answer-query.ts';
import { EngineException } from './exception.ts';
import type { Leases } from './leases.ts';
import { answerException } from './response.ts';

/** Where the server's own events go. */
export type LogLine = (line: string) => void;

/** Longer than any client keeps an idle connection (@clickhouse/client: 2.5 s by default). */
const keepAliveMs = 120_000;

/** The routes of the embedded server: ClickHouse's HTTP interface, and `/lease`. */
export function createHttpInterface(context: QueryContext, leases: Leases, log: LogLine): Server {
  const server = createServer({
    highWaterMark: 1024 * 1024,
    keepAliveTimeout: keepAliveMs,
    requestTimeout: 0,
  });
  server.headersTimeout = 0;
  server.timeout = 0;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    route(context, leases, request, response).catch((error: unknown) => {
      fail(request, response, error, log);
    });
  });
  return server;
}

async function route(
  context: QueryContext,
  leases: Leases,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://embedded');
  if (url.pathname === '/lease') {
    leases.take(response, { pid: process.pid, version: context.engine.serverVersion });
    return;
  }
  if (leases.hasEnded) {
    request.resume();
    response.setHeader('Connection', 'close');
    answerException(response, EngineException.of(236, 'ABORTED', 'The embedded database is shutting down.'));
    return;
  }
  leases.watch(response);
  const isRoot = url.pathname === '/';
  if (url.pathname === '/ping' || (isRoot && request.method === 'GET' && !url.searchParams.has('query'))) {
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end('Ok.\n');
    return;
  }
  if (!isRoot || (request.method !== 'GET' && request.method !== 'POST')) {
    request.resume();
    response.writeHead(404, { 'Content-Type': 'text/plain' });
    response.end(`There is no handle ${url.pathname}\n`);
    return;
  }
  await answerQuery(context, request, response, url);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown, log: LogLine): void {
  if (request.errored !== null || response.destroyed) {
    log(`a client went away: ${String(error)}`);
    response.destroy();
    return;
  }
  const exception = error instanceof EngineException ? error : unexpected(error, log);
  if (response.headersSent) response.destroy();
  else {
    request.resume();
    answerException(response, exception);
  }
}

function unexpected(error: unknown, log: LogLine): EngineException {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log(`request failed: ${text}`);
  const isCorrupt =
    error instanceof Error && 'code' in error && /^(Z_|ERR_ZLIB|ERR_BROTLI|ZSTD_)/.test(String(error.code));
  if (isCorrupt)
    return EngineException.of(271, 'CANNOT_DECOMPRESS', `Cannot read the compressed body: ${error.message}.`);
  return EngineException.of(1001, 'STD_EXCEPTION', error instanceof Error ? error.message : String(error));
}

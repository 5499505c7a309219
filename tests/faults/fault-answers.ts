import { once } from 'node:events';
import {
  request as ask,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault-rules.ts';

/** What the server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Headers that belong to one connection and not to the message. */
const connectionHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.includes(name)));
}

/** Sends a request on to the server and waits for its whole answer. */
export async function forward(request: IncomingMessage, body: Buffer, socketPath: string): Promise<Answer> {
  const asking = ask({
    socketPath,
    agent: false,
    method: request.method,
    path: request.url,
    headers: { ...withoutConnection(request.headers), 'content-length': body.length },
  });
  const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
  // A server that answers before it has read everything may close the connection while we still write.
  asking.on('error', () => undefined);
  asking.end(body);
  const [answer] = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
}

/** Gives the server's answer to the client. */
export function relay(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, withoutConnection(headers));
  response.end(body);
}

/** Sends the first half of a body and breaks off; returns when the server has noticed. */
export async function cutBody(request: IncomingMessage, body: Buffer, socketPath: string): Promise<void> {
  const asking = ask({
    socketPath,
    agent: false,
    method: request.method,
    path: request.url,
    headers: { ...withoutConnection(request.headers), 'transfer-encoding': 'chunked' },
  });
  const closed = new Promise<void>((resolve) => asking.once('close', () => resolve()));
  asking.on('error', () => undefined);
  await new Promise<void>((resolve) => asking.write(body.subarray(0, body.length / 2), () => resolve()));
  asking.destroy();
  await closed;
}

/** Gives the server's answer byte by byte: the head too, as an insert has an empty body. */
export async function trickle(request: IncomingMessage, answer: Answer, pauseMs: number): Promise<void> {
  const { socket } = request;
  const headers = { ...withoutConnection(answer.headers), 'content-length': answer.body.length };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  const head = Buffer.from(
    `HTTP/1.1 ${answer.status} OK\r\nconnection: close\r\n${lines.join('\r\n')}\r\n\r\n`,
  );
  for (const byte of Buffer.concat([head, answer.body])) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await sleep(pauseMs);
  }
  socket.end();
}

export function answerHtml(response: ServerResponse, status: number): void {
  const title = status === 413 ? '413 Request Entity Too Large' : String(status);
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(`<html><head><title>${title}</title></head><body><h1>${title}</h1>nginx</body></html>`);
}

export function answerNothing(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}

/** Names of ClickHouse's errors (src/Common/ErrorCodes.cpp), as its messages carry them. */
const names: Readonly<Record<number, string>> = {
  27: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  41: 'CANNOT_PARSE_DATETIME',
  60: 'UNKNOWN_TABLE',
  81: 'UNKNOWN_DATABASE',
  117: 'INCORRECT_DATA',
  164: 'READONLY',
  192: 'UNKNOWN_USER',
  193: 'WRONG_PASSWORD',
  202: 'TOO_MANY_SIMULTANEOUS_QUERIES',
  241: 'MEMORY_LIMIT_EXCEEDED',
  243: 'NOT_ENOUGH_SPACE',
  252: 'TOO_MANY_PARTS',
  497: 'ACCESS_DENIED',
  516: 'AUTHENTICATION_FAILED',
};

/** Answers as ClickHouse does, or with status 200 and the exception where it is easily overlooked. */
export function answerException(
  response: ServerResponse,
  fault: Extract<Fault, { readonly code: number }>,
): void {
  const text = 'text' in fault && fault.text !== undefined ? fault.text : 'The proxy says so';
  const name = names[fault.code] ?? 'UNKNOWN_EXCEPTION';
  const message = `Code: ${fault.code}. DB::Exception: ${text}. (${name}) (version 26.7.2.1)\n`;
  const header = { 'x-clickhouse-exception-code': String(fault.code) };
  const isDenied = fault.code === 516 || fault.code === 193;
  if (fault.is === 'exception') response.writeHead(isDenied ? 403 : 500, header).end(message);
  else if (fault.is === 'exception-header') response.writeHead(200, header).end();
  else response.writeHead(200).end(message);
}

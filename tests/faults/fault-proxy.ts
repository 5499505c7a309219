import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  answerException,
  answerHtml,
  answerNothing,
  cutBody,
  forward,
  relay,
  trickle,
} from './fault-answers.ts';
import {
  seenRequest,
  strike,
  type ActiveRule,
  type Fault,
  type FaultRule,
  type SeenRequest,
} from './fault-rules.ts';

/** A ClickHouse server at an address of this machine that fails when told to. */
export interface FaultProxy {
  readonly url: string;
  /** Requests that came for a table, or all with a statement that matches. */
  readonly count: (what: string | RegExp) => number;
  /** Sizes of the bodies of the inserts into a table, in order. */
  readonly bodies: (table: string) => readonly number[];
  /** Adds a rule; the answer tells how often it struck. */
  readonly inject: (rule: FaultRule) => { readonly hits: number };
  /** Takes all rules away. */
  readonly clear: () => void;
  /** Nobody listens any more and open connections are reset, as when the server is down. */
  readonly down: () => Promise<void>;
  /** Listens again, at the same address; does nothing when it never stopped. */
  readonly up: () => Promise<void>;
  /** Closes the connections that wait for their next request, as servers do when they like. */
  readonly closeIdleSockets: () => void;
  /** How long an idle connection lives, in milliseconds. */
  readonly keepIdleSockets: (ms: number) => void;
  readonly close: () => Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socketPath: string;
}

/** Starts a proxy in front of the ClickHouse that listens on `socketPath()`. */
export async function startFaultProxy(socketPath: () => string): Promise<FaultProxy> {
  let rules: ActiveRule[] = [];
  const seen: { readonly sql: string; readonly table: string; readonly bytes: number }[] = [];
  const sockets = new Set<Socket>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const exchange = { request, response, socketPath: socketPath() };
    const early = strike(rules, seenRequest(url, Buffer.alloc(0)), false);
    if (early !== undefined) {
      await early.onHit?.(seenRequest(url, Buffer.alloc(0)));
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const whole = seenRequest(url, Buffer.concat(chunks));
    seen.push({ sql: whole.sql, table: whole.table, bytes: whole.body.length });
    await act(strike(rules, whole, true), whole, exchange);
  }

  const server = createServer((request, response) => {
    // A client or a server that goes away in the middle is what the tests are about.
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    count: (what) => seen.filter(({ sql, table }) => isMeant(what, sql, table)).length,
    bodies: (table) => seen.filter((one) => one.table === table).map(({ bytes }) => bytes),
    inject: (rule) => {
      const active = { ...rule, seen: 0, hits: 0 };
      rules.push(active);
      return active;
    },
    clear: () => {
      rules = [];
    },
    down: stop,
    up: async () => {
      if (!server.listening) await listen(port);
    },
    closeIdleSockets: () => server.closeIdleConnections(),
    keepIdleSockets: (ms) => {
      server.keepAliveTimeout = ms;
    },
    close: stop,
  };
}

function isMeant(what: string | RegExp, sql: string, table: string): boolean {
  return typeof what === 'string' ? what === table : what.test(sql);
}

/** Answers a request as its rule says; without a rule as the server does. */
async function act(
  rule: ActiveRule | undefined,
  seen: SeenRequest,
  { request, response, socketPath }: Exchange,
): Promise<void> {
  const fault = rule?.fault ?? { is: 'nothing' };
  if (fault.is === 'reset-after-commit' || ('committed' in fault && fault.committed)) {
    await forward(request, seen.body, socketPath);
  }
  if (fault.is === 'cut-body') await cutBody(request, seen.body, socketPath);
  await rule?.onHit?.(seen);
  await conclude(fault, seen, { request, response, socketPath });
}

async function conclude(
  fault: Fault,
  seen: SeenRequest,
  { request, response, socketPath }: Exchange,
): Promise<void> {
  switch (fault.is) {
    case 'reset-before-body':
    case 'reset-after-commit':
    case 'cut-body':
      request.socket.resetAndDestroy();
      return;
    case 'trickle':
      await trickle(request, await forward(request, seen.body, socketPath), fault.pauseMs);
      return;
    case 'silence':
      return;
    case 'html':
      answerHtml(response, fault.status);
      return;
    case 'empty':
      answerNothing(response, fault.status);
      return;
    case 'exception':
    case 'exception-header':
    case 'exception-in-body':
      answerException(response, fault);
      return;
    case 'delay':
    case 'nothing':
      if (fault.is === 'delay') await sleep(fault.ms);
      relay(response, await forward(request, seen.body, socketPath));
  }
}

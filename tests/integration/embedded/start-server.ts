import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request, type AgentOptions, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { rolldown } from 'rolldown';
import { findPlainNode } from '../../../src/engine/embedded/node-binary.ts';
import {
  startEmbedded,
  type EmbeddedOptions,
  type EmbeddedServer,
} from '../../../src/engine/embedded/start.ts';

/** A server for one test file: real engine, own temporary directory. */
export interface TestServer {
  readonly dataDir: string;
  readonly server: EmbeddedServer;
  readonly client: ClickHouseClient;
  readonly agent: Agent;
  readonly stop: () => Promise<void>;
}

let built: Promise<string> | undefined;

/** The server's script, bundled once per test file as the product's build does it. */
export async function serverScript(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const folder = resolve(import.meta.dirname, '../../../node_modules/.cache/embedded-server-tests');
  const file = join(folder, `server-${process.pid}.mjs`);
  const bundle = await rolldown({
    input: resolve(import.meta.dirname, '../../../src/engine/embedded/server.ts'),
    platform: 'node',
    external: [/^node:/, 'chdb', /^chdb\//, 'ffi-rs'],
  });
  await bundle.write({ file, format: 'es', sourcemap: 'inline' });
  await bundle.close();
  process.once('exit', () => rmSync(file, { force: true }));
  return file;
}

/** A folder that is removed when `remove` is called. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'embedded-'));
}

export async function embeddedOptions(
  dataDir: string,
  more: Partial<EmbeddedOptions> = {},
): Promise<EmbeddedOptions> {
  return { dataDir, node: findPlainNode(), serverScript: await serverScript(), graceMs: 300, ...more };
}

export async function startTestServer(more: Partial<EmbeddedOptions> = {}): Promise<TestServer> {
  const dataDir = temporaryFolder();
  const server = await startEmbedded(await embeddedOptions(dataDir, more));
  const agent = socketAgent(server.socketPath);
  const client = connect(agent);
  const stop = async (): Promise<void> => {
    await client.close();
    agent.destroy();
    await server.release();
    await processEnd(server.pid);
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { dataDir, server, client, agent, stop };
}

/**
 * An agent for the socket. Each client needs one of its own: @clickhouse/client closes idle sockets of its agent by a
 * timer, also when somebody else is using them by then.
 */
export function socketAgent(socketPath: string): Agent {
  const options: AgentOptions & { socketPath: string } = { socketPath, keepAlive: true };
  return new Agent(options);
}

/** An ordinary client on the socket. */
export function connect(agent: Agent, more: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  return createClient({
    url: 'http://localhost',
    http_agent: agent,
    request_timeout: 600_000,
    max_open_connections: 32,
    log: { level: ClickHouseLogLevel.OFF },
    ...more,
  });
}

/** Resolves when the process is gone. */
export async function processEnd(pid: number): Promise<void> {
  await until(() => !isAlive(pid));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed child of ours stays as a zombie until Node has reaped it.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits for a condition, however long a slow machine takes; the test's own limit ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** One request without the client's help: what exactly goes over the wire. */
export async function rawRequest(
  agent: Agent,
  search: string,
  options: { method?: string; body?: Buffer | string | undefined; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const { method = 'POST', body, headers = {} } = options;
  return new Promise((resolve, reject) => {
    const asking = request({ agent, method, path: `/?${search}`, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startEmbedded,
  type EmbeddedOptions,
  type EmbeddedServer,
} from '../../../src/engine/embedded/start.ts';
import {
  embeddedOptions,
  processEnd,
  rawRequest,
  temporaryFolder,
  until,
  socketAgent,
} from './start-server.ts';

const used: EmbeddedServer[] = [];
const folders: string[] = [];

function folder(): string {
  const made = temporaryFolder();
  folders.push(made);
  return made;
}

async function start(dataDir: string, more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded(await embeddedOptions(dataDir, more));
  used.push(server);
  return server;
}

async function ask(server: EmbeddedServer, body: string): Promise<string> {
  const agent = socketAgent(server.socketPath);
  const answer = await rawRequest(agent, '', { body });
  agent.destroy();
  expect(answer.status, answer.body.toString()).toBe(200);
  return answer.body.toString();
}

afterEach(async () => {
  const servers = used.splice(0);
  for (const server of servers) await server.release();
  for (const server of servers) await processEnd(server.pid);
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

describe('one server per data directory', () => {
  it('is shared by everybody who starts it, also at the same moment', async () => {
    const dataDir = folder();
    const servers = await Promise.all(Array.from({ length: 4 }, async () => start(dataDir)));
    expect(new Set(servers.map((server) => server.pid)).size).toBe(1);
    expect(await ask(servers[3]!, 'SELECT version()')).toBe(`${servers[0]!.version}\n`);
  });

  it('ends when its last user is gone, and takes its socket with it', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    const second = await start(dataDir);
    await first.release();
    expect(await ask(second, 'SELECT 1')).toBe('1\n');
    expect(existsSync(join(dataDir, 'clickhouse.sock'))).toBe(true);
    await second.release();
    await processEnd(second.pid);
    expect(existsSync(join(dataDir, 'clickhouse.sock'))).toBe(false);
  });

  it('stays while a statement runs, and ends when a user crashed', async () => {
    const dataDir = folder();
    const server = await start(dataDir, { graceMs: 0 });
    const running = ask(server, 'SELECT sleepEachRow(1) FROM numbers(2) FORMAT Null');
    await until(async () => (await ask(server, 'SELECT count() FROM system.processes')) === '2\n');
    await server.release();
    expect(await running).toBe('');
    await processEnd(server.pid);
  });

  it('outlives the process that started it while another uses it', async () => {
    const dataDir = folder();
    const options = await embeddedOptions(dataDir);
    const starter = spawn(options.node, [options.serverScript, '--data-dir', dataDir], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(starter.stdout, 'data');
    const user = await start(dataDir);
    expect(user.pid).toBe(starter.pid);
    await user.release();
    await processEnd(user.pid);
    // The one that `start` spawns has a session of its own: a Ctrl-C in a terminal does not reach it.
    const own = await start(dataDir);
    expect(
      execFileSync('ps', ['-o', 'sess=', '-p', String(own.pid)])
        .toString()
        .trim(),
    ).toBe(String(own.pid));
  });

  it('starts anew while the old one is still closing', async () => {
    const dataDir = folder();
    const first = await start(dataDir, { graceMs: 0 });
    await ask(
      first,
      'CREATE TABLE kept ENGINE = MergeTree ORDER BY n AS SELECT number AS n FROM numbers(1000)',
    );
    for (let round = 0; round < 3; round += 1) {
      await used.at(-1)!.release();
      const next = await start(dataDir, { graceMs: 0 });
      expect(await ask(next, 'SELECT count() FROM kept')).toBe('1000\n');
    }
  });

  it('ends cleanly at SIGTERM, tells its users, and comes back with its data', async () => {
    const dataDir = folder();
    const lost: string[] = [];
    const server = await start(dataDir, { onLost: (reason) => lost.push(reason) });
    await ask(server, 'CREATE TABLE kept ENGINE = MergeTree ORDER BY n AS SELECT 1 AS n');
    const { pid } = server;
    process.kill(pid, 'SIGTERM');
    await processEnd(pid);
    await until(() => lost.length > 0);
    await server.ensure();
    expect(server.pid).not.toBe(pid);
    expect(await ask(server, 'SELECT count() FROM kept')).toBe('1\n');
    expect(lost).toHaveLength(1);
  });
});

describe('after a crash', () => {
  it('ensure brings everything back that was acknowledged', async () => {
    const dataDir = folder();
    const lost: string[] = [];
    const server = await start(dataDir, { onLost: (reason) => lost.push(reason) });
    await ask(server, 'CREATE TABLE kept (n UInt64) ENGINE = MergeTree ORDER BY n');
    for (let round = 0; round < 3; round += 1) {
      const { pid } = server;
      let acknowledged = 0;
      const before = Number(await ask(server, 'SELECT count() FROM kept'));
      const inserting = (async () => {
        for (;;) {
          await ask(server, 'INSERT INTO kept SELECT number FROM numbers(1000)');
          acknowledged += 1;
        }
      })();
      const ended = expect(inserting).rejects.toThrow();
      await until(() => acknowledged >= 5);
      process.kill(pid, 'SIGKILL');
      await ended;
      await until(() => lost.length === round + 1);
      await Promise.all([server.ensure(), server.ensure()]);
      expect(server.pid).not.toBe(pid);
      const after = Number(await ask(server, 'SELECT count() FROM kept'));
      expect(after % 1000).toBe(0);
      expect(after).toBeGreaterThanOrEqual(before + acknowledged * 1000);
      expect(after).toBeLessThanOrEqual(before + (acknowledged + 1) * 1000);
    }
  });

  it('a stale socket and a stale lock file are no obstacle', async () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'clickhouse'), { recursive: true });
    writeFileSync(join(dataDir, 'clickhouse', 'status'), 'PID: 1\n');
    const stale = createServer().listen(join(dataDir, 'clickhouse.sock'));
    await until(() => stale.listening);
    // The file stays when its process is killed; closing would remove it, so it is replaced by a plain one.
    await new Promise((resolve) => stale.close(resolve));
    writeFileSync(join(dataDir, 'clickhouse.sock'), '');
    expect(await ask(await start(dataDir), 'SELECT 1')).toBe('1\n');
  });

  it('ensure does nothing while the server is there', async () => {
    const server = await start(folder());
    const { pid } = server;
    await server.ensure();
    expect(server.pid).toBe(pid);
  });
});

describe('privacy', () => {
  it('only its user can open the socket and read the files; there is no network port', async () => {
    const dataDir = folder();
    const server = await start(dataDir);
    expect(statSync(join(dataDir, 'clickhouse.sock')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'clickhouse')).mode & 0o077).toBe(0);
    const ports = execFileSync('sh', [
      '-c',
      `cat /proc/${server.pid}/net/tcp /proc/${server.pid}/net/tcp6; ls -l /proc/${server.pid}/fd`,
    ]).toString();
    const sockets = [...ports.matchAll(/socket:\[(\d+)\]/g)].map((match) => match[1]);
    const listening = [...ports.matchAll(/^ *\d+: \S+ \S+ 0A .*$/gm)].map(
      (match) => match[0].trim().split(/\s+/)[9],
    );
    expect(listening.filter((inode) => sockets.includes(inode))).toEqual([]);
  });
});

describe('a data directory with a long path', () => {
  it('is reached through a short one', async () => {
    const dataDir = join(folder(), 'a'.repeat(100), 'ü'.repeat(60));
    const first = await start(dataDir);
    expect(Buffer.byteLength(first.socketPath)).toBeLessThan(104);
    expect(existsSync(join(dataDir, 'clickhouse.sock'))).toBe(true);
    const second = await start(dataDir);
    expect(second.pid).toBe(first.pid);
    expect(await ask(second, 'SELECT 1')).toBe('1\n');
  });

  it('with odd characters works, too', async () => {
    const server = await start(join(folder(), 'it\'s a "folder" \\ with $x, ü and blanks'));
    expect(await ask(server, 'SELECT 1 FORMAT JSONEachRow')).toContain('1');
    await ask(server, 'CREATE TABLE kept (x String) ENGINE = MergeTree ORDER BY x');
    expect(await ask(server, "INSERT INTO kept VALUES ('a')")).toBe('');
  });
});

describe('without a user', () => {
  it('a server that nobody takes a lease from ends by itself', async () => {
    const dataDir = folder();
    const options = await embeddedOptions(dataDir);
    const output = execFileSync(
      options.node,
      [options.serverScript, '--data-dir', dataDir, '--first-lease-ms', '200'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    expect(output.toString()).toContain('"state":"ready"');
    expect(existsSync(join(dataDir, 'clickhouse.sock'))).toBe(false);
  });

  it('a lease request is refused by none but answered by pid and version', async () => {
    const server = await start(folder());
    const line = await new Promise<string>((resolve, reject) => {
      const asking = request({ socketPath: server.socketPath, path: '/lease' }, (response) => {
        response.once('data', (chunk: Buffer) => {
          asking.destroy();
          resolve(chunk.toString());
        });
      });
      asking.on('error', reject).end();
    });
    expect(JSON.parse(line)).toEqual({ pid: server.pid, version: server.version });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { findPlainNode } from '../../../src/engine/embedded/node-binary.ts';
import { startEmbedded } from '../../../src/engine/embedded/start.ts';
import { engineFiles } from '../migrate/workspace.ts';
import { runCli } from './run-cli.ts';

const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-server-'));
const known = await generateHistory({
  output: join(folder, 'history'),
  lines: 1500,
  seed: 4,
  endMs: Date.UTC(2026, 10, 20),
});

/** A ClickHouse with an address: the HTTP interface of an embedded one behind a port of this machine. */
const clickhouse = await startEmbedded({
  dataDir: join(folder, 'server'),
  node: findPlainNode(),
  serverScript: engineFiles.embeddedServer,
});
const port = createServer((socket) => {
  const upstream = connect(clickhouse.socketPath);
  socket.pipe(upstream).pipe(socket);
  for (const end of [socket, upstream]) end.on('error', () => socket.destroy());
});
await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(port.address() as AddressInfo).port}`;

afterAll(async () => {
  port.close();
  await clickhouse.release();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

describe('a ClickHouse server by its address', () => {
  const place = ['--url', url, '--database', 'history', '--data-dir', join(folder, 'data')];

  it('takes the rows in a database of our own', async () => {
    const { code, stdout } = await runCli(
      'migrate',
      '--source',
      join(folder, 'history', 'projects'),
      '--json',
      ...place,
    );
    expect(code).toBe(0);
    const { files, bytes, lines, records, rejects, blanks, pending } = known;
    const receipt = { files, bytes, lines, records, rejects, blanks, pending };
    expect((JSON.parse(stdout) as { receipt: object }).receipt).toMatchObject(receipt);
    const count = await runCli('sql', 'SELECT count() FROM history.records', ...place);
    expect(count.stdout).toBe(`${known.records}\n`);
  });

  it('is not imported into twice', async () => {
    const again = await runCli('migrate', '--source', join(folder, 'history', 'projects'), ...place);
    expect(again.stdout).toContain('Nothing new');
  });

  it('refuses a name that is no name of a database', async () => {
    const { code, stderr } = await runCli('sql', 'SELECT 1', '--url', url, '--database', 'a b;c');
    expect(code).toBe(2);
    expect(stderr).toContain('a b;c');
  });
});

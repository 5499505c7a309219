import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../../src/engine/embedded/start.ts';
import { embeddedOptions, processEnd, rawRequest, temporaryFolder, socketAgent } from './start-server.ts';

const cleanups: Array<() => unknown> = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function folder(): string {
  const made = temporaryFolder();
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A small disk of its own; needs root. */
function disk(size: string): string {
  const mount = folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mount]);
  cleanups.push(() => execFileSync('umount', ['-l', mount]));
  return mount;
}

const isRoot = process.getuid?.() === 0;

describe('a start that fails says what to do', () => {
  it('when the folder cannot be made', async () => {
    const file = join(folder(), 'a-file');
    writeFileSync(file, '');
    await expect(startEmbedded(await embeddedOptions(join(file, 'data')))).rejects.toMatchObject({
      code: 'data-dir-unwritable',
      path: join(file, 'data'),
      message: expect.stringContaining('choose another data folder') as string,
    });
  });

  it.skipIf(!isRoot)('when the disk is read-only', async () => {
    const mount = disk('16m');
    execFileSync('mount', ['-o', 'remount,ro', mount]);
    await expect(startEmbedded(await embeddedOptions(mount))).rejects.toMatchObject({
      code: 'data-dir-unwritable',
    });
  });

  it.skipIf(!isRoot)('when the disk is full', async () => {
    const mount = disk('1m');
    const filler = openSync(join(mount, 'filler'), 'w');
    expect(() => {
      for (;;) writeSync(filler, Buffer.alloc(4096));
    }).toThrow('ENOSPC');
    closeSync(filler);
    await expect(startEmbedded(await embeddedOptions(mount))).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(mount) as string,
    });
  });

  it('when there is no Node, no script, or no library', async () => {
    await expect(
      startEmbedded(await embeddedOptions(folder(), { node: '/nowhere/node' })),
    ).rejects.toMatchObject({ code: 'embedded-missing' });
    await expect(
      startEmbedded(await embeddedOptions(folder(), { serverScript: '/nowhere/server.js' })),
    ).rejects.toMatchObject({ code: 'embedded-missing' });
    const before = process.env['CHDB_LIBCHDB_PATH'];
    process.env['CHDB_LIBCHDB_PATH'] = '/nowhere/libchdb.so';
    try {
      await expect(startEmbedded(await embeddedOptions(folder()))).rejects.toMatchObject({
        code: 'embedded-missing',
      });
    } finally {
      if (before === undefined) delete process.env['CHDB_LIBCHDB_PATH'];
      else process.env['CHDB_LIBCHDB_PATH'] = before;
    }
  });

  it('when the server crashes at once', async () => {
    const dataDir = folder();
    const serverScript = join(folder(), 'crash.mjs');
    writeFileSync(
      serverScript,
      'process.stderr.write("the last words\\n"); process.kill(process.pid, "SIGSEGV"); setInterval(() => undefined, 1000);',
    );
    await expect(startEmbedded(await embeddedOptions(dataDir, { serverScript }))).rejects.toMatchObject({
      code: 'embedded-failed',
      detail: expect.stringMatching(/SIGSEGV[\s\S]*the last words/) as string,
    });
  });

  it('but not when it is killed before it answers: then it is started again', async () => {
    const dataDir = folder();
    const { serverScript: genuine, ...options } = await embeddedOptions(dataDir);
    const serverScript = join(folder(), 'killed-twice.mjs');
    const starts = join(folder(), 'starts');
    writeFileSync(
      serverScript,
      `import { appendFileSync, statSync } from 'node:fs';
      appendFileSync(${JSON.stringify(starts)}, '.');
      if (statSync(${JSON.stringify(starts)}).size <= 2) process.kill(process.pid, 'SIGKILL');
      else await import(${JSON.stringify(genuine)});`,
    );
    const server = await startEmbedded({ ...options, serverScript });
    expect(readFileSync(starts, 'utf8')).toBe('...');
    await server.release();
  });

  it('when the database is damaged, and changes nothing', async () => {
    const dataDir = folder();
    const server = await startEmbedded(await embeddedOptions(dataDir));
    const agent = socketAgent(server.socketPath);
    await rawRequest(agent, '', { body: 'CREATE TABLE broken (n UInt64) ENGINE = MergeTree ORDER BY n' });
    agent.destroy();
    await server.release();
    await processEnd(server.pid);
    const store = join(dataDir, 'clickhouse', 'store');
    const sql = readdirSync(store, { recursive: true })
      .map(String)
      .find((name) => name.endsWith('broken.sql'));
    writeFileSync(join(store, sql!), 'this is no table');
    await expect(startEmbedded(await embeddedOptions(dataDir))).rejects.toMatchObject({
      code: 'embedded-damaged',
      path: dataDir,
      detail: expect.stringContaining('Code: 62') as string,
    });
  });

  it('when another program holds the directory', async () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'clickhouse'), { recursive: true });
    const chdb = createRequire(import.meta.url).resolve('chdb');
    const options = await embeddedOptions(dataDir);
    const program = `const { Session } = require(${JSON.stringify(chdb)}); const s = new Session(${JSON.stringify(join(dataDir, 'clickhouse'))}); s.query('SELECT 1'); console.log('open'); setInterval(() => s, 1000)`;
    const other = spawn(options.node, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanups.push(async () => {
      const exit = once(other, 'exit');
      other.kill('SIGKILL');
      await exit;
    });
    await once(other.stdout, 'data');
    await expect(startEmbedded({ ...options, busyPatienceMs: 1000 })).rejects.toMatchObject({
      code: 'data-dir-busy',
      message: expect.stringContaining('not Tokenhouse') as string,
    });
  });

  it('when it is called off', async () => {
    const options = await embeddedOptions(folder(), { signal: AbortSignal.abort() });
    await expect(startEmbedded(options)).rejects.toThrow('aborted');
  });
});

describe('a disk that fills while rows are written', () => {
  it.skipIf(!isRoot)('refuses the rows in words and keeps what was acknowledged', async () => {
    const mount = disk('64m');
    const server = await startEmbedded(await embeddedOptions(mount));
    const agent = socketAgent(server.socketPath);
    const ask = async (body: string): ReturnType<typeof rawRequest> => rawRequest(agent, '', { body });
    await ask('CREATE TABLE t (x String CODEC(NONE)) ENGINE = MergeTree ORDER BY tuple()');
    await ask('SYSTEM STOP MERGES t');
    let acknowledged = 0;
    let refusal = '';
    while (refusal === '') {
      const answer = await ask('INSERT INTO t SELECT randomString(1000) FROM numbers(5000)');
      if (answer.status === 200) acknowledged += 5000;
      else refusal = answer.body.toString();
    }
    expect(refusal).toMatch(/NOT_ENOUGH_SPACE/);
    const kept = `${acknowledged}\t${acknowledged * 1000}\n`;
    expect((await ask('SELECT count(), sum(length(x)) FROM t')).body.toString()).toBe(kept);
    writeFileSync(join(mount, 'filler'), Buffer.alloc(24 * 1024 * 1024));
    for (const change of [
      'CREATE TABLE other (n UInt8) ENGINE = Memory',
      'ALTER TABLE t ADD COLUMN y UInt8',
    ]) {
      expect((await ask(change)).headers['x-clickhouse-exception-code']).toBe('243');
    }
    agent.destroy();
    await server.release();
    await processEnd(server.pid);
    const again = await startEmbedded(await embeddedOptions(mount));
    const answer = await rawRequest(socketAgent(again.socketPath), '', {
      body: 'SELECT count(), sum(length(x)) FROM t',
    });
    expect(answer.body.toString()).toBe(kept);
    await again.release();
    await processEnd(again.pid);
    expect(acknowledged).toBeGreaterThan(0);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { readRunStatus } from '../../../src/engine/run-lock.ts';
import { until } from '../embedded/start-server.ts';
import { runCli, startCli } from './run-cli.ts';

const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-cli-'));
const source = join(folder, 'history', 'projects');
const known = await generateHistory({
  output: join(folder, 'history'),
  lines: 20_000,
  seed: 5,
  endMs: Date.UTC(2026, 10, 20),
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

const migrateArgs = (dataDir: string): string[] => [
  'migrate',
  '--source',
  source,
  '--data-dir',
  dataDir,
  '--json',
];

/** A migration in small batches, so that there is something to interrupt; it has come to its first lines. */
async function startSlowly(dataDir: string): Promise<ReturnType<typeof startCli>> {
  const started = startCli([...migrateArgs(dataDir), '--batch-size', '200']);
  await until(async () => {
    if (started.process.exitCode !== null) throw new Error('It was over before it could be interrupted');
    return ((await readRunStatus(dataDir))?.progress?.records ?? 0) > 0;
  });
  return started;
}

async function linesIn(dataDir: string): Promise<number> {
  const { stdout } = await runCli('sql', 'SELECT count() FROM lines', '--data-dir', dataDir);
  return Number(stdout);
}

async function expectComplete(dataDir: string): Promise<void> {
  const { code, stdout } = await runCli(...migrateArgs(dataDir));
  expect(code).toBe(0);
  const { receipt, totals } = JSON.parse(stdout) as Record<'receipt' | 'totals', Record<string, number>>;
  const { files, bytes, lines, records, rejects, blanks, pending } = known;
  expect(receipt).toMatchObject({ files, bytes, lines, records, rejects, blanks, pending });
  expect(totals).toMatchObject({ responses: known.responses, output_tokens: known.outputTokens });
  expect(await linesIn(dataDir)).toBe(known.records + known.rejects);
  const doubled = await runCli(
    'sql',
    'SELECT count() - uniqExact(source, root, file, generation, offset) FROM lines',
    '--data-dir',
    dataDir,
  );
  expect(doubled.stdout).toBe('0\n');
}

describe('a migration that is interrupted', () => {
  it('stops cleanly on Ctrl-C with exit code 130, and a second one continues', async () => {
    const dataDir = join(folder, 'ctrl-c');
    const { process: child, result } = await startSlowly(dataDir);
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect((JSON.parse(stdout) as { status: string }).status).toBe('cancelled');
    const before = await linesIn(dataDir);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(known.records + known.rejects);
    await expectComplete(dataDir);
  });

  it('loses and doubles nothing when it is killed', async () => {
    const dataDir = join(folder, 'killed');
    for (const wait of [0, 60, 170]) {
      const { process: child, result } = await startSlowly(dataDir);
      // A moment of its own for each round: in an insert, between two, in a checkpoint.
      await new Promise((resolve) => setTimeout(resolve, wait));
      child.kill('SIGKILL');
      await result;
    }
    // Of the last one only its lines tell.
    const status = await runCli('status', '--json', '--data-dir', dataDir);
    const { last_run: lastRun } = JSON.parse(status.stdout) as {
      last_run: { run_id: string; imported_lines: number };
    };
    const ofLastRun = `SELECT count() FROM lines WHERE run_id = '${lastRun.run_id}'`;
    const counted = await runCli('sql', ofLastRun, '--data-dir', dataDir);
    expect(lastRun.imported_lines).toBe(Number(counted.stdout));
    await expectComplete(dataDir);
  });

  it('goes on when nobody reads its notes any more', async () => {
    const dataDir = join(folder, 'unheard');
    const { process: child, result } = startCli([
      ...migrateArgs(dataDir),
      '--batch-size',
      '200',
      '--verbose',
    ]);
    child.stderr?.once('data', () => child.stderr?.destroy());
    const { code, stdout } = await result;
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { status: string }).status).toBe('completed');
  });

  it('lets only one run at a time work on a data directory', async () => {
    const dataDir = join(folder, 'two');
    const first = await startSlowly(dataDir);
    const second = await runCli(...migrateArgs(dataDir));
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('Another migration is running');
    expect((await first.result).code).toBe(0);
    await expectComplete(dataDir);
  });
});

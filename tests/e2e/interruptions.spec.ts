import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { appFolder, endOfRun, environmentOf, expect, makeHistory, openMigrate, test } from './tokenhouse.ts';
import type { Tokenhouse } from './tokenhouse.ts';

async function bytesDone({ ask }: Tokenhouse): Promise<number> {
  const state = await ask('getRun');
  return 'progress' in state ? (state.progress?.bytesDone ?? 0) : Infinity;
}

/** Waits until the run is in its middle. */
async function someBytes(tokenhouse: Tokenhouse): Promise<void> {
  await expect.poll(() => bytesDone(tokenhouse), { intervals: [20], timeout: 60_000 }).toBeGreaterThan(0);
}

test('a paused run stands still, goes on where it was, and accounts for everything', async ({
  computer,
  start,
}) => {
  const { folder, totals } = await makeHistory(computer, 40_000);
  const tokenhouse = await start();
  const { page, ask } = tokenhouse;
  await ask('addRoots', [folder]);
  await openMigrate(page);
  // Small batches, so that the run is in the middle for long enough.
  await ask('startRun', { batchRows: 500 });
  await someBytes(tokenhouse);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Paused', level: 1 })).toBeVisible();
  expect((await ask('getRun')).status).toBe('paused');

  // What is on its way is still finished; then nothing moves.
  let before = -1;
  await expect
    .poll(
      async () => {
        const now = await bytesDone(tokenhouse);
        const isStill = now === before;
        before = now;
        return isStill;
      },
      { intervals: [1000] },
    )
    .toBe(true);
  expect(await ask('getLastKnown')).toMatchObject({ status: 'paused' });

  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  expect(await endOfRun(tokenhouse)).toMatchObject({
    status: 'completed',
    receipt: { lines: totals.lines, records: totals.records },
  });
});

test('a run whose process died is told of at the next start and resumed from the window', async ({
  computer,
  start,
}) => {
  const { folder, totals } = await makeHistory(computer, 20_000);
  const first = await start();
  await first.ask('addRoots', [folder]);
  await first.ask('startRun', { batchRows: 500 });
  await someBytes(first);
  const ended = once(first.app.process(), 'exit');
  first.app.process().kill('SIGKILL');
  await ended;

  const second = await start();
  await openMigrate(second.page);
  const notice = second.page.getByRole('region', { name: /was interrupted$/ });
  await expect(notice).toBeVisible({ timeout: 60_000 });
  await expect(second.page.getByRole('table', { name: 'Runs' }).getByText('Interrupted')).toBeVisible();
  await notice.getByRole('button', { name: 'Resume' }).click();
  const report = await endOfRun(second);
  expect(report).toMatchObject({
    status: 'completed',
    receipt: { lines: totals.lines, records: totals.records },
  });
  expect(report.receipt.imported.lines).toBeLessThan(totals.lines);
  expect(await second.ask('getTotals')).toMatchObject({ responses: totals.responses });
  const [latest, earlier] = await second.ask('listRuns');
  expect([latest?.status, earlier?.status]).toEqual(['completed', 'interrupted']);
});

test('a run of the command line is shown as it goes, and nothing can be started meanwhile', async ({
  computer,
  start,
}) => {
  const { folder, totals } = await makeHistory(computer, 40_000);
  const { page, ask } = await start();
  await ask('addRoots', [folder]);
  await ask('getTotals');
  await openMigrate(page);
  const options = ['--data-dir', computer.profile, '--source', folder, '--batch-size', '500', '--quiet'];
  const cli = spawn(process.execPath, [join(appFolder, 'out', 'main', 'cli.js'), 'migrate', ...options], {
    env: environmentOf(computer),
    stdio: 'ignore',
  });
  const ended = once(cli, 'exit');
  await expect(page.getByRole('region', { name: `Another process (${cli.pid})` })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Migrate/ }).last()).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(ask('startRun', {})).rejects.toThrow(/run-in-progress.*Nothing was started/);
  await expect(page.getByRole('progressbar')).toBeVisible();

  expect(await ended).toEqual([0, null]);
  await expect.poll(async () => (await ask('getRun')).status).toBe('idle');
  await expect(page.getByRole('table', { name: 'Runs' }).getByText('Completed')).toBeVisible();
  await expect
    .poll(async () => {
      const database = await ask('getDatabase');
      return database.status === 'ready' ? database.lines : 0;
    })
    .toBe(totals.records + totals.rejects);
  await expect.poll(async () => (await ask('getDiscovery')).pendingFiles).toBe(0);
});

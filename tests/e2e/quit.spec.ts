import { endOfRun, expect, makeHistory, test } from './tokenhouse.ts';

test('quitting during a migration asks nothing, ends soon, and the next start completes it exactly', async ({
  computer,
  start,
}) => {
  const { folder, totals } = await makeHistory(computer, 20_000);
  const first = await start();
  await first.ask('addRoots', [folder]);
  // Small batches, so that the run is in the middle for long enough.
  await first.ask('startRun', { batchRows: 500 });
  await expect
    .poll(
      async () => {
        const state = await first.ask('getRun');
        return 'progress' in state ? (state.progress?.bytesDone ?? 0) : Infinity;
      },
      { intervals: [20], timeout: 30_000 },
    )
    .toBeGreaterThan(0);
  expect((await first.ask('getRun')).status).toBe('running');

  const startedMs = Date.now();
  await first.close();
  expect(Date.now() - startedMs).toBeLessThan(10_000);

  const second = await start();
  await second.ask('startRun', {});
  const report = await endOfRun(second);
  expect(report).toMatchObject({
    status: 'completed',
    receipt: { lines: totals.lines, records: totals.records },
  });
  expect(await second.ask('getTotals')).toMatchObject({
    responses: totals.responses,
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
  });
  const database = await second.ask('getDatabase');
  expect(database).toMatchObject({ status: 'ready' });
});

test('cancelling in the window keeps what was acknowledged and says so', async ({ computer, start }) => {
  const { folder } = await makeHistory(computer, 40_000);
  const { page, ask, ...rest } = await start();
  await ask('addRoots', [folder]);
  await ask('startRun', { batchRows: 500 });
  await page
    .getByRole('button', { name: /Migrate|Show the migration/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const report = await endOfRun({ page, ask, ...rest });
  expect(report.status).toBe('cancelled');
  await expect(page.getByText(/^Cancelled after/).first()).toBeVisible();
});

import type { Page } from '@playwright/test';
import { expect, makeHistory, test } from './tokenhouse.ts';

/** Cells of a row of the receipt: files, bytes, lines, records, rejects, blanks, pending. */
async function receiptRow(page: Page, name: string): Promise<string[]> {
  const row = page.getByRole('table', { name: 'Receipt' }).getByRole('row', { name });
  return row.getByRole('cell').allTextContents();
}

test('from an empty profile to a receipt, and everything is still there after a restart', async ({
  computer,
  start,
}) => {
  const { folder, totals } = await makeHistory(computer, 400);
  const first = await start();
  await test.step('an empty computer says where was looked and offers the way on', async () => {
    await expect(first.page.getByRole('heading', { name: 'No Claude Code history was found' })).toBeVisible();
    await expect(first.page.getByRole('region', { name: 'Database' })).toContainText('Embedded ClickHouse');
  });

  await test.step('the picked folder is scanned', async () => {
    await first.stubFolderDialog(folder);
    await first.page.getByRole('button', { name: 'Add folder' }).first().click();
    await expect(first.page.getByRole('button', { name: /^Migrate \d+ files$/ })).toBeEnabled();
    expect(await first.ask('getDiscovery')).toMatchObject({
      status: 'done',
      roots: [{ path: folder, origin: 'added', state: 'present' }],
    });
  });

  await test.step('the migration ends with a receipt that accounts for every line', async () => {
    await first.page.getByRole('button', { name: /^Migrate \d+ files$/ }).click();
    await expect(first.page.getByRole('table', { name: 'Receipt' })).toBeVisible({ timeout: 60_000 });
    const cells = await receiptRow(first.page, 'Imported in this run');
    expect(cells.slice(2).map(Number)).toEqual([
      totals.lines,
      totals.records,
      totals.rejects,
      totals.blanks,
      totals.pending,
    ]);
    await expect(first.page.getByText('The account adds up.')).toBeVisible();
  });
  const expected = {
    responses: totals.responses,
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    cacheReadTokens: totals.cacheReadTokens,
    cacheWrite5mTokens: totals.cacheWrite5mTokens,
    cacheWrite1hTokens: totals.cacheWrite1hTokens,
  };
  expect(await first.ask('getTotals')).toMatchObject(expected);
  await first.close();

  const second = await start();
  await expect(second.page.getByRole('button', { name: 'Nothing to migrate' })).toBeVisible();
  expect(await second.ask('getTotals')).toMatchObject(expected);
  expect(await second.ask('getSettings')).toMatchObject({ addedRoots: [folder] });
  expect(await second.ask('listRuns')).toMatchObject([
    { status: 'completed', receipt: { lines: totals.lines } },
  ]);
  expect(await second.ask('getDiscovery')).toMatchObject({ pendingFiles: 0 });
});

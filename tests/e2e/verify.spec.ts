import { AxeBuilder } from '@axe-core/playwright';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { VerificationReport } from '../../src/shared/verification.ts';
import { endOfRun, expect, makeHistory, runPhase, test, type Tokenhouse } from './tokenhouse.ts';

async function transcriptsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.jsonl')).toSorted();
}

/** Changes one letter of a text in the file, and neither its size nor its time. */
async function changeOneByte(path: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  const bytes = await readFile(path);
  const at = bytes.indexOf('"text":"') + '"text":"'.length;
  if (at < '"text":"'.length) throw new Error(`${path} has no text`);
  bytes[at] = bytes[at] === 0x78 ? 0x79 : 0x78;
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
}

async function cutLastLine(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const end = text.trimEnd().lastIndexOf('\n');
  await writeFile(path, text.slice(0, end + 1));
}

async function openVerify(page: Page): Promise<void> {
  await page.getByLabel('Screens and database').getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Verify|Verifying/);
}

async function endOfVerification({ ask }: Tokenhouse): Promise<VerificationReport> {
  for (;;) {
    const view = await ask('getVerification');
    if (view.status === 'failed') throw new Error(view.failure.message);
    if (view.status === 'done') return view.report;
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

test('a history passes, damaged files are found and mended, and the report is exported', async ({
  computer,
  start,
}) => {
  const { folder } = await makeHistory(computer, 800);
  const tokenhouse = await start();
  const { app, page, ask } = tokenhouse;
  await ask('addRoots', [folder]);
  await ask('startRun', {});
  expect(await endOfRun(tokenhouse)).toMatchObject({ status: 'completed', verified: false });

  await openVerify(page);
  await expect(page.getByRole('heading', { name: 'Never verified' })).toBeVisible();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByRole('heading', { name: 'Passed' })).toBeVisible({ timeout: 60_000 });
  expect(await ask('getRun')).toMatchObject({ report: { verified: true } });
  await page.getByLabel('Screens and database').getByRole('button', { name: 'Migrate' }).click();
  await expect(page.getByText('Verified: the files on disk')).toBeVisible();
  await page.getByRole('link', { name: 'Show the verification' }).click();
  await expect(page.getByRole('heading', { name: 'Passed' })).toBeVisible();

  const [first = '', second = ''] = await transcriptsIn(folder);
  await changeOneByte(join(folder, first));
  await cutLastLine(join(folder, second));
  await page.getByRole('button', { name: 'Verify again' }).click();
  await expect(page.getByRole('heading', { name: 'Found wanting' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('tab', { name: /^Files/ }).click();
  const table = page.getByRole('grid', { name: 'Files, on disk and in the database' });
  await page.getByRole('combobox', { name: 'Verdict' }).click();
  await page.getByRole('option', { name: 'Differs (2)' }).click();
  for (const file of [first, second]) await expect(table.getByText(file.slice(0, 60)).first()).toBeAttached();

  const target = join(computer.home, 'report.html');
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path });
  }, target);
  await page.getByRole('button', { name: 'Export HTML' }).click();
  await expect(page.getByText('The report was written')).toBeVisible();
  const html = await readFile(target, 'utf8');
  expect(html).toContain('Found wanting');
  expect(html).toContain(first.split('/').at(-1));

  await page.getByRole('tab', { name: /^Findings/ }).click();
  await page.getByRole('button', { name: 'Import 2 files again' }).first().click();
  await expect(page.getByRole('heading', { name: 'Mending' })).toBeVisible();
  let report = await endOfVerification(tokenhouse);
  expect(report.files).toMatchObject({ differs: 0, onlyOnDisk: 0 });
  // The response of the line that is gone is counted until the stored lines are parsed again.
  if (report.result === 'wanting') {
    await page.getByRole('button', { name: 'Parse the stored lines again' }).first().click();
    await expect(page.getByRole('heading', { name: 'Mending' })).toBeVisible();
    report = await endOfVerification(tokenhouse);
  }
  expect(report).toMatchObject({ result: 'passed', findings: [] });
  await expect(page.getByRole('heading', { name: 'Passed' })).toBeVisible();
  await page.getByRole('tab', { name: /^History [34]$/ }).click();
  const history = page.getByRole('table', { name: 'Verifications' });
  await expect(history.getByText('Found wanting').first()).toBeVisible();
  await history.getByRole('button').nth(1).click();
  await expect(page.getByText(/An earlier verification, of/)).toBeVisible();
  await page.getByRole('tab', { name: /^History/ }).click();
  await history.getByRole('button').last().click();
  // The first of all, read back from the database without its equal files: it says what it said.
  await expect(page.getByRole('heading', { name: 'Passed' })).toBeVisible();
  await expect(
    page.getByText(/^\d+ files with [\d,]+ imported lines were read again from disk/),
  ).toBeVisible();
  await expect(page.getByText(/files, \d+ not listed$/)).toBeVisible();
  await page.getByRole('button', { name: 'Show the newest' }).click();
  await expect(page.getByRole('heading', { name: 'Passed' })).toBeVisible();
});

test('what keeps in step is ended for a verification and goes on afterwards', async ({ computer, start }) => {
  const { folder } = await makeHistory(computer, 400);
  const tokenhouse = await start();
  const { ask } = tokenhouse;
  await ask('addRoots', [folder]);
  await ask('changeSettings', { sync: true });
  await ask('startRun', {});
  await expect.poll(() => runPhase(tokenhouse), { timeout: 60_000 }).toBe('watching');
  await ask('startVerification', {});
  await expect(ask('startRun', {})).rejects.toThrow('A verification is running');
  expect(await endOfVerification(tokenhouse)).toMatchObject({ result: 'passed' });
  await expect.poll(() => runPhase(tokenhouse), { timeout: 60_000 }).toBe('watching');
});

test('diagnostics are copied from the Help menu', async ({ start }) => {
  const { app, ask } = await start();
  await ask('getTotals');
  const told = await app.evaluate(async ({ clipboard, dialog, Menu }) => {
    await clipboard.writeText('');
    const telling = new Promise<string>((resolve) => {
      const stub = (...given: unknown[]) => {
        resolve((given.at(-1) as { message: string }).message);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      };
      Object.assign(dialog, { showMessageBox: stub });
    });
    const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help');
    help?.submenu?.items.find(({ label }) => label === 'Copy Diagnostics')?.click();
    return [await telling, clipboard.readText()];
  });
  expect(told[0]).toBe('The diagnostics are on the clipboard');
  expect(told[1]).toMatch(/^Tokenhouse diagnostics of /);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the Verify screen is accessible in the ${colorScheme} theme`, async ({ computer, start }) => {
    const { folder } = await makeHistory(computer, 800);
    const tokenhouse = await start();
    const { page, ask } = tokenhouse;
    await ask('changeSettings', { colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await ask('addRoots', [folder]);
    await ask('startRun', {});
    await endOfRun(tokenhouse);
    await openVerify(page);
    await expect(page.getByRole('heading', { name: 'Never verified' })).toBeVisible();
    expect(await violations(page), 'first time').toEqual([]);
    const [first = ''] = await transcriptsIn(folder);
    await changeOneByte(join(folder, first));
    await page.getByRole('button', { name: 'Verify now' }).click();
    await expect(page.getByRole('heading', { name: 'Found wanting' })).toBeVisible({ timeout: 60_000 });
    for (const tab of ['Findings', 'Files', 'Totals', 'Checks', 'History']) {
      await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      expect(await violations(page), tab).toEqual([]);
    }
  });
}

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { endOfRun, expect, makeHistory, openMigrate, runPhase, test } from './tokenhouse.ts';

async function violations(page: Page): Promise<string[]> {
  // In legacy mode axe stays in the page: its other way opens a page of its own, which Electron has none for.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`both screens are accessible in the ${colorScheme} theme, before, and after a migration`, async ({
    computer,
    start,
  }) => {
    const { folder } = await makeHistory(computer, 400);
    const tokenhouse = await start();
    const { page, ask } = tokenhouse;
    await ask('changeSettings', { colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    const screens = page.getByLabel('Screens and database');
    await expect(page.getByRole('heading', { name: 'No Claude Code history was found' })).toBeVisible();
    expect(await violations(page), 'empty sources').toEqual([]);

    await ask('addRoots', [folder]);
    await expect(page.getByRole('button', { name: /^Migrate \d+ files$/ })).toBeEnabled();
    expect(await violations(page), 'sources').toEqual([]);
    await screens.getByRole('button', { name: 'Migrate' }).click();
    await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
    expect(await violations(page), 'migrate').toEqual([]);

    await ask('startRun', {});
    await endOfRun(tokenhouse);
    await expect(page.getByRole('table', { name: 'Receipt' })).toBeVisible();
    expect(await violations(page), 'receipt').toEqual([]);
    await screens.getByRole('button', { name: 'Sources' }).click();
    await expect(page.getByRole('button', { name: 'Nothing to migrate' })).toBeVisible();
    expect(await violations(page), 'sources after the migration').toEqual([]);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a paused run and the database in step are accessible in the ${colorScheme} theme`, async ({
    computer,
    start,
  }) => {
    const { folder } = await makeHistory(computer, 8000);
    const tokenhouse = await start();
    const { page, ask } = tokenhouse;
    await ask('changeSettings', { colorScheme });
    await ask('addRoots', [folder]);
    await openMigrate(page);
    await ask('changeSettings', { sync: true });
    await ask('startRun', { batchRows: 500 });
    await ask('pauseRun');
    await expect(page.getByRole('heading', { name: 'Paused', level: 1 })).toBeVisible();
    expect(await violations(page), 'paused').toEqual([]);
    await ask('continueRun');
    await expect.poll(() => runPhase(tokenhouse), { timeout: 60_000 }).toBe('watching');
    await expect(page.getByRole('heading', { name: 'In step', level: 1 })).toBeVisible();
    expect(await violations(page), 'in step').toEqual([]);
  });
}

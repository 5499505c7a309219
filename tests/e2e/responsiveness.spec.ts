import type { ElectronApplication } from '@playwright/test';
import { endOfRun, expect, makeHistory, openMigrate, test, type Tokenhouse } from './tokenhouse.ts';

const mostMs = 50;

/** The two longest stalls, longest first. */
type Watched = typeof globalThis & { stallsMs?: number[] };

/**
 * Sets a short timer again and again in the main process, and notes how late it was at worst and at second worst.
 *
 * Time in which the main thread could have run but got no processor is taken off where the system tells it (Linux,
 * second number of schedstat): that is other programs, not ours. Waiting for a disk stays in.
 */
async function watchMainProcess(app: ElectronApplication): Promise<void> {
  await app.evaluate(() => {
    const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
    const file = '/proc/self/schedstat';
    const isKnown = existsSync(file);
    const withoutProcessorMs = () => (isKnown ? Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e6 : 0);
    const everyMs = 5;
    const watched = globalThis as Watched;
    watched.stallsMs = [0, 0];
    let lastMs = performance.now();
    let lastWithoutMs = withoutProcessorMs();
    setInterval(() => {
      const nowMs = performance.now();
      const withoutMs = withoutProcessorMs();
      const stallMs = nowMs - lastMs - (withoutMs - lastWithoutMs) - everyMs;
      watched.stallsMs = [...(watched.stallsMs ?? []), stallMs].toSorted((a, b) => b - a).slice(0, 2);
      lastMs = nowMs;
      lastWithoutMs = withoutMs;
    }, everyMs);
  });
}

function longestStalls(app: ElectronApplication): Promise<number[]> {
  return app.evaluate(() => (globalThis as Watched).stallsMs ?? []);
}

async function scanAndMigrate({ app, ask, page, ...rest }: Tokenhouse, folder: string): Promise<number[]> {
  await ask('getTotals');
  await watchMainProcess(app);
  await ask('addRoots', [folder]);
  await expect.poll(async () => (await ask('getDiscovery')).status, { timeout: 30_000 }).toBe('done');
  await page.getByLabel('Screens and database').getByRole('button', { name: 'Migrate' }).click();
  await ask('startRun', {});
  const report = await endOfRun({ app, ask, page, ...rest });
  expect(report.status).toBe('completed');
  return longestStalls(app);
}

// The longest stall may be one collection of garbage or one page fault; work of ours that blocks does so again and again.
test(`the main process does not block for more than ${mostMs} ms during a scan and a migration`, async ({
  computer,
  start,
}) => {
  const { folder } = await makeHistory(computer, 60_000, 'history');
  const stalls = await scanAndMigrate(await start(), folder);
  test
    .info()
    .annotations.push({ type: 'longest stalls (ms)', description: stalls.map(Math.round).join(', ') });
  expect(stalls[1]).toBeLessThanOrEqual(mostMs);
});

// Whatever changes is seen ten times a second: a layout of the whole screen for each frame is what holds the page up.
test('what moves during a migration does not lay out the screen', async ({ computer, start }) => {
  const { folder } = await makeHistory(computer, 20_000, 'history');
  const tokenhouse = await start();
  const { ask, page } = tokenhouse;
  await ask('addRoots', [folder]);
  await expect.poll(async () => (await ask('getDiscovery')).status, { timeout: 30_000 }).toBe('done');
  await openMigrate(page);
  await page.evaluate(() => {
    const moved = new Set<string>();
    document.addEventListener('transitionrun', ({ propertyName }) => moved.add(propertyName));
    Object.assign(window, { moved });
  });
  await ask('startRun', {});
  await endOfRun(tokenhouse);
  const seen = await page.evaluate(() => ({
    moved: [...((window as Window & { moved?: Set<string> }).moved ?? [])],
    // With its size from the window alone, the content is not laid out with and without a scroll bar.
    contain: getComputedStyle(document.querySelector('.screen__body') ?? document.body).contain,
  }));
  expect(seen.moved).toContain('transform');
  expect(seen.moved.filter((name) => /width|height|left|right|top|bottom|margin|padding/.test(name))).toEqual(
    [],
  );
  expect(seen.contain).toBe('strict');
});

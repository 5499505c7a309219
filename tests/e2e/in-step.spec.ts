import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  argumentsFor,
  endOfRun,
  environmentOf,
  expect,
  makeHistory,
  openMigrate,
  runPhase,
  test,
} from './tokenhouse.ts';
import type { Computer } from './tokenhouse.ts';

/** A line as Claude Code writes it. */
function line(text: string): string {
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ type: 'user', uuid: crypto.randomUUID(), timestamp, message: { role: 'user', content: text } })}\n`;
}

async function someTranscript(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const name = names.toSorted().find((candidate) => candidate.endsWith('.jsonl'));
  if (name === undefined) throw new Error(`There is no transcript in ${folder}`);
  return join(folder, name);
}

test('a line that is written shows up while the database is kept in step, and stopping ends the run as completed', async ({
  computer,
  start,
}) => {
  const { folder, totals } = await makeHistory(computer, 400);
  const tokenhouse = await start();
  const { page, ask } = tokenhouse;
  await ask('addRoots', [folder]);
  await openMigrate(page);
  await page.getByRole('switch', { name: /^Keep in step/ }).check({ force: true });
  await page.getByRole('button', { name: /^Migrate \d+ files$/ }).click();
  await expect(page.getByRole('heading', { name: 'In step', level: 1 })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByLabel('Screens and database').getByText('in step')).toBeVisible();
  await expect(page.getByText('none yet')).toBeVisible();

  await appendFile(await someTranscript(folder), line('one more'));
  const cameIn = page
    .getByRole('region', { name: 'In step' })
    .locator('.figure', { hasText: 'Lines that came in' });
  await expect(cameIn.locator('dd')).toHaveText('1');
  await expect
    .poll(async () => {
      const database = await ask('getDatabase');
      return database.status === 'ready' ? database.lines : 0;
    })
    .toBe(totals.records + totals.rejects + 1);
  await expect.poll(async () => (await ask('getDiscovery')).byState.grown).toBe(0);

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  expect(await endOfRun(tokenhouse)).toMatchObject({ status: 'completed' });
  await expect(page.getByText('The account adds up.')).toBeVisible();
  expect(await ask('getSettings')).toMatchObject({ sync: false });
});

test('closing the window while the database is kept in step ends the application cleanly, also without a tray', async ({
  computer,
  start,
}) => {
  const { folder } = await makeHistory(computer, 400);
  const first = await start();
  await first.ask('addRoots', [folder]);
  await first.ask('changeSettings', { sync: true, tray: true });
  await first.ask('startRun', {});
  await expect.poll(() => runPhase(first), { timeout: 60_000 }).toBe('watching');
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  expect(await ended).toBe(0);

  await appendFile(await someTranscript(folder), line('written while nobody looked'));
  const second = await start();
  await expect.poll(() => runPhase(second), { timeout: 60_000 }).toBe('watching');
  const [last] = await second.ask('listRuns');
  expect(last).toMatchObject({ status: 'completed' });
  expect(await second.ask('getLastKnown')).toMatchObject({ status: 'watching' });
  await expect.poll(async () => (await second.ask('getDiscovery')).pendingFiles).toBe(0);
});

test('other folders are kept in step as well from the moment they are added', async ({ computer, start }) => {
  const one = await makeHistory(computer, 100, 'one');
  const other = await makeHistory(computer, 100, 'other');
  const tokenhouse = await start();
  const { ask } = tokenhouse;
  await ask('addRoots', [one.folder]);
  await ask('changeSettings', { sync: true });
  await ask('startRun', {});
  await expect.poll(() => runPhase(tokenhouse), { timeout: 60_000 }).toBe('watching');
  const filesOf = async () => {
    const state = await ask('getRun');
    return 'progress' in state ? (state.progress?.watch?.files ?? 0) : 0;
  };
  const before = await filesOf();
  await ask('addRoots', [other.folder]);
  await expect.poll(filesOf, { timeout: 60_000 }).toBe(2 * before);
});

/** A desktop whose bus says that somebody shows tray icons. */
async function withTray({ home }: Computer): Promise<Record<string, string>> {
  const folder = join(home, 'bin');
  await mkdir(folder);
  await writeFile(join(folder, 'dbus-send'), '#!/bin/sh\necho "   boolean true"\n', { mode: 0o755 });
  const bus = `unix:path=${join(home, 'no-bus')}`;
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}`, DBUS_SESSION_BUS_ADDRESS: bus };
}

test('with a tray, closing the window leaves the database in step, and a second start brings the window back', async ({
  computer,
  start,
}) => {
  const { folder } = await makeHistory(computer, 400);
  const tokenhouse = await start(await withTray(computer));
  const { app, ask } = tokenhouse;
  await ask('addRoots', [folder]);
  await ask('changeSettings', { sync: true, tray: true });
  await ask('startRun', {});
  await expect.poll(() => runPhase(tokenhouse), { timeout: 60_000 }).toBe('watching');
  const windows = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(windows).toBe(0);

  await appendFile(await someTranscript(folder), line('written while the window is closed'));
  const comesBack = app.waitForEvent('window');
  const second = spawn(app.process().spawnfile, argumentsFor(computer), {
    env: environmentOf(computer),
    stdio: 'ignore',
  });
  await once(second, 'exit');
  const page = await comesBack;
  await page.waitForLoadState('load');
  await openMigrate(page);
  const cameIn = page
    .getByRole('region', { name: 'In step' })
    .locator('.figure', { hasText: 'Lines that came in' });
  await expect(cameIn.locator('dd')).toHaveText('1');
  const ended = once(app.process(), 'exit');
  await app.evaluate(({ app }) => app.quit());
  expect((await ended)[0]).toBe(0);
});

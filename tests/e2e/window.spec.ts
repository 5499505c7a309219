import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { argumentsFor, environmentOf, expect, test } from './tokenhouse.ts';

test('a second start ends by itself and brings the first window to the front', async ({
  computer,
  start,
}) => {
  const { app } = await start();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const second = spawn(app.process().spawnfile, argumentsFor(computer), {
    env: environmentOf(computer),
    stdio: 'ignore',
  });
  const [code] = (await once(second, 'exit')) as [number | null];
  expect(code).toBe(0);
  await expect
    .poll(() =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible())),
    )
    .toEqual([true]);
});

test('the window remembers its size and place, and comes back from a screen that is gone', async ({
  start,
}) => {
  const first = await start();
  const wanted = { x: 20, y: 40, width: 1100, height: 720 };
  await first.app.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    wanted,
  );
  await first.close();

  const second = await start();
  const bounds = () =>
    second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(await bounds()).toMatchObject({ width: 1100, height: 720 });
  await second.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: -5000, y: -5000, width: 1100, height: 720 }),
  );
  await second.close();

  const third = await start();
  const { x = -1, y = -1 } =
    (await third.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())) ?? {};
  expect(x).toBeGreaterThanOrEqual(0);
  expect(y).toBeGreaterThanOrEqual(0);
});

test('the native menu leads to both screens and adds folders', async ({ computer, start }) => {
  const { app, page, ask, stubFolderDialog } = await start();
  const choose = (...labels: string[]) =>
    app.evaluate(({ Menu }, path) => {
      let items = Menu.getApplicationMenu()?.items ?? [];
      for (const label of path) {
        const item = items.find((candidate) => candidate.label.replace('&', '') === label);
        if (item === undefined) throw new Error(`There is no ${label} in the menu`);
        if (item.submenu) items = item.submenu.items;
        else item.click();
      }
    }, labels);

  await choose('View', 'Migrate');
  await expect(page.getByRole('heading', { name: 'Migrate', level: 1 })).toBeVisible();
  await choose('View', 'Sources');
  await expect(page.getByRole('heading', { name: 'Migrate', level: 1 })).toBeHidden();

  await stubFolderDialog(computer.home);
  await choose('File', 'Add Folder…');
  await expect.poll(async () => (await ask('getSettings')).addedRoots).toEqual([computer.home]);
});

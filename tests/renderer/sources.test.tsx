import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { readyDatabase } from './fake-api.ts';
import { makeFiles, roots } from './fake-files.ts';
import { renderApp } from './render-app.tsx';

const empty = { ...readyDatabase, lines: 0 };
const files = makeFiles(60, Date.now());
const text = (element: Element | null) => (element?.textContent ?? '').replaceAll('\u00a0', ' ');

test('the first start shows the own history and one thing to do', async () => {
  const fake = renderApp({ files, database: empty, step: 0 });
  expect(await screen.findByRole('heading', { level: 1, name: 'Your Claude Code history' })).toBeDefined();
  expect(await screen.findByText(/deleted within a week/)).toBeDefined();
  fireEvent.click(await screen.findByRole('button', { name: /^Migrate 5\d.files$/ }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Migrating' })).toBeDefined();
  expect(fake.calls.map(([name]) => name)).toContain('startRun');
});

test('the folders are listed with their state, and only added ones can be removed', async () => {
  const fake = renderApp({ files });
  const table = await screen.findByRole('table', { name: 'Folders' });
  expect(await within(table).findByText('Not there')).toBeDefined();
  const [remove, ...others] = within(table).getAllByRole('button', { name: /^Remove/ });
  expect(others).toEqual([]);
  fireEvent.click(remove!);
  await expect.poll(() => fake.calls).toContainEqual(['removeRoot', roots[2]?.path]);
});

test('search, state and sort work together with the sums', async () => {
  renderApp({ files });
  const grid = await screen.findByRole('grid', { name: 'Files' });
  await within(grid).findByText(/^60.files$/);
  fireEvent.change(screen.getByRole('textbox', { name: 'Search files' }), {
    target: { value: 'ledger-sync' },
  });
  const count = files.filter(({ project }) => project.includes('ledger-sync')).length;
  expect(text(await within(grid).findByText(/ of 60.files$/))).toBe(`${count} of 60 files`);
  fireEvent.click(within(grid).getByRole('button', { name: 'Size' }));
  expect(within(grid).getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe(
    'descending',
  );
  fireEvent.change(screen.getByRole('textbox', { name: 'Search files' }), { target: { value: 'zzz' } });
  expect(await within(grid).findByText(/No file matches/)).toBeDefined();
});

test('rows are selected by keyboard, and the status bar shows the whole path', async () => {
  renderApp({ files });
  const grid = await screen.findByRole('grid', { name: 'Files' });
  await within(grid).findByText(/^60.files$/);
  fireEvent.keyDown(grid, { key: 'End' });
  expect(grid.getAttribute('aria-activedescendant')).toMatch(/^row:/);
  expect(screen.getByRole('button', { name: 'Copy path of the selected file' })).toBeDefined();
  fireEvent.keyDown(grid, { key: 'Escape' });
  expect(grid.getAttribute('aria-activedescendant')).toBeNull();
});

test('without any folder it says where it looked', async () => {
  const missing = roots.slice(0, 2).map((root) => ({ ...root, state: 'missing' as const }));
  const fake = renderApp({ files: [], roots: missing, database: empty });
  expect(await screen.findByText('No Claude Code history was found')).toBeDefined();
  expect(screen.getByText('/home/ines/.config/claude/projects')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Add folder' }));
  await expect.poll(() => fake.calls.map(([name]) => name)).toContain('pickFolder');
});

test('limits are sent with the scan and with the migration', async () => {
  const fake = renderApp({ files, step: 0 });
  await screen.findByRole('button', { name: /^Migrate 5\d/ });
  fireEvent.click(screen.getByRole('button', { name: 'Limit files' }));
  fireEvent.change(await screen.findByRole('textbox', { name: 'Path pattern' }), {
    target: { value: '-home-*' },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Scan with these limits', hidden: true }));
  const filters = { order: 'newest', pattern: '-home-*' };
  await expect.poll(() => fake.calls).toContainEqual(['startDiscovery', filters]);
  fireEvent.click(await screen.findByRole('button', { name: /^Migrate 5\d/ }));
  await expect.poll(() => fake.calls).toContainEqual(['startRun', { filters }]);
});

test('folders dropped on the window are added and scanned', async () => {
  const fake = renderApp({ files });
  await screen.findByRole('button', { name: /^Migrate 5\d/ });
  const drop = new Event('drop', { cancelable: true });
  Object.assign(drop, { dataTransfer: { files: [new File([], 'old-laptop')], types: ['Files'] } });
  fireEvent(window, drop);
  await expect.poll(() => fake.calls).toContainEqual(['addRoots', ['/home/ines/old-laptop']]);
});

test('colours are a setting', async () => {
  const fake = renderApp({ files });
  fireEvent.click(await screen.findByRole('radio', { name: 'Dark' }));
  await expect.poll(() => fake.calls).toContainEqual(['changeSettings', { colorScheme: 'dark' }]);
});

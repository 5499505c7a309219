import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { readyDatabase } from './fake-api.ts';
import { renderApp } from './render-app.tsx';

const foot = (): string =>
  (screen.getByRole('region', { name: 'Database' }).textContent ?? '').replaceAll('\u00a0', ' ');

test('the foot of the sidebar says one line, and several lines', async () => {
  if (readyDatabase.status !== 'ready') throw new Error('Made up as ready');
  const fake = renderApp({ database: { ...readyDatabase, lines: 1, diskBytes: 4100 } });
  await waitFor(() => expect(foot()).toContain('1 line, 4.10 kB'));
  fake.announce('databaseChanged', { ...readyDatabase, lines: 17_012, diskBytes: 4100 });
  await waitFor(() => expect(foot()).toContain('17.0 K lines, 4.10 kB'));
});

import { fireEvent, screen } from '@testing-library/react';
import type { RunReport } from '../../src/shared/run.ts';
import type { FakeApi, FakeOptions } from './fake-api.ts';
import { makeFiles } from './fake-files.ts';
import { progressAt, reportOf } from './fake-runs.ts';
import { renderApp } from './render-app.tsx';

export const files = makeFiles(60, Date.now());
const when = { startedAt: '2026-11-23T03:00:00.000Z', finishedAt: '2026-11-23T03:01:00.000Z' };

export function report(status: RunReport['status'], share = 1): RunReport {
  return reportOf(progressAt(files, share, 60_000), { status, ...when });
}

/** What a person reads: without the spaces that don't break. */
export function text(element: Element): string {
  return (element.textContent ?? '').replaceAll('\u00a0', ' ');
}

/** The window on its Migrate screen. */
export async function openMigrate(options: FakeOptions = {}): Promise<FakeApi> {
  const fake = renderApp({ files, ...options });
  fireEvent.keyDown(document.documentElement, { key: '2' });
  await screen.findByRole('heading', { level: 1, name: /Migrat|Cancelling|Paused|In step/ });
  return fake;
}

import { emptyAccount, emptyProgress } from '../../src/shared/empty-run.ts';
import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { failedReport } from './fake-api.ts';
import { files, openMigrate, report, text } from './open-migrate.ts';
import { progressAt } from './fake-runs.ts';
import { renderApp } from './render-app.tsx';

test('the native menu opens a screen by its address', async () => {
  renderApp({ files });
  expect(await screen.findByRole('heading', { level: 1, name: 'Sources' })).toBeDefined();
  act(() => {
    location.hash = '#migrate';
  });
  expect(await screen.findByRole('heading', { level: 1, name: 'Migrate' })).toBeDefined();
});

describe('before a run', () => {
  test('says what would be migrated, where to, and starts it', async () => {
    const fake = await openMigrate({ step: 0 });
    expect(await screen.findByText(/Embedded ClickHouse 26\.7\.3\.1 on this computer/)).toBeDefined();
    fireEvent.click(await screen.findByRole('button', { name: /^Migrate 5\d.files$/ }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Migrating' })).toBeDefined();
    expect(fake.calls).toContainEqual(['startRun', { filters: { order: 'newest' } }]);
  });

  test('a dry run is an option, and the button says so', async () => {
    const fake = await openMigrate({ step: 0 });
    await screen.findByRole('button', { name: /^Migrate 5\d/ });
    fireEvent.click(screen.getByLabelText('Dry run'));
    fireEvent.click(screen.getByRole('button', { name: /^Count 5\d.files$/ }));
    await screen.findByRole('heading', { level: 1, name: 'Migrating' });
    expect(fake.calls).toContainEqual(['startRun', { dryRun: true, filters: { order: 'newest' } }]);
  });

  test('a refusal says what was kept and what to do', async () => {
    await openMigrate({ refuseStart: true });
    fireEvent.click(await screen.findByRole('button', { name: /^Migrate 5\d/ }));
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText('Something else is using the data')).toBeDefined();
    expect(within(alert).getByText(/was not started\. Nothing was changed/)).toBeDefined();
    expect(within(alert).getByRole('button', { name: 'Copy details' })).toBeDefined();
  });

  test('a failed database disables the button with a reason', async () => {
    const failure = { code: 'data-dir-busy', message: 'Process 4182 uses it.' } as const;
    const fake = await openMigrate({ database: { status: 'failed', failure } });
    const button = await screen.findByRole('button', { name: /^Migrate 5\d/ });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(button);
    expect(fake.calls.map(([name]) => name)).not.toContain('startRun');
    expect(screen.getByText('Process 4182 uses it.')).toBeDefined();
  });
});

describe('during a run', () => {
  test('shows bytes, steps, the remaining time and the problems', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: progressAt(files, 0.6, 30_000) }));
    const bar = await screen.findByRole('progressbar', { name: 'Bytes acknowledged by the database' });
    expect(bar.getAttribute('aria-valuenow')).toBe('60');
    expect(text(within(screen.getByRole('list', { name: 'Phases' })).getByText('Import lines'))).toBe(
      'Import lines',
    );
    expect(screen.getAllByText('Two records on one line').length).toBeGreaterThan(0);
    expect(
      within(screen.getByRole('region', { name: 'List of problems' })).getByText(/1,783 NUL bytes/),
    ).toBeDefined();
  });

  test('unknown rates and times are a dash, not 0', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: { ...emptyProgress, filesTotal: 12 } }));
    const progress = await screen.findByRole('region', { name: 'Progress' });
    expect(text(progress)).toContain('–');
    expect(text(progress)).toContain('12 files found so far');
  });

  test('cancel asks once and then says that it is cancelling', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: progressAt(files, 0.6, 30_000) }));
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Cancelling' })).toBeDefined();
    expect(screen.getByText(/what is acknowledged is kept/)).toBeDefined();
    expect(fake.calls.filter(([name]) => name === 'cancelRun')).toHaveLength(1);
  });
});

describe('a double click', () => {
  test('on what starts a run does not cancel it', async () => {
    const fake = await openMigrate({ step: 0 });
    fireEvent.click(await screen.findByRole('button', { name: /^Migrate 5\d.files$/ }));
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Migrating');
    expect(fake.calls.map(([name]) => name)).not.toContain('cancelRun');
    await new Promise((resolve) => setTimeout(resolve, 600));
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await screen.findByRole('heading', { level: 1, name: 'Cancelling' });
  });
});

describe('the receipt', () => {
  test('adds up, as an equation', async () => {
    const run = report('completed');
    await openMigrate({ run: { status: 'completed', report: run } });
    const { lines, records } = run.receipt;
    const sum = text(await screen.findByText(/The account adds up/));
    expect(sum).toBe(
      `${lines.toLocaleString('en')} lines = ${records.toLocaleString('en')} records + 14 rejects + ` +
        `1 blank + 1 pending. The account adds up.`,
    );
    expect(screen.getByText(/^Not verified:/)).toBeDefined();
  });

  test('says so when it does not add up', async () => {
    const run = report('completed');
    const receipt = { ...run.receipt, lines: run.receipt.lines + 3 };
    await openMigrate({ run: { status: 'completed', report: { ...run, receipt } } });
    expect(text(await screen.findByRole('alert'))).toContain('does not add up: 3 lines unaccounted for');
  });

  test('completed with nothing new says that everything was there', async () => {
    const run = report('completed');
    const receipt = { ...run.receipt, imported: emptyAccount };
    await openMigrate({ run: { status: 'completed', report: { ...run, receipt } } });
    await screen.findByRole('heading', { name: 'Nothing new: everything was already in the database' });
  });

  test('cancelled and completed do not read alike', async () => {
    const fake = await openMigrate({ run: { status: 'cancelled', report: report('cancelled', 0.4) } });
    await screen.findByRole('heading', { name: /^Cancelled after/ });
    expect(screen.getByText(/next run continues where this one stopped/)).toBeDefined();
    act(() => fake.setRun({ status: 'completed', report: { ...report('completed'), runId: 'other' } }));
    expect(await screen.findByRole('heading', { name: /lines from 60.files migrated/ })).toBeDefined();
    expect(screen.queryByText(/^Cancelled after/)).toBeNull();
  });

  test('failed says what happened, what was kept, what to do, and unfolds the details', async () => {
    await openMigrate({ run: { status: 'failed', report: failedReport(report('failed', 0.6)) } });
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText('The disk is full')).toBeDefined();
    expect(within(alert).getByText(/are kept/)).toBeDefined();
    expect(within(alert).getByText(/Free some space/)).toBeDefined();
    expect(within(alert).getByText(/NOT_ENOUGH_SPACE/)).toBeDefined();
  });

  test('an earlier run shows its own receipt', async () => {
    await openMigrate({ runs: [report('cancelled', 0.2)] });
    const table = await screen.findByRole('table', { name: 'Runs' });
    fireEvent.click(within(table).getAllByRole('button')[0]!);
    expect(await screen.findByRole('heading', { name: 'An earlier run' })).toBeDefined();
    expect(screen.getAllByText(/^Cancelled after/)).not.toHaveLength(0);
    expect(document.activeElement?.textContent).toContain('An earlier run');
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  });

  test('an earlier run gives way to the next one', async () => {
    const fake = await openMigrate({ runs: [report('cancelled', 0.2)] });
    const table = await screen.findByRole('table', { name: 'Runs' });
    fireEvent.click(within(table).getAllByRole('button')[0]!);
    await screen.findByRole('heading', { name: 'An earlier run' });
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: progressAt(files, 0.6, 30_000) }));
    await screen.findByRole('heading', { level: 1, name: 'Migrating' });
    act(() => fake.setRun({ status: 'completed', report: { ...report('completed'), runId: 'r' } }));
    await screen.findByRole('heading', { name: /lines from 60.files migrated/ });
    expect(screen.queryByRole('heading', { name: 'An earlier run' })).toBeNull();
    expect(screen.getAllByRole('status').map(text).join(' ')).toMatch(/lines from 60 files migrated/);
  });
});

import { emptyProgress } from '../../src/shared/empty-run.ts';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { RunState, Waiting, WatchState } from '../../src/shared/run.ts';
import { readyDatabase } from './fake-api.ts';
import { progressAt, watchingProgress } from './fake-runs.ts';
import { files, openMigrate, report, text } from './open-migrate.ts';
import { renderApp } from './render-app.tsx';

const waiting = (change: Partial<Waiting>): RunState => ({
  status: 'running',
  runId: 'r',
  progress: {
    ...progressAt(files, 0.6, 30_000),
    waiting: {
      reason: 'database',
      message: 'The database does not answer. Everything acknowledged is safe.',
      since: new Date(Date.now() - 20_000).toISOString(),
      retryAt: new Date(Date.now() + 40_000).toISOString(),
      attempts: 3,
      ...change,
    },
  },
});

const watching = (watch: Partial<WatchState> = {}): RunState => ({
  status: 'running',
  runId: 'r',
  progress: watchingProgress(files, watch),
});

/** Waits until the screen has this title, and no other. */
async function expectTitle(title: string): Promise<void> {
  await waitFor(() => expect(text(screen.getByRole('heading', { level: 1 }))).toBe(title));
}

/** What the whole screen says. */
function screenText(): string {
  return text(screen.getByRole('main'));
}

describe('pausing', () => {
  test('pause shows at once what it means, and continue goes on', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: progressAt(files, 0.6, 30_000) }));
    fireEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    await expectTitle('Paused');
    expect(screenText()).toContain('What the database has acknowledged is kept');
    expect(screen.queryByText(/to go$/)).toBeNull();
    expect(screen.getByRole('button', { name: 'Cancel' })).toHaveProperty('disabled', false);
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await expectTitle('Migrating');
    expect(fake.calls.map(([name]) => name)).toEqual(
      expect.arrayContaining(['pauseRun', 'continueRun']) as string[],
    );
  });

  test('a paused run can be cancelled, and then offers no pause', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun({ status: 'paused', runId: 'r', progress: progressAt(files, 0.6, 30_000) }));
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await expectTitle('Cancelling');
    expect(screen.queryByRole('button', { name: /Pause|Continue/ })).toBeNull();
  });
});

describe('waiting', () => {
  test('for the database says how often it was tried and counts down to the next try', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun(waiting({})));
    const banner = await screen.findByRole('region', { name: 'Waiting for the database' });
    expect(text(banner)).toContain('Everything acknowledged is safe.');
    expect(text(banner)).toMatch(/Next try in \d+ s/);
    expect(text(banner)).toContain('3 tries so far');
    act(() => fake.setRun(waiting({ retryAt: new Date(Date.now() - 1000).toISOString() })));
    await waitFor(() => expect(text(banner)).toContain('Trying now'));
    expect(text(banner)).not.toContain('Next try in');
  });

  test('for space says nothing of a next try that nobody knows', async () => {
    const fake = await openMigrate({ step: 0 });
    act(() => fake.setRun(waiting({ reason: 'disk', retryAt: null, attempts: 0 })));
    const banner = await screen.findByRole('region', { name: 'Waiting for space on the disk' });
    expect(text(banner)).not.toMatch(/Next try|tries|Trying/);
    expect(text(banner)).toContain('waiting for');
  });
});

describe('keeping in step', () => {
  test('has a panel of its own instead of a bar', async () => {
    const fake = await openMigrate({ step: 0, settings: { sync: true } });
    act(() => fake.setRun(watching()));
    await expectTitle('In step');
    const panel = text(screen.getByRole('region', { name: 'In step' }));
    expect(panel).toContain('The database is in step with the files');
    expect(panel).toContain('Files looked after60');
    expect(panel).toContain('Lines that came in42');
    expect(panel).toMatch(/Last line\d minutes? ago/);
    expect(panel).toContain('Memory331 MB');
    expect(panel).toContain('The system tells of each change');
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(text(screen.getByLabelText('Screens and database'))).toContain('in step');
  });

  test('says why the files are polled, and that no line came yet', async () => {
    const fake = await openMigrate({ step: 0, settings: { sync: true } });
    const notice = 'The limit for watched folders is reached.';
    act(() => fake.setRun(watching({ mode: 'polling', notice, lines: 0, lastLineAt: null })));
    await expectTitle('In step');
    const panel = text(screen.getByRole('region', { name: 'In step' }));
    expect(panel).toContain(`The files are looked at from time to time. ${notice}`);
    expect(panel).toContain('Last linenone yet');
    expect(panel).not.toContain('The system tells of each change');
  });

  test('is ended by switching it off', async () => {
    const fake = await openMigrate({ step: 0, settings: { sync: true } });
    act(() => fake.setRun(watching()));
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(fake.calls).toContainEqual(['changeSettings', { sync: false }]));
    expect(fake.calls.map(([name]) => name)).not.toContain('cancelRun');
  });

  test('is switched on where a run is planned, and the tray only with it', async () => {
    const fake = await openMigrate({ step: 0 });
    const tray = await screen.findByRole('switch', { name: /tray/ });
    expect((tray as HTMLInputElement).disabled).toBe(true);
    fireEvent.click(screen.getByRole('switch', { name: /^Keep in step/ }));
    await waitFor(() => expect((tray as HTMLInputElement).disabled).toBe(false));
    fireEvent.click(tray);
    await waitFor(() => expect(fake.settings).toMatchObject({ sync: true, tray: true }));
  });
});

describe('a run that did not end well', () => {
  const interrupted = { ...report('interrupted', 0.3), runId: 'dead' };

  test('that was interrupted is the first thing one sees, and goes on from there', async () => {
    const fake = await openMigrate({ step: 0, runs: [interrupted] });
    const notice = await screen.findByRole('region', { name: /was interrupted$/ });
    expect(text(notice)).toMatch(/are in the database and are kept/);
    fireEvent.click(within(notice).getByRole('button', { name: 'Resume' }));
    await expectTitle('Migrating');
    expect(fake.calls).toContainEqual(['resumeRun', 'dead']);
  });

  test.each(['cancelled', 'failed', 'interrupted'] as const)(
    '%s can be resumed from the list',
    async (status) => {
      const fake = await openMigrate({
        step: 0,
        runs: [{ ...report(status, 0.3), runId: 'earlier' }, report('completed')],
      });
      const table = await screen.findByRole('table', { name: 'Runs' });
      const buttons = within(table).getAllByRole('button', { name: 'Resume' });
      expect(buttons).toHaveLength(1);
      expect(text(buttons[0]!.closest('tr')!).toLowerCase()).toContain(status);
      fireEvent.click(buttons[0]!);
      await waitFor(() => expect(fake.calls).toContainEqual(['resumeRun', 'earlier']));
    },
  );

  test('is not to be resumed when a later one came to its end, nor when it was a dry run', async () => {
    const dryRun = { ...report('cancelled', 0.3), runId: 'dry', dryRun: true };
    const completed = { ...report('completed'), runId: 'later' };
    const earlier = { ...report('cancelled', 0.3), runId: 'earlier' };
    await openMigrate({ step: 0, runs: [dryRun, completed, earlier] });
    const table = await screen.findByRole('table', { name: 'Runs' });
    expect(within(table).getAllByRole('row')).toHaveLength(4);
    expect(within(table).queryByRole('button', { name: 'Resume' })).toBeNull();
  });

  test('is still to be resumed when only a dry run came to its end since', async () => {
    const dryRun = { ...report('completed'), runId: 'dry', dryRun: true };
    await openMigrate({ step: 0, runs: [dryRun, { ...report('cancelled', 0.3), runId: 'earlier' }] });
    const table = await screen.findByRole('table', { name: 'Runs' });
    expect(within(table).getAllByRole('button', { name: 'Resume' })).toHaveLength(1);
  });
});

describe('a run of another process', () => {
  const elsewhere: RunState = {
    status: 'elsewhere',
    runId: 'cli',
    pid: 4182,
    progress: progressAt(files, 0.6, 30_000),
  };

  test('is shown as it goes, and nothing can be started or cancelled', async () => {
    const fake = await openMigrate({ run: elsewhere });
    await expectTitle('Migrating elsewhere');
    const notices = screen.getAllByRole('region').map((region) => region.getAttribute('aria-label'));
    expect(notices).toContainEqual(expect.stringContaining('Another process (4182)'));
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('60');
    expect(screen.queryByRole('button', { name: /Cancel|Pause/ })).toBeNull();
    const start = screen.getByRole('button', { name: /^Migrate 5\d/ });
    expect(start.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(start);
    expect(fake.calls.map(([name]) => name)).not.toContain('startRun');
  });

  test('that has told nothing yet is shown without numbers', async () => {
    await openMigrate({ run: { ...elsewhere, progress: null } });
    await waitFor(() => expect(screenText()).toContain('has only just started'));
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  test('asks for the runs anew when it is over', async () => {
    const fake = await openMigrate({ run: elsewhere });
    await expectTitle('Migrating elsewhere');
    fake.runs = [report('completed')];
    act(() => fake.setRun({ status: 'idle' }));
    const table = await screen.findByRole('table', { name: 'Runs' });
    await waitFor(() => expect(text(table)).toContain('Completed'));
  });
});

describe('what was last known', () => {
  const lastKnown = {
    destination: readyDatabase.status === 'ready' ? readyDatabase.place : '',
    runId: 'r',
    status: 'completed',
    at: new Date(Date.now() - 180_000).toISOString(),
    files: 400,
    lines: 58_712,
    bytes: 212_000_000,
  } as const;

  test('is there before the database is', async () => {
    await openMigrate({ database: { status: 'starting' }, lastKnown });
    const [note] = await screen.findAllByText(/^Last known/);
    expect(text(note!)).toMatch(/^Last known: 58,712 lines in 400 files, 212 MB, \d minutes? ago\.$/);
    expect(text(screen.getByRole('region', { name: 'Database' }))).toContain('58.7 K lines last known');
  });

  test('makes itself heard when the database holds fewer lines', async () => {
    const fake = await openMigrate({ lastKnown: { ...lastKnown, lines: 700_000 } });
    const notice = await screen.findByRole('region', { name: /holds fewer lines/ });
    expect(text(notice)).toContain('651,204 lines now, 700,000 on');
    expect(text(notice)).toContain('The next migration brings back what the files still hold.');
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: emptyProgress }));
    await expectTitle('Migrating');
    expect(screen.queryByRole('region', { name: /holds fewer lines/ })).toBeNull();
  });

  test('lets a person migrate again though nothing is new', async () => {
    const known = files.map((file) => ({ ...file, state: 'unchanged' as const }));
    const fake = renderApp({ files: known, step: 0, lastKnown: { ...lastKnown, lines: 700_000 } });
    fireEvent.click(await screen.findByRole('button', { name: 'Migrate again' }));
    await waitFor(() => expect(fake.calls.map(([name]) => name)).toContain('startRun'));
  });

  test('says nothing of another database', async () => {
    await openMigrate({ lastKnown: { ...lastKnown, lines: 700_000, destination: 'db.example:8443' } });
    await screen.findByText(/Embedded ClickHouse 26\.7\.3\.1 on this computer/);
    expect(screen.queryByRole('region', { name: /holds fewer lines/ })).toBeNull();
  });
});

test('the receipt says what is gone from disk and kept', async () => {
  const run = report('completed');
  const receipt = { ...run.receipt, filesVanished: 12 };
  await openMigrate({ run: { status: 'completed', report: { ...run, receipt } } });
  const [note] = await screen.findAllByText(/gone from disk/);
  expect(text(note!)).toContain('12 files gone from disk, kept in the database');
});

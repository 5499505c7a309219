import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { sumFiles, withoutEqualFiles } from '../../src/shared/verification-counts.ts';
import { describeVerdict } from '../../src/shared/verification-words.ts';
import { passedReport, wantingReport } from '../fixtures/verification-reports.ts';
import type { FakeApi, FakeOptions } from './fake-api.ts';
import { running, verifying } from './fake-verification.ts';
import { report as runReport, text } from './open-migrate.ts';
import { progressAt, watchingProgress } from './fake-runs.ts';
import { renderApp } from './render-app.tsx';

// Without a height no row of a long table is in sight.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });

/** The window on its Verify screen. */
async function openVerify(options: FakeOptions = {}): Promise<FakeApi> {
  const fake = renderApp({ files: [], ...options });
  fireEvent.keyDown(document.documentElement, { key: '3' });
  await screen.findByRole('heading', { level: 1, name: /Verif|Mending|Cancelling/ });
  return fake;
}

const passed = passedReport();
const wanting = wantingReport();
const done = (report: typeof passed) => ({ status: 'done', report, failure: null }) as const;
const rows = (name: string | RegExp) =>
  within(screen.getByRole('grid', { name })).getAllByRole('row').slice(1, -1);

describe('before a verification', () => {
  test('says that there was none and what one does, and starts it with what was chosen', async () => {
    const fake = await openVerify();
    expect(await screen.findByRole('heading', { name: 'Never verified' })).toBeDefined();
    expect(screen.getByText(/Nothing is changed, neither on disk nor in the database/)).toBeDefined();
    fireEvent.change(screen.getByLabelText('Tolerance of totals'), { target: { value: '0.5 %' } });
    fireEvent.click(screen.getByRole('combobox', { name: 'Lines compared column by column' }));
    fireEvent.click(await screen.findByRole('option', { name: 'All lines', hidden: true }));
    fireEvent.click(screen.getByRole('button', { name: 'Verify now' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Verifying' })).toBeDefined();
    expect(fake.calls).toContainEqual(['startVerification', { sampleSize: 'all', tolerance: 0.005 }]);
  });

  test('a refusal says that nothing was changed', async () => {
    await openVerify({ refuseStart: true });
    fireEvent.click(await screen.findByRole('button', { name: 'Verify now' }));
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText('Something else is using the data')).toBeDefined();
    expect(within(alert).getByText(/was not started\. Nothing was changed/)).toBeDefined();
  });

  test('an import is a reason to wait, watching is none', async () => {
    const fake = await openVerify();
    const button = await screen.findByRole('button', { name: 'Verify now' });
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: progressAt([], 0.4, 1000) }));
    expect(button.getAttribute('aria-disabled')).toBe('true');
    act(() => fake.setRun({ status: 'running', runId: 'r', progress: watchingProgress([]) }));
    expect(button.getAttribute('aria-disabled')).toBe('false');
  });

  test('a list that can’t be read is a failure in words', async () => {
    const fake = renderApp({ files: [] });
    const failure = { code: 'database-failed', message: 'The table is gone.' } as const;
    Object.assign(fake.api, { listVerifications: () => Promise.resolve({ ok: false, failure }) });
    fireEvent.keyDown(document.documentElement, { key: '3' });
    expect(await screen.findByText('The table is gone.')).toBeDefined();
  });
});

describe('during a verification', () => {
  test('shows phase, files, bytes and findings, and can be cancelled', async () => {
    const fake = await openVerify({ verification: running });
    const bar = await screen.findByRole('progressbar', { name: 'Bytes read again' });
    expect(bar.getAttribute('aria-valuenow')).toBe('46');
    expect(screen.getByRole('listitem', { current: 'step' }).textContent).toBe('Read the files again');
    const progress = screen.getByRole('region', { name: 'Progress' });
    expect(text(progress)).toContain('1.16 GB of 2.31 GB');
    expect(text(screen.getByText('Findings so far').parentElement!)).toContain('3');
    expect(screen.getByText('163')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Cancelling' })).toBeDefined();
    act(() => fake.setVerification({ status: 'cancelled', report: null }));
    expect(await screen.findByText('The verification was cancelled')).toBeDefined();
    expect(screen.getByRole('heading', { name: 'Never verified' })).toBeDefined();
  });

  test('the sidebar and the status bar tell of it on other screens, and nothing can be migrated', async () => {
    renderApp({ files: [], verification: running });
    expect(await screen.findByText(/Verifying,/)).toBeDefined();
    expect(within(screen.getByLabelText('Screens and database')).getByText('46 %')).toBeDefined();
    fireEvent.keyDown(document.documentElement, { key: '2' });
    const start = await screen.findByRole('button', { name: /Migrate all files|Look for new lines/ });
    expect(start.getAttribute('aria-disabled')).toBe('true');
  });

  test('a mending is not called a verification', async () => {
    const repair = progressAt([], 0.5, 4000);
    await openVerify({
      verification: { ...running, task: 'repair', repair: { ...repair, bytesTotal: 100, bytesDone: 25 } },
    });
    expect(screen.getByRole('heading', { level: 1, name: 'Mending' })).toBeDefined();
    const bar = screen.getByRole('progressbar', { name: 'Bytes imported again' });
    expect(bar.getAttribute('aria-valuenow')).toBe('25');
  });
});

describe('the report', () => {
  test('begins with the verdict and the four scores with their sums', async () => {
    await openVerify({ verification: done(passed) });
    expect(await screen.findByRole('heading', { name: 'Passed' })).toBeDefined();
    const scores = screen.getByLabelText('Scores');
    expect(text(scores)).toContain('Completeness0 wrong of 812,745100 %');
    expect(within(scores).getAllByText('100 %')).toHaveLength(4);
  });

  test('a score with anything wrong is never 100 %', async () => {
    await openVerify({ verification: done(wanting) });
    expect(await screen.findByRole('heading', { name: 'Found wanting' })).toBeDefined();
    expect(text(screen.getByLabelText('Scores'))).toContain('1,317 wrong of 812,74599.83 %');
  });

  test('findings with the same action go together, and the button names exactly these', async () => {
    const fake = await openVerify({ verification: done(wanting) });
    expect(await screen.findByRole('heading', { name: /^31.errors$/ })).toBeDefined();
    const reimports = wanting.findings.flatMap(({ severity, action }, index) =>
      severity === 'error' && action.kind === 'reimport' ? [index] : [],
    );
    fireEvent.click(screen.getByRole('button', { name: 'Import 28 files again' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Mending' })).toBeDefined();
    expect(fake.calls).toContainEqual([
      'repairFindings',
      { verificationId: wanting.verificationId, findings: reimports },
    ]);
  });

  test('mend all asks for everything but notes and what only a person can do', async () => {
    const fake = await openVerify({ verification: done(wanting) });
    fireEvent.click(await screen.findByRole('button', { name: 'Mend all 31' }));
    await screen.findByRole('heading', { level: 1, name: 'Mending' });
    const asked = fake.calls.find(([name]) => name === 'repairFindings')?.[1] as { findings: number[] };
    expect(asked.findings.map((index) => wanting.findings[index]?.action.kind)).not.toContain('none');
    expect(asked.findings.map((index) => wanting.findings[index]?.severity)).not.toContain('note');
  });

  test('long lists of findings are cut and can be shown whole', async () => {
    await openVerify({ verification: done(wanting) });
    fireEvent.click(await screen.findByRole('button', { name: 'Show all 28' }));
    expect(screen.getAllByText(/^byte/).length).toBeGreaterThanOrEqual(27);
  });

  test('files are filtered by verdict and words, worst first', async () => {
    await openVerify({ verification: done(wanting) });
    fireEvent.click(await screen.findByRole('tab', { name: 'Files 400' }));
    const name = 'Files, on disk and in the database';
    expect(rows(name).length).toBeLessThan(60);
    expect(text(rows(name)[0]!)).toContain('Differs');
    fireEvent.click(screen.getByRole('combobox', { name: 'Verdict' }));
    fireEvent.click(await screen.findByRole('option', { name: 'Unreadable (1)', hidden: true }));
    expect(await screen.findByText(/^1 of/)).toBeDefined();
    expect(text(rows(name)[0]!)).toContain('Unreadable');
    fireEvent.change(screen.getByLabelText('Search files'), { target: { value: 'no such file' } });
    expect(await screen.findByText(/No file matches/)).toBeDefined();
  });

  test('days are folded under their model', async () => {
    await openVerify({ verification: done(wanting) });
    fireEvent.click(await screen.findByRole('tab', { name: 'Totals' }));
    const table = screen.getByRole('table', { name: 'Totals, files against database' });
    const model = within(table).getAllByRole('button', { expanded: false })[0]!;
    expect(within(table).queryByText(/^2026-/)).toBeNull();
    expect(text(table)).toMatch(/Differs, 1 of .* days differ/);
    fireEvent.click(model);
    expect(within(table).getAllByText(/^20\d\d-/).length).toBeGreaterThan(5);
  });

  test('checks of all three tiers say what they looked at', async () => {
    await openVerify({ verification: done(passed) });
    fireEvent.click(await screen.findByRole('tab', { name: /^Checks/ }));
    for (const tier of ['Before', 'After', 'Cross'])
      expect(screen.getByRole('region', { name: tier })).toBeDefined();
    expect(screen.getAllByText('Passed').length).toBeGreaterThan(3);
  });

  test('is exported as a page and as a document', async () => {
    const fake = await openVerify({ verification: done(passed) });
    fireEvent.click(await screen.findByRole('button', { name: 'Export HTML' }));
    expect(await screen.findByText('/home/ines/report.html')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Export JSON' }));
    expect(await screen.findByText('/home/ines/report.json')).toBeDefined();
    const { verificationId } = passed;
    expect(fake.calls).toContainEqual(['exportReport', { verificationId, format: 'html' }]);
  });

  test('an earlier one is chosen from the history, says what is left out, and can’t be mended from', async () => {
    await openVerify({ verification: done(passed), verifications: [passed, wanting] });
    fireEvent.click(await screen.findByRole('tab', { name: 'History 2' }));
    const table = screen.getByRole('table', { name: 'Verifications' });
    fireEvent.click(within(table).getAllByRole('button')[1]!);
    expect(await screen.findByText(/An earlier verification/)).toBeDefined();
    const mend = screen.getByRole('button', { name: 'Import 28 files again' });
    expect(mend.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(screen.getByRole('tab', { name: 'Files 400' }));
    expect(await screen.findByText(/368.files were equal: equal files are not stored/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Show the newest' }));
    expect(await screen.findByRole('heading', { name: 'Passed' })).toBeDefined();
  });

  test('after a start of the application a pass reads as it did before', async () => {
    const allEqual = {
      ...passed,
      perFile: passed.perFile.slice(0, 25),
      files: { ...passed.files, equal: 25, grown: 0 },
    };
    await openVerify({ verifications: [allEqual] });
    expect(await screen.findByRole('heading', { name: 'Passed' })).toBeDefined();
    expect(text(screen.getByRole('region', { name: 'Result' }))).toContain(
      describeVerdict(allEqual).sentences.join(' '),
    );
    fireEvent.click(screen.getByRole('tab', { name: 'Files 25' }));
    expect(await screen.findByText(/25.files were equal: equal files are not stored/)).toBeDefined();
    expect(screen.getByText(/Equal files are not listed with this report/)).toBeDefined();
    const name = 'Files, on disk and in the database';
    const foot = within(screen.getByRole('grid', { name })).getAllByRole('row').at(-1)!;
    const { disk, database } = sumFiles(allEqual.perFile);
    expect(text(foot)).toContain(`25 files, 25 not listed`);
    expect(text(foot)).toContain(
      `${disk.lines.toLocaleString('en-US')}${database.lines.toLocaleString('en-US')}`,
    );
    fireEvent.click(screen.getByRole('combobox', { name: 'Verdict' }));
    expect(await screen.findByRole('option', { name: 'Equal (25)', hidden: true })).toBeDefined();
  });

  test('the sums of a report that was stored without them are not known, and not 0', async () => {
    const { fileSums: _, ...older } = withoutEqualFiles({
      ...passed,
      files: { ...passed.files, equal: 400, grown: 0 },
    });
    await openVerify({ verification: done({ ...older, perFile: [] }) });
    fireEvent.click(await screen.findByRole('tab', { name: 'Files 400' }));
    const grid = screen.getByRole('grid', { name: 'Files, on disk and in the database' });
    expect(text(within(grid).getAllByRole('row').at(-1)!)).toMatch(/^400 files, 400 not listed–+$/);
  });

  test('one that compared nothing does not look like a proof', async () => {
    const files = { ...passed.files, equal: 0, grown: 0 };
    await openVerify({ verification: done({ ...passed, files, perFile: [], findings: [] }) });
    expect(await screen.findByRole('heading', { name: 'Nothing to compare' })).toBeDefined();
    const result = screen.getByRole('region', { name: 'Result' });
    expect(result.querySelector('.tone-good')).toBeNull();
    expect(result.querySelector('.tone-warn')).not.toBeNull();
  });

  test('after a start of the application the newest of the database is shown', async () => {
    await openVerify({ verifications: [wanting, passed] });
    expect(await screen.findByRole('heading', { name: 'Found wanting' })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Verify again' })).toBeDefined();
    const mend = screen.getByRole('button', { name: 'Import 28 files again' });
    expect(mend.getAttribute('aria-disabled')).toBe('false');
  });

  test('a failure stands above the report before it', async () => {
    const failure = { code: 'database-failed', message: 'The query took too long.' } as const;
    await openVerify({ verification: { status: 'failed', failure, report: passed } });
    expect(await screen.findByText('The query took too long.')).toBeDefined();
    expect(screen.getByRole('heading', { name: 'Passed' })).toBeDefined();
  });
});

test('receipts and earlier runs say whether they were verified, and lead to the screen', async () => {
  const last = { ...runReport('completed'), verified: true };
  renderApp({
    files: [],
    run: { status: 'completed', report: last },
    runs: [last, { ...last, runId: 'older', verified: false }],
  });
  fireEvent.keyDown(document.documentElement, { key: '2' });
  const runs = await screen.findByRole('table', { name: 'Runs' });
  expect(within(runs).getAllByRole('link').map(text)).toEqual(['Verified', 'Not verified']);
  const link = screen.getByRole('link', { name: 'Show the verification' });
  expect(link.getAttribute('href')).toBe('#verify');
});

test('progress that says nothing yet is no number', async () => {
  const progress = { ...verifying, phase: 'before', filesTotal: 0, filesDone: 0, bytesTotal: 0 } as const;
  await openVerify({ verification: { ...running, progress } });
  expect(screen.getByText('Finding the files')).toBeDefined();
  expect(screen.getAllByText('–').length).toBeGreaterThanOrEqual(2);
});

import { describe, expect, it } from 'vitest';
import { printReport } from '../../src/cli/run-report.ts';
import { silentLog } from '../../src/engine/log.ts';
import { emptyAccount } from '../../src/shared/empty-run.ts';
import type { Receipt, RunReport } from '../../src/shared/run.ts';

function reportOf(receipt: Partial<Receipt>, report: Partial<RunReport> = {}): RunReport {
  return {
    runId: 'r',
    status: 'completed',
    dryRun: false,
    startedAt: '2026-11-01T00:00:00.000Z',
    finishedAt: '2026-11-01T00:00:02.000Z',
    durationMs: 2000,
    receipt: {
      ...emptyAccount,
      imported: emptyAccount,
      filesUnchanged: 0,
      filesFailed: 0,
      filesVanished: 0,
      ...receipt,
    },
    totals: null,
    rejectsByReason: {},
    problems: [],
    verified: false,
    failure: null,
    destination: 'here',
    ...report,
  };
}

/** What the command prints, and its exit code. */
function print(report: RunReport, json = false): { code: number; text: string } {
  const written: string[] = [];
  const code = printReport(report, {
    options: { json },
    print: {
      json: (document) => written.push(JSON.stringify(document)),
      line: (line) => written.push(line),
      note: () => undefined,
    },
    signal: new AbortController().signal,
    engine: {
      openDatabase: () => Promise.reject(new Error('not opened here')),
      dataDir: '/nowhere',
      files: { migrations: '', extractWorker: '', inspectWorker: '', verifyWorker: '', embeddedServer: '' },
      source: 'test',
      appVersion: '0',
      log: silentLog,
    },
    logFile: silentLog,
    openDatabase: () => Promise.reject(new Error('not opened here')),
  });
  return { code, text: written.join('\n') };
}

describe('the report of a run', () => {
  it('says in its first line which files it left out, and exits 1', () => {
    const { code, text } = print(reportOf({ files: 3, filesFailed: 1 }));
    expect(text.split('\n')[0]).toBe(
      'Migration completed in 2.0 s, except for 1 file that could not be read: here',
    );
    expect(code).toBe(1);
    expect(print(reportOf({ files: 3, filesFailed: 2 })).text).toContain('except for 2 files that');
  });

  it('says only that it completed when no file was left out', () => {
    const { code, text } = print(reportOf({ files: 3 }));
    expect(text.split('\n')[0]).toBe('Migration completed in 2.0 s: here');
    expect(code).toBe(0);
  });

  it('has one of a thing as well as several', () => {
    const one = { lines: 1, records: 1, bytes: 9 };
    const text = print(reportOf({ ...one, files: 1, imported: { ...emptyAccount, ...one } })).text;
    expect(text).toContain('1 = 1 record + 0 rejects + 0 blanks + 0 pending');
    expect(text).toContain('imported 1 line, 9 bytes');
    expect(print(reportOf({ lines: 4, rejects: 1, blanks: 1, records: 2 })).text).toContain(
      '4 = 2 records + 1 reject + 1 blank + 0 pending',
    );
  });

  it('is the same document as ever with --json', () => {
    const document = JSON.parse(print(reportOf({ filesFailed: 1, lines: 1 }), true).text) as unknown;
    expect(document).toMatchObject({ status: 'completed', receipt: { lines: 1, files_failed: 1 } });
  });
});

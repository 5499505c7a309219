import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../../src/cli/context.ts';
import {
  describeProgress,
  runVerify,
  type Verifier,
  type VerifyCommandOptions,
} from '../../src/cli/verify.ts';
import { describeVerification } from '../../src/cli/verify-summary.ts';
import { silentLog } from '../../src/engine/log.ts';
import { AppError } from '../../src/shared/failure.ts';
import { readReport } from '../../src/engine/verify/report/json-report.ts';
import type { VerificationReport } from '../../src/shared/verification.ts';
import { tempFolder } from '../fixtures/temp-folder.ts';
import { passedReport, wantingReport } from '../fixtures/verification-reports.ts';

/** The command with an engine that answers these reports one after the other. */
function commandWith(reports: readonly VerificationReport[], json = false) {
  const left = [...reports];
  const calls = { options: [] as unknown[], repaired: [] as string[][] };
  const written: string[] = [];
  const notes: string[] = [];
  const stop = new AbortController();
  const verifier: Verifier = {
    verify: async (_engine, options) => {
      calls.options.push(options);
      const next = left.shift();
      if (!next) throw new Error('Verified once too often');
      return next;
    },
    repair: async (_engine, findings) => {
      calls.repaired.push(findings.map(({ check }) => check));
      return null;
    },
  };
  const context: CommandContext = {
    options: { json },
    print: {
      json: (document) => written.push(JSON.stringify(document)),
      line: (text) => {
        if (!json) written.push(text);
      },
      note: (text) => notes.push(text),
    },
    signal: stop.signal,
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
  };
  const run = (options: VerifyCommandOptions = {}): Promise<number> => runVerify(options, context, verifier);
  return { run, calls, written, notes, stop, verifier };
}

const cancelled: VerificationReport = { ...passedReport(), result: 'cancelled' };

describe('verify', () => {
  it.each([
    ['passed', passedReport(), 0],
    ['wanting', wantingReport(), 3],
    ['cancelled', cancelled, 130],
  ])('exits by the result: %s', async (_, report, code) => {
    expect(await commandWith([report]).run()).toBe(code);
  });

  it('verifies with the defaults, and with what it is given', async () => {
    const { run, calls } = commandWith([passedReport(), passedReport()]);
    await run();
    await run({ source: ['/a/../b', 'c'], sampleSize: 'all', tolerance: '0.001' });
    expect(calls.options).toEqual([
      { sources: [], sampleSize: 1000, tolerance: 0 },
      { sources: ['/b', join(process.cwd(), 'c')], sampleSize: 'all', tolerance: 0.001 },
    ]);
  });

  it.each([
    [{ sampleSize: 'many' }],
    [{ sampleSize: '-1' }],
    [{ sampleSize: '1.5' }],
    [{ sampleSize: '' }],
    [{ tolerance: '2' }],
    [{ tolerance: '' }],
    [{ tolerance: '1%' }],
    [{ source: [''] }],
    [{ output: ['report.pdf'] }],
    [{ output: ['/nowhere/report.html'] }],
  ])('refuses %j before anything is read', async (options) => {
    const { run, calls } = commandWith([passedReport()]);
    await expect(run(options)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(calls.options).toEqual([]);
  });

  it('prints the report as one document', async () => {
    const { run, written } = commandWith([wantingReport()], true);
    expect(await run()).toBe(3);
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0]!)).toMatchObject({
      result: 'wanting',
      verification_id: wantingReport().verificationId,
    });
  });

  it('writes every report it is asked for', async () => {
    const folder = await tempFolder();
    const output = [join(folder, 'a.json'), join(folder, 'b.html')];
    expect(await commandWith([wantingReport()]).run({ output })).toBe(3);
    expect(await readReport(output[0]!)).toEqual(wantingReport());
    expect(await readFile(output[1]!, 'utf8')).toContain('Found wanting');
    expect(await readdir(folder)).toEqual(['a.json', 'b.html']);
  });

  it('tells what it found though the report could not be written, and does not exit 0', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const folder = await tempFolder();
    const output = [join(folder, 'a.json')];
    // A number that JSON has no word for: the schema refuses to write it.
    const { run, written } = commandWith([{ ...passedReport(), variance: Number.NaN }]);
    expect(await run({ output })).toBe(1);
    expect(written.join('\n')).toContain('Passed');
    expect(stderr.mock.calls.flat().join('')).toMatch(/^error: /);
    stderr.mockRestore();
  });

  it.each([
    ['an abort', new DOMException('stopped', 'AbortError')],
    ['a request that was cut off', new AppError('database-unreachable', 'does not answer (ABORT_ERR)')],
  ])('exits 130 when it is stopped before there is a report and ends with %s', async (_, error) => {
    const { run, stop, verifier, notes, written } = commandWith([]);
    vi.spyOn(verifier, 'verify').mockImplementation(async () => {
      stop.abort();
      throw error;
    });
    expect(await run()).toBe(130);
    expect(written).toEqual([]);
    expect(notes.join()).toContain('nothing was proved');
  });
});

describe('verify --repair', () => {
  it('mends what can be mended, verifies again once and tells the second result', async () => {
    const { run, calls, written, notes } = commandWith([wantingReport(), passedReport()]);
    expect(await run({ repair: true })).toBe(0);
    expect(calls.options).toHaveLength(2);
    expect(calls.repaired).toHaveLength(1);
    expect(calls.repaired[0]).toContain('file-checksum');
    // Only a person can, and nothing is wrong.
    expect(calls.repaired[0]).not.toContain('file-unreadable');
    expect(calls.repaired[0]).not.toContain('file-vanished');
    expect(written[0]).toMatch(/^Passed/);
    expect(notes.join('\n')).toContain('Mending 31 findings');
  });

  it('does not try for ever', async () => {
    const { run, calls } = commandWith([wantingReport(), wantingReport()]);
    expect(await run({ repair: true })).toBe(3);
    expect(calls.repaired).toHaveLength(1);
  });

  it.each([
    ['passed', passedReport(), 0],
    ['was cancelled', cancelled, 130],
    ['found only what a person can mend', { ...wantingReport(), findings: [] }, 3],
  ])('repairs nothing when it %s', async (_, report, code) => {
    const { run, calls } = commandWith([report]);
    expect(await run({ repair: true })).toBe(code);
    expect(calls.repaired).toEqual([]);
    expect(calls.options).toHaveLength(1);
  });
});

describe('the summary', () => {
  it('has verdict, scores with their sums, files by state, variance and the first 20 findings with advice', () => {
    const report = wantingReport();
    const text = describeVerification(report).join('\n');
    expect(text).toMatch(/^Found wanting, in 36 s: embedded ClickHouse/);
    expect(text).toMatch(/Completeness +99\.83 % {2}1,317 wrong of 812,745 checked/);
    expect(text).toContain(
      '400 files: equal 368, grown 1, differs 28, only on disk 1, gone from disk 1, unreadable 1.',
    );
    expect(text).toContain('totals differ by at most 0.042 % (tolerance 0 %)');
    expect(text.match(/^ {2}error:/gm)).toHaveLength(20);
    expect(text).toContain(report.findings[0]!.advice);
    expect(text).toContain('[verify --repair]');
    expect(text).toContain('and 13 more findings: --output report.html lists all.');
    expect(text).toContain(report.verificationId);
  });

  it('gives no orders to the terminal', () => {
    const report = wantingReport();
    const [finding] = report.findings;
    const place = { root: '/r', file: 'a\u001b]0;owned\u0007.jsonl', offset: null };
    const text = describeVerification({ ...report, findings: [{ ...finding!, place }] }).join('\n');
    expect(text).toContain('a␛]0;owned␇.jsonl');
    expect(text).not.toContain('\u001b');
  });
});

describe('the progress', () => {
  it('counts what was done', () => {
    const counts = {
      elapsedMs: 1,
      filesTotal: 400,
      filesDone: 12,
      bytesTotal: 3e9,
      bytesDone: 1.2e9,
      findings: 1,
    };
    expect(describeProgress({ phase: 'files', ...counts })).toBe(
      'reading the files: 12 of 400 files, 1.20 GB of 3.00 GB, 1 finding',
    );
    const none = { elapsedMs: 1, filesTotal: 0, filesDone: 0, bytesTotal: 0, bytesDone: 0, findings: 0 };
    expect(describeProgress({ phase: 'before', ...none })).toBe('looking whether everything can be read');
  });
});

import { describe, expect, it } from 'vitest';
import { inputs } from '../../../src/main/ipc/inputs.ts';
import { createVerificationAnswers } from '../../../src/main/ipc/verification-handlers.ts';
import type { CurrentVerification } from '../../../src/main/current-verification.ts';
import type { VerificationView } from '../../../src/shared/contract.ts';
import type { Root } from '../../../src/shared/discovery.ts';
import type { Finding, VerificationOptions, VerificationReport } from '../../../src/shared/verification.ts';
import { passedReport, wantingReport } from '../../fixtures/verification-reports.ts';

const passed = passedReport();
const wanting = wantingReport();
const root = (path: string, change: Partial<Root> = {}): Root => ({
  path,
  origin: 'added',
  state: 'present',
  ...change,
});

interface SetUp {
  readonly state?: VerificationView;
  readonly stored?: VerificationReport[];
  readonly roots?: Root[];
  readonly picked?: string | null;
}

function setUp({
  state = { status: 'idle' },
  stored = [],
  roots = [root('/history')],
  picked = '/tmp/report.html',
}: SetUp = {}) {
  const started: VerificationOptions[] = [];
  const mended: (readonly Finding[])[] = [];
  const written: [path: string, id: string][] = [];
  const suggested: string[] = [];
  const verification: CurrentVerification = {
    state: () => state,
    isActive: () => false,
    start: (options) => {
      started.push(options);
      return Promise.resolve(state);
    },
    repair: (findings) => {
      mended.push(findings);
      return Promise.resolve(state);
    },
    cancel: () => undefined,
    stop: () => Promise.resolve(true),
  };
  type Given = Parameters<typeof createVerificationAnswers>[0];
  const database = { opened: () => Promise.resolve({ verifications: () => Promise.resolve(stored) }) };
  const answers = createVerificationAnswers({
    verification,
    roots: { all: () => Promise.resolve(roots) } as unknown as Given['roots'],
    database: database as unknown as Given['database'],
    dialogs: {
      pickFolder: () => Promise.resolve(null),
      pickManifest: () => Promise.resolve(null),
      pickReport: (name) => {
        suggested.push(name);
        return Promise.resolve(picked);
      },
    },
    writeReport: (path, report) => {
      written.push([path, report.verificationId]);
      return Promise.resolve();
    },
  });
  return { answers, started, mended, written, suggested };
}

describe('what is asked of verifications', () => {
  it('takes the folders that the window shows, without usual ones that were never there', async () => {
    const roots = [
      root('/usual', { origin: 'default', state: 'missing' }),
      root('/history', { origin: 'default' }),
      root('/gone', { state: 'missing' }),
    ];
    const { answers, started } = setUp({ roots });
    await answers.startVerification({ sampleSize: 0, tolerance: 0.1 });
    expect(started).toEqual([{ sources: ['/history', '/gone'], sampleSize: 0, tolerance: 0.1 }]);
  });

  it('refuses when there is no folder at all', async () => {
    const { answers } = setUp({ roots: [] });
    await expect(answers.startVerification({ sampleSize: 0, tolerance: 0 })).rejects.toMatchObject({
      code: 'source-missing',
    });
  });

  it('mends the findings of the report that was meant, each once', async () => {
    const { answers, mended } = setUp({ stored: [passed, wanting] });
    await answers.repairFindings({ verificationId: wanting.verificationId, findings: [1, 0, 1] });
    expect(mended).toEqual([[wanting.findings[1], wanting.findings[0]]]);
  });

  it('refuses findings that are not there or that only a person can mend', async () => {
    const { answers, mended } = setUp({ state: { status: 'done', report: wanting, failure: null } });
    const { verificationId } = wanting;
    const none = wanting.findings.findIndex(({ action }) => action.kind === 'none');
    for (const findings of [[none], [10_000]])
      await expect(answers.repairFindings({ verificationId, findings })).rejects.toMatchObject({
        code: 'invalid-input',
      });
    await expect(answers.repairFindings({ verificationId: 'other', findings: [0] })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(mended).toEqual([]);
  });

  it('lists earlier ones by what they came to', async () => {
    const { answers } = setUp({ stored: [wanting] });
    const [first] = await answers.listVerifications(undefined);
    expect(first).toMatchObject({ result: 'wanting', findings: { error: 31, warning: 1, note: 1 } });
    expect(first).not.toHaveProperty('perFile');
  });

  it('writes the whole report where the dialog says, with the ending of its format', async () => {
    const { answers, written, suggested } = setUp({
      state: { status: 'done', report: passed, failure: null },
      stored: [{ ...passed, perFile: [] }],
      picked: '/tmp/report',
    });
    const { verificationId } = passed;
    expect(await answers.exportReport({ verificationId, format: 'json' })).toBe('/tmp/report.json');
    expect(written).toEqual([['/tmp/report.json', verificationId]]);
    expect(suggested).toEqual(['tokenhouse-verification-2026-11-25.json']);
    expect(await answers.getVerificationReport(verificationId)).toBe(passed);
  });

  it('writes nothing when the dialog is dismissed', async () => {
    const { answers, written } = setUp({
      state: { status: 'done', report: passed, failure: null },
      picked: null,
    });
    const { verificationId } = passed;
    expect(await answers.exportReport({ verificationId, format: 'html' })).toBeNull();
    expect(written).toEqual([]);
  });
});

describe('inputs', () => {
  it('fill in the defaults and refuse what makes no sense', () => {
    expect(inputs.startVerification.parse({})).toEqual({ sampleSize: 1000, tolerance: 0 });
    for (const choice of [{ sampleSize: -1 }, { sampleSize: 'some' }, { tolerance: 2 }, { sources: ['/x'] }])
      expect(inputs.startVerification.safeParse(choice).success).toBe(false);
    for (const findings of [[], [-1], [0.5]])
      expect(inputs.repairFindings.safeParse({ verificationId: 'v', findings }).success).toBe(false);
    expect(inputs.exportReport.safeParse({ verificationId: 'v', format: 'pdf' }).success).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { createCurrentVerification, type Verifier } from '../../src/main/current-verification.ts';
import { reportWithout } from '../../src/main/report-without.ts';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import type { VerificationView } from '../../src/shared/contract.ts';
import { AppError } from '../../src/shared/failure.ts';
import type { Finding, VerificationProgress } from '../../src/shared/verification.ts';
import { passedReport, wantingReport } from '../fixtures/verification-reports.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const options = { sources: ['/history'], sampleSize: 1000, tolerance: 0 };
const passed = passedReport();
const progress: VerificationProgress = {
  phase: 'files',
  elapsedMs: 10,
  filesTotal: 4,
  filesDone: 1,
  bytesTotal: 40,
  bytesDone: 10,
  findings: 0,
};

/** One that goes on until it is cancelled, and rejects with the signal's reason. */
const untilCancelled: Verifier['verify'] = (_options, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    if (signal.aborted) reject(signal.reason as Error);
  });

function setUp(verifier: Partial<Verifier>, take?: () => Promise<void>) {
  const states: VerificationView[] = [];
  const events: string[] = [];
  const log = memoryLog();
  let finish!: (end: VerificationView) => void;
  const finished = new Promise<VerificationView>((resolve) => (finish = resolve));
  const verification = createCurrentVerification({
    verifier: {
      verify: () => Promise.resolve(passed),
      repair: () => Promise.resolve(null),
      ...verifier,
    },
    data: {
      take:
        take ??
        (() => {
          events.push('taken');
          return Promise.resolve();
        }),
      giveBack: () => {
        events.push(verification.isActive() ? 'given back too early' : 'given back');
      },
    },
    onChange: (state) => states.push(state),
    onFinish: (state) => {
      events.push('finished');
      finish(state);
    },
    keepAwake: () => {
      events.push('kept awake');
      return () => events.push('let sleep');
    },
    log,
  });
  return { verification, states, events, log, finished };
}

describe('createCurrentVerification', () => {
  it('takes the data, keeps awake, tells of its progress, and gives the data back before it says that it is over', async () => {
    const { verification, states, events, finished } = setUp({
      verify: (_options, { onProgress }) => {
        onProgress(progress);
        return Promise.resolve(passed);
      },
    });
    expect(verification.state()).toEqual({ status: 'idle' });
    await verification.start(options);
    expect(await finished).toMatchObject({ status: 'done', report: passed, failure: null });
    expect(states.map(({ status }) => status)).toEqual(['running', 'running', 'done']);
    expect(states[1]).toMatchObject({ progress, task: 'verify', repair: null });
    expect(events).toEqual(['taken', 'kept awake', 'let sleep', 'given back', 'finished']);
  });

  it('sends the report with the end only', async () => {
    const { verification, states, finished } = setUp({
      verify: (_options, { onProgress }) => {
        for (let i = 0; i < 5; i += 1) onProgress(progress);
        return Promise.resolve(passed);
      },
    });
    await verification.start(options);
    await finished;
    expect(states.filter((state) => 'report' in state)).toHaveLength(1);
  });

  it('refuses a second one while one is running or just beginning', async () => {
    const { verification, finished } = setUp({ verify: untilCancelled });
    const first = verification.start(options);
    await expect(verification.start(options)).rejects.toMatchObject({ code: 'run-in-progress' });
    await first;
    await expect(verification.start(options)).rejects.toMatchObject({ code: 'run-in-progress' });
    verification.cancel();
    await finished;
    expect(verification.isActive()).toBe(false);
  });

  it('stays as it was when the data is not to be had', async () => {
    const { verification, states, events } = setUp({}, () =>
      Promise.reject(new AppError('run-in-progress', 'A migration is running.')),
    );
    await expect(verification.start(options)).rejects.toMatchObject({ message: 'A migration is running.' });
    expect(verification.isActive()).toBe(false);
    expect(states.map(({ status }) => status)).toEqual(['running', 'idle']);
    expect(events).toEqual(['given back']);
  });

  it('is cancelled in words of its own, with the report before it', async () => {
    let isFirst = true;
    const { verification, states } = setUp({
      verify: (...given) => {
        if (!isFirst) return untilCancelled(...given);
        isFirst = false;
        return Promise.resolve(passed);
      },
    });
    await verification.start(options);
    await verification.stop(1000);
    await verification.start(options);
    verification.cancel();
    verification.cancel();
    expect(await verification.stop(1000)).toBe(true);
    expect(verification.state()).toEqual({ status: 'cancelled', report: passed });
    expect(states.map(({ status }) => status).slice(-3)).toEqual(['running', 'cancelling', 'cancelled']);
  });

  it('can be cancelled while it waits for the data', async () => {
    let give!: () => void;
    const { verification, finished } = setUp(
      { verify: untilCancelled },
      () => new Promise((resolve) => (give = resolve)),
    );
    const starting = verification.start(options);
    verification.cancel();
    give();
    await starting;
    expect(await finished).toEqual({ status: 'cancelled', report: null });
  });

  it('tells a failure that a person can mend, and logs a bug', async () => {
    const refused = setUp({ verify: () => Promise.reject(new AppError('database-failed', 'Too long.')) });
    await refused.verification.start(options);
    expect(await refused.finished).toMatchObject({ status: 'failed', failure: { code: 'database-failed' } });
    const broken = setUp({ verify: () => Promise.reject(new TypeError('no')) });
    await broken.verification.start(options);
    expect(await broken.finished).toMatchObject({ status: 'failed', failure: { code: 'unexpected' } });
    expect(broken.log.said.map(({ level }) => level)).toContain('error');
    expect(broken.events).toContain('given back');
  });

  it('mends first, then verifies, and says when the import did not come to its end', async () => {
    const failure = { code: 'disk-full', message: 'Full.' } as const;
    const asked: (readonly Finding[])[] = [];
    const { verification, states, finished } = setUp({
      repair: (findings, _options, { onProgress }) => {
        asked.push(findings);
        onProgress({ ...emptyProgress, bytesTotal: 10, bytesDone: 5 });
        return Promise.resolve(reportWithout({ runId: 'r', startedAt: new Date(), dryRun: false, failure }));
      },
    });
    const findings = wantingReport().findings.slice(0, 2);
    await verification.repair(findings, options);
    expect(await finished).toMatchObject({ status: 'done', failure });
    expect(asked).toEqual([findings]);
    expect(states).toMatchObject([
      { status: 'running', task: 'repair', repair: null },
      { status: 'running', task: 'repair', repair: { bytesDone: 5 } },
      { status: 'running', task: 'verify', repair: null },
      { status: 'done' },
    ]);
  });

  it('says when it does not end in time', async () => {
    const { verification } = setUp({ verify: () => new Promise(() => undefined) });
    await verification.start(options);
    expect(await verification.stop(20)).toBe(false);
    expect(verification.state().status).toBe('cancelling');
  });
});

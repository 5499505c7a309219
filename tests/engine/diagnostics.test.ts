import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatherDiagnostics, type DiagnosticsSources } from '../../src/engine/diagnostics.ts';
import { logFileOf, openFileLog } from '../../src/engine/file-log.ts';
import { AppError } from '../../src/shared/failure.ts';
import type { RunReport } from '../../src/shared/run.ts';
import { tempFolder } from '../fixtures/temp-folder.ts';

const account = { files: 3, bytes: 10, lines: 5, records: 5, rejects: 0, blanks: 0, pending: 0 };

function run(number: number): RunReport {
  return {
    runId: `run-${number}`,
    status: 'failed',
    dryRun: false,
    startedAt: '2026-11-25T14:00:00.000Z',
    finishedAt: '2026-11-25T14:00:02.000Z',
    durationMs: 2000,
    receipt: { ...account, imported: account, filesUnchanged: 0, filesFailed: 1, filesVanished: 0 },
    totals: null,
    rejectsByReason: {},
    problems: [
      {
        root: '/home/jane.doe/p',
        file: 'secret-project.jsonl',
        offset: null,
        reason: 'unreadable',
        message: 'no',
      },
    ],
    verified: false,
    failure: {
      code: 'database-denied',
      message: 'http://me:hunter2@host does not know jane.doe@corp-mail.de',
    },
    destination: 'x',
  };
}

async function sources(change: Partial<DiagnosticsSources> = {}): Promise<DiagnosticsSources> {
  return {
    appVersion: '0.1.0',
    dataDir: await tempFolder(),
    settings: {
      addedRoots: ['/home/jane.doe/history'],
      server: { url: 'https://a:hunter2@h', password: 'hunter2' },
    },
    database: async () => ({ kind: 'embedded', version: '26.7', place: '/home/jane.doe/data' }),
    runs: async () => [run(1), run(2)],
    person: { home: '/home/jane.doe', user: 'jane.doe' },
    now: () => new Date('2026-11-25T15:00:00Z'),
    ...change,
  };
}

function numberedLines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => `line-${from + index}.\n`).join('');
}

describe('gatherDiagnostics', () => {
  it('has everything that helps', async () => {
    const text = await gatherDiagnostics(await sources());
    expect(text).toMatch(/^Tokenhouse diagnostics of 2026-11-25T15:00:00.000Z\n/);
    for (const part of [
      'Tokenhouse 0.1.0',
      `Node ${process.versions.node}`,
      process.platform,
      '~/history',
      '"version": "26.7"',
      'run-1 failed, started 2026-11-25T14:00:00.000Z, 2.0 s, 5 lines of 3 files, 1 failed, not verified',
      'problems: unreadable 1',
      'database-denied',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('names no person, no secret and no transcript', async () => {
    const given = await sources();
    const log = openFileLog({ path: logFileOf(given.dataDir) });
    log.warn('cannot read /home/jane.doe/.claude/projects/-home-jane-doe-work/a.jsonl', {
      apiKey: 'hunter2',
      other: '/Users/bob/x',
    });
    await log.flush();
    const text = await gatherDiagnostics(given);
    expect(text).toContain('cannot read ~/.claude/projects/-~-work/a.jsonl');
    expect(text).not.toMatch(/jane|hunter2|bob|corp-mail|secret-project/i);
  });

  it('masks what an older version or another hand has written into the log', async () => {
    const given = await sources();
    await mkdir(join(given.dataDir, 'logs'));
    await writeFile(logFileOf(given.dataDir), '{"message":"key sk-ant-api03-abcdefgh for jane.doe"}\n');
    expect(await gatherDiagnostics(given)).toContain('{"message":"key *** for ***"}');
  });

  it('has the last 200 lines of the log, across the rotation', async () => {
    const given = await sources();
    await mkdir(join(given.dataDir, 'logs'));
    await writeFile(`${logFileOf(given.dataDir)}.1`, numberedLines(0, 300));
    await writeFile(logFileOf(given.dataDir), numberedLines(300, 350));
    const text = await gatherDiagnostics(given);
    expect(text.match(/line-\d+\./g)).toHaveLength(200);
    expect(text).toContain('line-150.');
    expect(text).not.toContain('line-149.');
    expect(text.indexOf('line-299.')).toBeLessThan(text.indexOf('line-300.'));
  });

  it('says what it can not know, and goes on', async () => {
    const text = await gatherDiagnostics(
      await sources({
        database: async () => {
          throw new AppError('database-unreachable', 'The database does not answer.');
        },
        runs: () => Promise.reject(new Error('odd')),
      }),
    );
    expect(text).toContain('Not known: The database does not answer.');
    expect(text).toContain('odd');
    expect(text).toMatch(/Last 200 lines of the log\n {2}Nothing\./);
  });
});

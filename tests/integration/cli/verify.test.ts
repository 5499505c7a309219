import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { readReport } from '../../../src/engine/verify/report/json-report.ts';
import { camelCase } from '../../../src/shared/snake-case.ts';
import { verificationReport, type VerificationReport } from '../../../src/shared/verification.ts';
import { runCli, startCli } from './run-cli.ts';

const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-cli-'));
const dataDir = join(folder, 'data');
const source = join(folder, 'history', 'projects');
const known = await generateHistory({
  output: join(folder, 'history'),
  lines: 2000,
  seed: 4,
  endMs: Date.UTC(2026, 10, 20),
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

const place = ['--source', source, '--data-dir', dataDir];

/** The document on stdout, checked by its schema. */
function reportOf(stdout: string): VerificationReport {
  return verificationReport.parse(camelCase(JSON.parse(stdout)));
}

/** Takes one line of one file out of the database. */
async function loseOneLine(): Promise<string> {
  const { stdout } = await runCli(
    'sql',
    'SELECT file, offset FROM records ORDER BY file, offset LIMIT 1 OFFSET 3',
    '--format',
    'JSONEachRow',
    '--data-dir',
    dataDir,
  );
  const { file, offset } = JSON.parse(stdout) as { file: string; offset: string };
  const lost = await runCli(
    'sql',
    `DELETE FROM lines WHERE file = '${file}' AND offset = ${offset}`,
    '--data-dir',
    dataDir,
  );
  expect(lost.code).toBe(0);
  return file;
}

describe('verify on the command line', () => {
  it('exits 0 after an import, says so, and writes both reports', async () => {
    expect((await runCli('migrate', ...place)).code).toBe(0);
    const output = ['--output', join(folder, 'passed.json'), '--output', join(folder, 'passed.html')];
    const { code, stdout, stderr } = await runCli('verify', ...place, '--sample-size', 'all', ...output);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^Passed/);
    const report = await readReport(join(folder, 'passed.json'));
    expect(report).toMatchObject({ result: 'passed', variance: 0, findings: [] });
    expect(report.perFile).toHaveLength(known.files);
    expect(await readFile(join(folder, 'passed.html'), 'utf8')).toContain(report.verificationId);
  });

  it('prints one JSON document, the same that is recorded', async () => {
    const { code, stdout } = await runCli('verify', ...place, '--json');
    expect(code).toBe(0);
    const { verificationId } = reportOf(stdout);
    const recorded = await runCli(
      'sql',
      `SELECT result FROM verifications WHERE verification_id = '${verificationId}'`,
      '--data-dir',
      dataDir,
    );
    expect(recorded.stdout).toBe('passed\n');
  });

  it('exits 3 when a line is missing and names the file; --repair mends it', async () => {
    const file = await loseOneLine();
    const wanting = await runCli('verify', ...place, '--json');
    expect(wanting.code).toBe(3);
    const { result, findings } = reportOf(wanting.stdout);
    expect(result).toBe('wanting');
    expect(findings.map((finding) => finding.place?.file)).toContain(file);

    const told = await runCli('verify', ...place);
    expect(told.code).toBe(3);
    expect(told.stdout).toContain('Found wanting');
    expect(told.stdout).toContain(file);

    const mended = await runCli('verify', ...place, '--repair');
    expect({ code: mended.code, stdout: mended.stdout }).toMatchObject({ code: 0 });
    expect((await runCli('verify', ...place)).code).toBe(0);
  });

  it('takes what grew since for no error', async () => {
    const [name] = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.jsonl'));
    await appendFile(join(source, name!), '{"type":"summary","summary":"later"}\n');
    const { code, stdout } = await runCli('verify', ...place, '--json');
    expect(code).toBe(0);
    expect(reportOf(stdout).files.grown).toBe(1);
  });

  it.each([
    ['a sample that is no number', ['--sample-size', 'many'], 2],
    ['a tolerance above 1', ['--tolerance', '2'], 2],
    ['a report that is neither', ['--output', join(folder, 'report.pdf')], 2],
    ['a report in a folder that is missing', ['--output', join(folder, 'missing', 'report.html')], 2],
    ['a source that is missing', ['--source', join(folder, 'missing')], 1],
    ['a server that is not there', ['--url', 'http://127.0.0.1:9'], 1],
  ])('refuses %s', async (_, args, expected) => {
    const { code, stderr } = await runCli('verify', '--data-dir', dataDir, ...args);
    expect(code).toBe(expected);
    expect(stderr).toMatch(/^error: .{10,}/m);
  });

  it('exits 130 when it is interrupted, and proves nothing', async () => {
    const { process: child, result } = startCli(['verify', ...place, '--sample-size', 'all', '--json']);
    child.kill('SIGINT');
    const { code, stdout } = await result;
    // Before it listens to signals the shell's own answer, later a report that says so.
    expect([130, null]).toContain(code);
    if (stdout !== '') expect(reportOf(stdout).result).toBe('cancelled');
  });

  it('compares the folders that the database has files of when no folder is named', async () => {
    vi.stubEnv('HOME', join(folder, 'nobody'));
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'nobody'));
    vi.stubEnv('CLAUDE_CONFIG_DIR', '');
    const named = await runCli('verify', '--source', source, '--data-dir', dataDir, '--json');
    const all = await runCli('verify', '--data-dir', dataDir, '--json');
    vi.unstubAllEnvs();
    expect(all.code).toBe(named.code);
    const [one, other] = [named, all].map(({ stdout }) => JSON.parse(stdout) as { files: { equal: number } });
    expect(other?.files).toEqual(one?.files);
    expect(other?.files.equal).toBeGreaterThan(0);
  });

  it('leaves lines in the log with the ids of the runs', async () => {
    const runs = await runCli('sql', 'SELECT run_id FROM runs', '--data-dir', dataDir);
    const log = await readFile(join(dataDir, 'logs', 'tokenhouse.log'), 'utf8');
    const logged = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { run_id?: string; message: string });
    for (const runId of runs.stdout.trim().split('\n')) {
      const messages = logged.filter((line) => line.run_id === runId).map(({ message }) => message);
      expect(messages).toEqual(expect.arrayContaining(['A run started', 'A run ended']));
    }
  });
});

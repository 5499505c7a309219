import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { runCli } from './run-cli.ts';

const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-cli-'));
const dataDir = join(folder, 'data');
const source = join(folder, 'history', 'projects');
const known = await generateHistory({
  output: join(folder, 'history'),
  lines: 2000,
  seed: 3,
  endMs: Date.UTC(2026, 10, 20),
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

interface Document {
  readonly status: string;
  readonly receipt: Record<string, number> & { imported: Record<string, number> };
  readonly failure: { code: string; message: string } | null;
}

const parse = (text: string): Document => JSON.parse(text) as Document;

describe('the command line', () => {
  it('imports a folder and prints one JSON document', async () => {
    const { code, stdout } = await runCli('migrate', '--source', source, '--data-dir', dataDir, '--json');
    expect(code).toBe(0);
    const { files, bytes, lines, records, rejects, blanks, pending } = known;
    expect(parse(stdout).receipt).toMatchObject({ files, bytes, lines, records, rejects, blanks, pending });
  });

  it('imports nothing the second time and says so', async () => {
    const { code, stdout } = await runCli('migrate', '--source', source, '--data-dir', dataDir);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing new');
  });

  it('names its commands in a checkout as they are typed there', async () => {
    const script = resolve(import.meta.dirname, '..', '..', '..', 'scripts', 'cli.mjs');
    const output = join(folder, 'a demo');
    const args = [script, 'demo', '--output', output, '--lines', '100'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const source = join(output, 'projects');
    expect(stdout).toContain(`Import it with: npm run cli -- migrate --source "${source}"\n`);
  });

  it('answers SQL, tab separated or in any format', async () => {
    const count = await runCli('sql', 'SELECT count() FROM records', '--data-dir', dataDir);
    expect(count).toMatchObject({ code: 0, stdout: `${known.records}\n`, stderr: '' });
    const csv = await runCli(
      'sql',
      "SELECT 1 AS a, 'x' AS b",
      '--format',
      'CSVWithNames',
      '--data-dir',
      dataDir,
    );
    expect(csv.stdout).toBe('"a","b"\n1,"x"\n');
  });

  it('tells what is wrong with a query, and exits 1', async () => {
    const { code, stdout, stderr } = await runCli('sql', 'SELECT * FROM nothing_here', '--data-dir', dataDir);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*nothing_here/);
  });

  it.each(['csv', 'jsonl', 'parquet'])('exports the rejects as %s', async (extension) => {
    const output = join(folder, `rejects.${extension}`);
    const { code } = await runCli('export', '--table', 'rejects', '--output', output, '--data-dir', dataDir);
    expect(code).toBe(0);
    const counted = await runCli('sql', `SELECT count() FROM file('${output}')`, '--data-dir', dataDir);
    expect(counted.stdout).toBe(`${known.rejects}\n`);
  });

  it('leaves no half file when an export fails', async () => {
    const output = join(folder, 'nothing.csv');
    expect(
      (await runCli('export', '--table', 'nothing', '--output', output, '--data-dir', dataDir)).code,
    ).toBe(1);
    expect(
      (await runCli('export', '--table', 'lines', '--output', join(folder, 'x.doc'), '--data-dir', dataDir))
        .code,
    ).toBe(2);
    expect((await readdir(folder)).filter((name) => name.startsWith('nothing'))).toEqual([]);
  });

  it('obeys a manifest exactly', async () => {
    const manifest = join(folder, 'manifest.json');
    const discovered = await runCli(
      'discover',
      '--source',
      source,
      '--max-files',
      '3',
      '--sort',
      'largest',
      '--output',
      manifest,
      '--data-dir',
      dataDir,
    );
    expect(discovered.code).toBe(0);
    const other = join(folder, 'other');
    const { code, stdout } = await runCli('migrate', '--manifest', manifest, '--data-dir', other, '--json');
    expect(code).toBe(0);
    expect(parse(stdout).receipt.files).toBe(3);
    const largest = await runCli('sql', 'SELECT count() FROM files', '--data-dir', other);
    expect(largest.stdout).toBe('3\n');
  });

  it.each([
    ['an unknown option', ['migrate', '--nonsense'], 2],
    ['an unknown command', ['nonsense'], 2],
    ['a number that is none', ['migrate', '--batch-size', 'many', '--source', source], 2],
    ['a privacy level that is none', ['migrate', '--privacy', 'secret', '--source', source], 2],
    ['a privacy rule without a folder', ['migrate', '--privacy-for', 'redacted', '--source', source], 2],
    ['an address that is none', ['sql', 'SELECT 1', '--url', 'nowhere'], 2],
    ['an address with a question', ['sql', 'SELECT 1', '--url', 'http://127.0.0.1:9/?user=me'], 2],
    [
      'a password variable that does not exist',
      ['sql', 'SELECT 1', '--url', 'http://127.0.0.1:9', '--password-env', 'NO_SUCH_VARIABLE'],
      2,
    ],
    ['a missing folder', ['migrate', '--source', join(folder, 'missing')], 1],
    ['a server that is not there', ['sql', 'SELECT 1', '--url', 'http://127.0.0.1:9'], 1],
    ['a manifest that is not there', ['migrate', '--manifest', join(folder, 'missing.json')], 1],
  ])('refuses %s', async (_, args, expected) => {
    const { code, stderr } = await runCli(...args, '--data-dir', dataDir);
    expect(code).toBe(expected);
    expect(stderr).toMatch(/^error: .{10,}/m);
  });

  it.each(['/dev/null/data', '/proc/data'])('says that %s can not be its data folder', async (place) => {
    const { code, stderr } = await runCli('migrate', '--source', source, '--data-dir', place);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: The data folder ${place} cannot be made`);
  });

  it('tells a failure as JSON when asked for JSON', async () => {
    const { code, stdout } = await runCli(
      'migrate',
      '--source',
      join(folder, 'missing'),
      '--data-dir',
      dataDir,
      '--json',
    );
    expect(code).toBe(1);
    expect(parse(stdout).failure?.code).toBe('source-missing');
  });

  it('refuses a manifest that is not one, naming the file', async () => {
    const file = join(folder, 'broken.json');
    await writeFile(file, '{"version": 1}');
    const { code, stderr } = await runCli('migrate', '--manifest', file, '--data-dir', dataDir);
    expect(code).toBe(1);
    expect(stderr).toContain('broken.json');
  });

  it('stores no content of a folder that is to be kept private', async () => {
    const other = join(folder, 'private');
    const args = ['--source', source, '--privacy-for', `metadata=${source}`, '--data-dir', other];
    expect((await runCli('migrate', ...args)).code).toBe(0);
    const left = await runCli(
      'sql',
      "SELECT countIf(raw != '' OR text != ''), count() FROM lines",
      '--data-dir',
      other,
    );
    expect(left.stdout).toBe(`0\t${known.records + known.rejects}\n`);
  });

  it('leaves no trace of a dry run but the empty database', async () => {
    const other = join(folder, 'dry');
    const { code, stdout } = await runCli(
      'migrate',
      '--dry-run',
      '--source',
      source,
      '--data-dir',
      other,
      '--json',
    );
    expect(code).toBe(0);
    expect(parse(stdout).receipt.lines).toBe(known.lines);
    const counted = await runCli(
      'sql',
      'SELECT (SELECT count() FROM lines) + (SELECT count() FROM runs) + (SELECT count() FROM files)',
      '--data-dir',
      other,
    );
    expect(counted.stdout).toBe('0\n');
    expect(await readdir(other)).not.toContain('run.sock');
  });
});

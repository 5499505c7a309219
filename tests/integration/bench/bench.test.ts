import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ratio, Row } from '../../bench/report/ratio.ts';

const script = resolve(import.meta.dirname, '..', '..', '..', 'scripts', 'bench.mjs');
const folder = mkdtempSync(join(tmpdir(), 'tokenhouse-bench-'));
const json = join(folder, 'now.json');
const stored = join(folder, 'stored.json');
const outstanding: Ratio = {
  scenario: 'full',
  size: '3 MB',
  what: 'MB/s',
  pair: 'ours / engine',
  value: 1000,
  better: 'higher',
  target: null,
};

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

/** Contestants that do not import every line and every response make the benchmark fail. */
describe('the whole benchmark, with a history of 3 MB', () => {
  let code: number | null = null;
  let stdout = '';

  beforeAll(async () => {
    writeFileSync(stored, JSON.stringify({ ratios: [outstanding] }));
    const args = ['--scenarios', 'full,metadata,naive', '--size', '3MB', '--rounds', '1', '--cache', folder];
    const child = spawn(process.execPath, [script, ...args, '--json', json, '--compare', stored], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    [code] = (await once(child, 'close')) as [number | null];
  });

  it('measures all contestants', () => {
    const { rows } = JSON.parse(readFileSync(json, 'utf8')) as { rows: Row[] };
    expect(rows.map(({ scenario, contestant }) => `${scenario}: ${contestant}`)).toEqual([
      'full: ours',
      'full: engine',
      'full: engine-tuned',
      'metadata: ours',
      'metadata: engine',
      'metadata: engine-tuned',
      'metadata: ccusage',
      'naive: ours',
      'naive: naive',
    ]);
    for (const row of rows) {
      if (row.note === 'not installed') continue;
      expect(row.wallSeconds).toBeGreaterThan(0);
      if (row.contestant !== 'ccusage') expect(row.diskBytes).toBeGreaterThan(0);
    }
  });

  it('shows ratios, and says whether they meet their targets', () => {
    expect(stdout).toMatch(
      /^\| full \| 3 MB \| MB\/s, ours \/ engine \| \d+\.\d\d \| ≥ [\d.]+ \| (?:not )?met \|$/m,
    );
    expect(stdout).toMatch(/^\| naive \| 3 MB \| MB\/s, ours \/ naive \| \d+\.\d\d \|/m);
  });

  it('compares them with stored ones, and fails when one is much worse', () => {
    expect(stdout).toMatch(/\| MB\/s, ours \/ engine \| 1000\.00 \| \d+\.\d\d \| -\d+ % \| WORSE \|/);
    expect(code).toBe(1);
  });
});

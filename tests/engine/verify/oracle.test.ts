import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { UsageCounter, type CountedTotals } from '../../../src/engine/verify/disk/count-usage.ts';
import { readFile } from '../../../src/engine/verify/disk/read-file.ts';
import { hasher } from './on-disk.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Real transcripts and the independent oracle lie beside the project where its developers work; they are not part of it. */
const shared = resolve(import.meta.dirname, '../../../../shared');
const corpus = join(shared, 'corpus');
const oracle = join(shared, 'tools', 'totals.mjs');
const generator = join(shared, 'tools', 'gen-history.mjs');

type Sums = Readonly<Record<string, number>>;
interface Answer {
  readonly receipt: Sums;
  readonly by_session: Readonly<Record<string, Sums>>;
  readonly by_model: Readonly<Record<string, Sums>>;
  readonly by_day_model: Readonly<Record<string, Readonly<Record<string, Sums>>>>;
}

function ask(...roots: string[]): Answer {
  const text = execFileSync(process.execPath, [oracle, ...roots], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(text) as Answer;
}

/** The same by the verifier. */
function verify(...roots: string[]): Answer {
  const counter = new UsageCounter();
  const receipt = { files: 0, bytes: 0, lines: 0, records: 0, rejects: 0, blanks: 0, pending: 0 };
  for (const root of roots) {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const path = join(root, name);
      const stat = statSync(path);
      if (!name.endsWith('.jsonl') || !stat.isFile()) continue;
      const file = relative(root, path);
      const reading = readFile({ path, file, limit: stat.size, until: stat.size }, hasher);
      const pending = Number(reading.pendingBytes > 0 && !reading.isPendingBlank);
      counter.merge(reading.usage);
      receipt.files++;
      receipt.bytes += reading.bytesRead;
      receipt.lines += reading.all.lines + reading.all.blanks + pending;
      receipt.records += reading.all.records;
      receipt.rejects += reading.all.rejects;
      receipt.blanks += reading.all.blanks;
      receipt.pending += pending;
    }
  }
  const days: Record<string, Record<string, Sums>> = {};
  for (const totals of counter.byDay()) (days[totals.day ?? ''] ??= {})[totals.model] = sumsOf(totals);
  const sessions: Record<string, { sums: typeof noSums }> = {};
  for (const { session, ...counts } of counter.each()) {
    const { sums } = (sessions[session] ??= { sums: { ...noSums } });
    sums.responses++;
    for (const name of countNames) sums[name] += counts[name];
  }
  return {
    receipt,
    by_session: Object.fromEntries(Object.entries(sessions).map(([name, totals]) => [name, sumsOf(totals)])),
    by_model: Object.fromEntries(counter.byModel().map((totals) => [totals.model, sumsOf(totals)])),
    by_day_model: days,
  };
}

const noSums = {
  responses: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  webSearchRequests: 0,
};
const countNames = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'webSearchRequests',
] as const;

function sumsOf({ sums }: Pick<CountedTotals, 'sums'>): Sums {
  return {
    responses: sums.responses,
    input_tokens: sums.inputTokens,
    output_tokens: sums.outputTokens,
    cache_write_5m_tokens: sums.cacheWrite5mTokens,
    cache_write_1h_tokens: sums.cacheWrite1hTokens,
    cache_read_tokens: sums.cacheReadTokens,
    web_search_requests: sums.webSearchRequests,
  };
}

function pick({ receipt, by_session, by_model, by_day_model }: Answer): Answer {
  return { receipt, by_session, by_model, by_day_model };
}

describe.runIf(existsSync(corpus) && existsSync(oracle))('the corpus of real transcripts', () => {
  const roots = existsSync(corpus)
    ? readdirSync(corpus)
        .map((name) => join(corpus, name, 'projects'))
        .filter((root) => existsSync(root))
    : [];

  it.each(roots)('%s has the receipt and totals of the oracle', (root) => {
    expect(verify(root)).toEqual(pick(ask(root)));
  });

  it('has them as one history', () => {
    expect(verify(...roots)).toEqual(pick(ask(...roots)));
  });
});

describe.runIf(existsSync(generator) && existsSync(oracle))('a generated history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenhouse-verify-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([1, 2, 3])('of seed %i has the receipt and totals of the oracle', (seed) => {
    const out = join(folder, String(seed), '.claude');
    const options = ['--out', out, '--lines', '4000', '--files', '60', '--seed', String(seed)];
    execFileSync(process.execPath, [generator, ...options, '--tool-median', '400']);
    expect(verify(join(out, 'projects'))).toEqual(pick(ask(join(out, 'projects'))));
  });
});

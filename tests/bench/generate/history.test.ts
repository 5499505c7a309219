import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.ts';
import { generateHistory, type HistoryShape } from './history.ts';

const mixed = { kind: 'mixed', bytes: 20e6 } as const;
const folder = mkdtempSync(join(tmpdir(), 'tokenhouse-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const facts = generateHistory(folder, mixed, 1);
const lines = filesIn(folder).flatMap(linesOf);

function filesIn(parent: string): string[] {
  const names = readdirSync(parent, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(parent, name));
}

function linesOf(file: string): Buffer[] {
  const bytes = readFileSync(file);
  const found: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    found.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return found;
}

async function fingerprint(shape: HistoryShape, seed: number): Promise<string> {
  const parent = await tempFolder();
  generateHistory(parent, shape, seed);
  const hash = createHash('sha256');
  for (const file of filesIn(parent).toSorted())
    hash.update(file.slice(parent.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function expectWithin(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThan(low);
  expect(value).toBeLessThan(high);
}

interface Line {
  readonly type: string;
  readonly toolUseResult?: unknown;
  readonly message?: { readonly id?: string; readonly usage?: { readonly output_tokens: number } };
}

function parse(line: Buffer): Line | null {
  try {
    return JSON.parse(line.toString()) as Line;
  } catch {
    return null;
  }
}

const records = lines.map(parse);

function shareOfLines(belongs: (line: Buffer) => boolean): number {
  return lines.filter(belongs).length / lines.length;
}

function shareOfBytes(belongs: (record: Line) => boolean): number {
  let bytes = 0;
  for (const [index, record] of records.entries())
    if (record && belongs(record)) bytes += lines[index]?.length ?? 0;
  return bytes / facts.bytes;
}

describe('a mixed history', () => {
  it('is the same for the same seed, and another for another', async () => {
    const small = { kind: 'mixed', bytes: 1e6 } as const;
    expect(await fingerprint(small, 5)).toBe(await fingerprint(small, 5));
    expect(await fingerprint(small, 5)).not.toBe(await fingerprint(small, 6));
  });

  it('has what its facts say', () => {
    expect(facts.files).toBe(filesIn(folder).length);
    expect(facts.lines).toBe(lines.length);
    expect(facts.bytes).toBe(lines.reduce((sum, line) => sum + line.length + 1, 0));
    expect(Math.abs(facts.bytes / mixed.bytes - 1)).toBeLessThan(0.02);
    expect(facts.damaged).toBeGreaterThan(0);
    expect(facts.damaged).toBe(records.filter((record) => record === null).length);
    expect(facts.responses).toBe(new Set(records.flatMap((record) => record?.message?.id ?? [])).size);
  });

  it('has lines as long as those that were measured', () => {
    const lengths = lines.map(({ length }) => length).toSorted((a, b) => a - b);
    const percentile = (percent: number): number =>
      lengths[Math.floor((lengths.length * percent) / 100)] ?? 0;
    // Measured: 1,046, 6,365 and 47,061.
    expectWithin(percentile(50), 800, 1500);
    expectWithin(percentile(90), 5000, 8000);
    expectWithin(percentile(99), 33_000, 62_000);
  });

  it('has most of its bytes in the results of tools', () => {
    // Measured: 70 % in user lines, 20 % in assistant lines.
    expectWithin(
      shareOfBytes(({ type }) => type === 'user'),
      0.64,
      0.76,
    );
    expectWithin(
      shareOfBytes(({ type }) => type === 'assistant'),
      0.16,
      0.26,
    );
    expect(shareOfBytes(({ toolUseResult }) => toolUseResult !== undefined)).toBeGreaterThan(0.6);
  });

  it('has responses of several lines, some of which grow', () => {
    const outputs = new Map<string, number[]>();
    for (const record of records) {
      const { id, usage } = record?.message ?? {};
      if (id !== undefined && usage) outputs.set(id, [...(outputs.get(id) ?? []), usage.output_tokens]);
    }
    const all = [...outputs.values()];
    expect(new Set(all.map(({ length }) => length))).toEqual(new Set([1, 2, 3, 4]));
    const growing = all.filter((values) => new Set(values).size > 1).length;
    expectWithin(growing / all.length, 0.1, 0.5);
  });

  it('has escapes, and characters that are not ASCII', () => {
    expectWithin(
      shareOfLines((line) => line.includes('\\u001b')),
      0.005,
      0.05,
    );
    expectWithin(
      shareOfLines((line) => line.some((byte) => byte > 127)),
      0.15,
      0.5,
    );
    expectWithin(
      shareOfLines((line) => line.includes('\\n')),
      0.5,
      1,
    );
  });

  it('is compressed as transcripts are', () => {
    const packed = filesIn(folder).reduce(
      (sum, file) => sum + gzipSync(readFileSync(file), { level: 1 }).length,
      0,
    );
    expectWithin(facts.bytes / packed, 3, 6);
  });

  it('has several projects, and subagents', () => {
    const names = filesIn(folder).map((file) => file.slice(folder.length));
    expect(new Set(names.map((name) => name.split('/')[2])).size).toBeGreaterThan(4);
    expect(names.filter((name) => name.includes('/subagents/agent-')).length).toBeGreaterThan(0);
  });
});

describe('histories of many files', () => {
  it('of about 2 KB each', async () => {
    const { files, bytes } = generateHistory(await tempFolder(), { kind: 'small', files: 300 }, 1);
    expect(files).toBe(300);
    expectWithin(bytes / files, 1500, 2700);
  });

  it('of a given number and sum', async () => {
    const { files, bytes } = generateHistory(await tempFolder(), { kind: 'wide', files: 100, bytes: 5e6 }, 1);
    expect(files).toBe(100);
    expectWithin(bytes, 4e6, 6e6);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { accountOf } from '../../../src/engine/receipt.ts';
import { extractBytes, Import, restore, uncut, xxHash64, type Cutting } from './extract-file.ts';
import { anyFile, nastyFiles } from './nasty-files.ts';

// Hundreds of imports a test; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus');

/** Every byte is in a row, a gap, a newline between them or the pending end; every hash is that of the bytes. */
async function expectLossless(bytes: Uint8Array, cutting: Cutting = uncut): Promise<Import> {
  const file = 'project/file.jsonl';
  const imported = await new Import().run({ [file]: bytes }, cutting);
  const checkpoint = imported.checkpoint(file);
  const accounted = Buffer.from(bytes).subarray(0, checkpoint.importedBytes);
  expect(restore(imported, file).equals(accounted)).toBe(true);
  expect(checkpoint.importedBytes + checkpoint.pendingBytes).toBe(bytes.length);
  let checksum = 0n;
  for (const line of imported.linesOf(file)) {
    expect(line.length).toBe(BigInt(line.raw.length));
    expect(line.hash).toBe(xxHash64(Buffer.from(line.raw, 'latin1')));
    checksum = BigInt.asUintN(64, checksum + line.hash);
  }
  expect(checkpoint.checksum).toBe(checksum);
  expect(accountOf(checkpoint)).toEqual(receiptOf(bytes));
  return imported;
}

/** The receipt as `totals.mjs` counts it. */
function receiptOf(bytes: Uint8Array): ReturnType<typeof accountOf> {
  const receipt = {
    files: 1,
    bytes: bytes.length,
    lines: 0,
    records: 0,
    rejects: 0,
    blanks: 0,
    pending: 0,
  };
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline;
    let text = Buffer.from(bytes.subarray(at, end)).toString('utf8');
    if (at === 0) text = text.replace(/^\ufeff/, '');
    receipt.lines++;
    if (text.trim() === '') receipt.blanks++;
    else if (isRecord(text)) receipt.records++;
    else if (newline < 0) receipt.pending++;
    else receipt.rejects++;
    at = end + 1;
  }
  return receipt;
}

function isRecord(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('a file can be given back byte for byte', () => {
  it.each(Object.entries(nastyFiles))('with %s', async (_, bytes) => {
    await expectLossless(bytes);
    await expectLossless(bytes, { taskBytes: Math.max(7, bytes.length >> 8), batchRows: 1 });
  });

  it('whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (bytes) => {
        await expectLossless(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('when it is nothing but arbitrary bytes', async () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const withNewlines = fc.array(fc.oneof(bytes, fc.constant(Uint8Array.of(10))), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(withNewlines, async (pieces) => {
        await expectLossless(Buffer.concat(pieces));
      }),
      { numRuns: 200 },
    );
  });

  it('with a line of 60 MB', async () => {
    const long = Buffer.from(
      `{"type":"user","message":{"content":"${'0123456789abcdef'.repeat(60 << 16)}"}}`,
    );
    const bytes = Buffer.concat([Buffer.from('{"cwd":"/p"}\n'), long, Buffer.from('\n{}\n')]);
    const imported = await expectLossless(bytes, { taskBytes: 8 << 20, batchRows: 50_000 });
    expect(imported.linesOf('project/file.jsonl').map(({ kind }) => kind)).toEqual([
      'record',
      'record',
      'record',
    ]);
  });

  it.skipIf(!existsSync(corpus))('for every genuine transcript of the corpus', async () => {
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => name.endsWith('.jsonl'));
    expect(files.length).toBeGreaterThan(300);
    for (const name of files) await expectLossless(readFileSync(path.join(corpus, name)));
  });
});

describe('the hash of a line', () => {
  it('is xxHash64 with seed 0, as ClickHouse computes it', async () => {
    const imported = await extractBytes('abc\n');
    expect(imported.lines[0]?.hash).toBe(0x44bc2cf5ad770999n);
  });
});

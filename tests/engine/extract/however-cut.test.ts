import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../src/engine/checkpoints/checkpoint.ts';
import { Import, restore, uncut, without, type Cutting, type EvidenceRow } from './extract-file.ts';
import { anyFile, nastyFiles } from './nasty-files.ts';

// Hundreds of imports a test; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const file = 'project/file.jsonl';

const anyCutting: fc.Arbitrary<Cutting> = fc.record({
  taskBytes: fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 4000 }),
    fc.constant(1 << 20),
  ),
  batchRows: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(50_000)),
});

/** Ranges of single bytes for a short file; for a long one not more than some dozens, to be done in time. */
function sensible({ taskBytes, batchRows }: Cutting, length: number): Cutting {
  return { taskBytes: Math.max(taskBytes, length >> 5), batchRows };
}

/** What must not depend on how the work was cut. */
interface Outcome {
  readonly lines: readonly object[];
  readonly gaps: readonly object[];
  readonly evidence: readonly string[];
  readonly account: object;
}

function outcomeOf(imported: Import, name = file, ignored: readonly string[] = []): Outcome {
  return {
    lines: imported.linesOf(name).map((row) => without(row, ['generation', ...ignored])),
    gaps: imported.gapsOf(name).map((row) => without(row, ['generation', ...ignored])),
    evidence: distinct(imported.evidence, ignored),
    account: accountFields(imported.checkpoint(name), ignored),
  };
}

/** Evidence is folded by maximum and minimum: it is a set. */
function distinct(rows: readonly EvidenceRow[], ignored: readonly string[]): string[] {
  const text = (row: EvidenceRow): string =>
    JSON.stringify(row, (key, value: unknown) =>
      ignored.includes(key) ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
  return [...new Set(rows.map(text))].toSorted();
}

/** The head marker may be shorter when the first piece is; which generation it is depends on the history. */
function accountFields(checkpoint: Checkpoint, ignored: readonly string[]): object {
  expect(checkpoint.head.length).toBeLessThanOrEqual(4096);
  const fromHead = ignored.includes('project') ? ['project', 'sessionId'] : [];
  return without(checkpoint, [
    'head',
    'generation',
    'modifiedMs',
    'changedMs',
    'inode',
    'firstSeenMs',
    ...fromHead,
  ]);
}

async function importOnce(bytes: Uint8Array, cutting: Cutting = uncut): Promise<Import> {
  return new Import().run({ [file]: bytes }, cutting);
}

describe('rows, checksum and account are the same', () => {
  it('however the bytes of a file are cut into ranges and batches', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, anyCutting, async (bytes, cutting) => {
        const cut = await importOnce(bytes, sensible(cutting, bytes.length));
        expect(outcomeOf(cut)).toEqual(outcomeOf(await importOnce(bytes)));
        expect(cut.lines.length).toBe(cut.linesOf(file).length);
      }),
      { numRuns: 200 },
    );
  });

  it.each(Object.entries(nastyFiles).filter(([, bytes]) => bytes.length < 1000))(
    'for %s in ranges of every length',
    async (_, bytes) => {
      const whole = outcomeOf(await importOnce(bytes));
      for (let taskBytes = 1; taskBytes <= Math.min(bytes.length, 40); taskBytes++) {
        expect(outcomeOf(await importOnce(bytes, { taskBytes, batchRows: 2 }))).toEqual(whole);
      }
    },
  );

  it('for any order and grouping of several files', async () => {
    const files = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c/ü', 'c/d', '测/e'), anyFile), {
      selector: ([name]) => name,
      minLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(files, anyCutting, fc.boolean(), async (several, cutting, isReversed) => {
        const order = isReversed ? several.toReversed() : several;
        const longest = Math.max(...several.map(([, bytes]) => bytes.length));
        const together = await new Import().run(Object.fromEntries(order), sensible(cutting, longest));
        const alone = new Import();
        for (const [name, bytes] of several) await alone.run({ [name]: bytes });
        for (const [name] of several) {
          expect(outcomeOf(together, name)).toEqual(outcomeOf(alone, name));
        }
      }),
      { numRuns: 60 },
    );
  });
});

async function grow(bytes: Buffer, sizes: readonly number[], cutting: Cutting): Promise<Import> {
  const grown = new Import();
  for (const size of sizes) {
    await grown.run({ [file]: bytes.subarray(0, size) }, sensible(cutting, bytes.length));
    const { importedBytes, pendingBytes } = grown.checkpoint(file);
    expect(importedBytes + pendingBytes).toBe(size);
    expect(restore(grown, file).equals(bytes.subarray(0, importedBytes))).toBe(true);
  }
  return grown;
}

describe('a file that grows and is imported after each step', () => {
  /** Where a file is cut on its way: anywhere, and in the places that hurt. */
  const anyGrowth = fc.tuple(anyFile, fc.array(fc.nat(), { maxLength: 4 })).map(([bytes, places]) => ({
    bytes,
    sizes: [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b),
  }));

  /** What a line inherits from the head of its file is decided when it is imported. */
  const inherited = ['project', 'session_id'];

  it('ends as if it had been imported once', async () => {
    await fc.assert(
      fc.asyncProperty(anyGrowth, anyCutting, async ({ bytes, sizes }, cutting) => {
        const grown = await grow(bytes, sizes, cutting);
        const once = await importOnce(bytes);
        const { evidence, ...rest } = outcomeOf(grown, file, inherited);
        const { evidence: needed, ...expected } = outcomeOf(once, file, inherited);
        expect(rest).toEqual(expected);
        // A generation that was given up leaves its evidence: the same responses, said once more.
        if (grown.checkpoint(file).generation === 0) expect(evidence).toEqual(needed);
        else expect(evidence).toEqual(expect.arrayContaining([...needed]));
      }),
      { numRuns: 200 },
    );
  });

  it('inherits the same project and session when its first line names them', async () => {
    const head = Buffer.from('{"cwd":"/home/ü","sessionId":"s-1"}\n');
    await fc.assert(
      fc.asyncProperty(anyGrowth, anyCutting, async ({ bytes, sizes }, cutting) => {
        const whole = Buffer.concat([head, bytes]);
        const grown = await grow(
          whole,
          sizes.map((size) => size + head.length),
          cutting,
        );
        const once = await importOnce(whole);
        expect(outcomeOf(grown).lines).toEqual(outcomeOf(once).lines);
        expect(outcomeOf(grown).account).toEqual(outcomeOf(once).account);
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(nastyFiles).filter(([, bytes]) => bytes.length < 150))(
    'byte by byte, with %s',
    async (_, bytes) => {
      const sizes = Array.from({ length: bytes.length + 1 }, (_, size) => size);
      const grown = outcomeOf(await grow(bytes, sizes, uncut), file, inherited);
      const once = outcomeOf(await importOnce(bytes), file, inherited);
      expect(grown.lines).toEqual(once.lines);
      expect(grown.gaps).toEqual(once.gaps);
      expect(grown.account).toEqual(once.account);
    },
  );

  it('is a new generation when something else than a newline follows a line without one', async () => {
    const imported = new Import();
    await imported.run({ [file]: Buffer.from('{"a":1}') });
    await imported.run({ [file]: Buffer.from('{"a":1}\r\n') });
    expect(imported.checkpoint(file)).toMatchObject({ generation: 1, lines: 1, importedBytes: 9 });
    expect(imported.linesOf(file).map(({ raw }) => raw)).toEqual(['{"a":1}\r']);
  });

  it('keeps its generation when the missing newline follows', async () => {
    const imported = new Import();
    await imported.run({ [file]: Buffer.from('{"a":1}') });
    await imported.run({ [file]: Buffer.from('{"a":1}\n') });
    await imported.run({ [file]: Buffer.from('{"a":1}\n{"b":2}\n') });
    expect(imported.checkpoint(file)).toMatchObject({ generation: 0, lines: 2, importedBytes: 16 });
  });
});

describe('a run that died between inserting and accounting', () => {
  it('is continued without inserting a line twice and with the full account', async () => {
    const crash = fc.record({ inserted: fc.nat({ max: 8 }), accounted: fc.nat({ max: 8 }) });
    await fc.assert(
      fc.asyncProperty(anyFile, anyCutting, anyCutting, crash, async (bytes, first, second, died) => {
        const { inserted } = died;
        const imported = new Import();
        await imported.run(
          { [file]: bytes },
          sensible(first, bytes.length),
          inserted,
          Math.min(died.accounted, inserted),
        );
        imported.doubt(file);
        await imported.run({ [file]: bytes }, sensible(second, bytes.length));
        expect(imported.lines.length).toBe(imported.linesOf(file).length);
        const { account, ...rest } = outcomeOf(imported);
        const { account: fullAccount, ...expected } = outcomeOf(await importOnce(bytes));
        expect(rest).toEqual(expected);
        expect(account).toEqual(fullAccount);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the markers of a checkpoint', () => {
  it('cover the kilobyte before its end, however short the last piece was', async () => {
    const line = Buffer.from(`{"x":"${'y'.repeat(3000)}"}`);
    const imported = new Import();
    await imported.run({ [file]: line });
    await imported.run({ [file]: Buffer.concat([line, Buffer.from('\n')]) });
    expect(imported.checkpoint(file)).toMatchObject({ generation: 0, tail: { length: 1024 } });
  });

  it('tell a rewritten file that has a newline in the same place', async () => {
    const start = `{"type":"user","cwd":"/p","note":"${'n'.repeat(5000)}"}\n`;
    const imported = new Import();
    await imported.run({ [file]: Buffer.from(`${start}{"a":"1"}`) });
    await imported.run({ [file]: Buffer.from(`${start}{"a":"1"}\n`) });
    await imported.run({ [file]: Buffer.from(`${start}{"b":"2"}\n{"c":3}\n`) });
    expect(
      imported
        .linesOf(file)
        .map(({ raw }) => raw)
        .slice(1),
    ).toEqual(['{"b":"2"}', '{"c":3}']);
  });
});

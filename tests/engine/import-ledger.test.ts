import { describe, expect, it } from 'vitest';
import { CheckpointMap } from '../../src/engine/checkpoints/checkpoint.ts';
import type { Marker, SegmentPart } from '../../src/engine/extract/task.ts';
import { ImportLedger } from '../../src/engine/import-ledger.ts';
import { ProgressMeter } from '../../src/engine/progress.ts';
import { batchOf, checkpointOf, partOf, planOf } from './made-up-run.ts';

const tail: Marker = { length: 8, hash: 42n };

/** What the ledger says of a part of a file of which 50 bytes are in the database. */
function judge(part: Partial<SegmentPart>): { isUsed: boolean; failed: string[]; reasons: string[] } {
  const progress = new ProgressMeter(
    () => undefined,
    () => Promise.resolve(0),
  );
  const ledger = new ImportLedger(new CheckpointMap(), progress);
  ledger.take(planOf(checkpointOf('a.jsonl', { importedBytes: 50, tail }), checkpointOf('b.jsonl')));
  const other = partOf({ index: 1, start: 0, end: 10 });
  const isUsed = ledger.accepts(batchOf(partOf({ start: 50, end: 60, ...part }), other));
  return {
    isUsed,
    failed: ledger.failures.map(({ file }) => file),
    reasons: progress.problems.map(({ reason }) => reason),
  };
}

const used = { isUsed: true, failed: [], reasons: [] };
const changed = { isUsed: false, failed: ['a.jsonl'], reasons: ['changed'] };

describe('bytes that follow those in the database', () => {
  it('are used when the bytes before them are those in the database', () => {
    expect(judge({ lead: tail })).toEqual(used);
  });

  it('are not used when the bytes before them are others: the file was changed while it was read', () => {
    expect(judge({ lead: { length: tail.length, hash: 43n } })).toEqual(changed);
  });

  it('are used when the bytes before them can not be compared', () => {
    expect(judge({ lead: { length: tail.length - 1, hash: 43n } })).toEqual(used);
  });

  it('are used behind the newline that the last line had still been waiting for', () => {
    expect(judge({ start: 51, end: 61 })).toEqual(used);
  });

  it.each([
    { what: 'before their end', start: 49 },
    { what: 'behind a hole', start: 52 },
  ])('are not used when they begin $what', ({ start }) => {
    expect(judge({ start, end: 62, lead: tail })).toEqual(changed);
  });
});

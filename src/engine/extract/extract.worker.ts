import { move, transferableSymbol, valueSymbol } from 'piscina';
import xxhash from 'xxhash-wasm';
import { BatchBuilder } from './batch-builder.ts';
import { extractSegment } from './extract-segment.ts';
import { recount as recountFile, type Recount, type RecountTask } from './recount.ts';
import type { Batch, ExtractResult, ExtractTask, FailedSegment } from './task.ts';

const hasher = await xxhash();

/**
 * The Piscina task: extracts all segments; a file that can't be read is reported and the others go on.
 *
 * Answers an {@link ExtractResult} inside Piscina's mark for transfer, which Piscina takes off on the other side.
 */
export function extract(task: ExtractTask): unknown {
  const builder = new BatchBuilder(task, (bytes) => hasher.h64Raw(bytes));
  const failed: FailedSegment[] = [];
  for (const segment of task.segments) {
    try {
      extractSegment(segment, builder);
    } catch (error) {
      if (!(error instanceof Error) || builder.isOpen) throw error;
      const code = 'code' in error ? String(error.code) : 'unexpected';
      failed.push({ index: segment.index, code, message: error.message });
    }
  }
  return transferable({ batches: builder.finish(), failed });
}

/** Marks the rows' buffers for transfer, so that they change hands without a copy. */
function transferable(result: ExtractResult): unknown {
  return move({ [transferableSymbol]: result.batches.flatMap(buffersOf), [valueSymbol]: result });
}

function buffersOf(batch: Batch): ArrayBuffer[] {
  return [batch.lines, batch.gaps, batch.evidence].flatMap(({ parts }) => parts.map((part) => part.buffer));
}

/** The Piscina task `recount`: reads lines again and adds them up. Throws the file system's error. */
export function recount(task: RecountTask): Recount {
  return recountFile(task, (bytes) => hasher.h64Raw(bytes));
}

import { setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import xxhash from 'xxhash-wasm';
import { BatchBuilder, BatchRows, hugeLine } from './batch-builder.ts';
import { extractSegment } from './extract-segment.ts';
import { allocateOwn, type Allocate } from './native-block.ts';
import { ReadBuffer } from './read-buffer.ts';
import { answerRecount, type RecountAnswer, type RecountTask } from './recount.ts';
import type { Batch, ExtractResult, ExtractTask, FailedSegment } from './task.ts';

/** Niceness of a worker, on Linux, where it is a thread's own: what a person looks at goes first. */
const courtesy = 10;
if (process.platform === 'linux') setPriority(courtesy);

const hasher = await xxhash();
const hash = (bytes: Uint8Array): bigint => hasher.h64Raw(bytes);
const rows = new BatchRows();
const buffer = new ReadBuffer();

/**
 * The Piscina task: extracts all segments; a file that can't be read is reported and the others go on.
 *
 * Answers an {@link ExtractResult} inside Piscina's mark for transfer, which Piscina takes off on the other side.
 */
export function extract(task: ExtractTask): unknown {
  const builder = new BatchBuilder(task, { hash, rows, allocate: allocateFrom(task.memory) });
  const failed: FailedSegment[] = [];
  for (const segment of task.segments) {
    try {
      extractSegment(segment, builder, buffer);
    } catch (error) {
      if (!(error instanceof Error) || builder.isOpen) throw error;
      const code = 'code' in error ? String(error.code) : 'unexpected';
      failed.push({ index: segment.index, code, message: error.message });
    }
  }
  const batches = builder.finish();
  if (batches.some(({ lines }) => lines.bytes.length > hugeLine)) collectGarbage();
  return transferable({ batches, failed });
}

/** A worker that has nothing to do collects nothing: without this a line of 300 MB would leave a gigabyte behind. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Memory of the task as long as there is some, then memory of our own. */
function allocateFrom(memory: SharedArrayBuffer | null): Allocate {
  let used = 0;
  return (byteLength) => {
    if (memory === null || used + byteLength > memory.byteLength) return allocateOwn(byteLength);
    used += byteLength;
    return new Uint8Array(memory, used - byteLength, byteLength);
  };
}

/** Marks the rows' own buffers for transfer, so that they change hands without a copy. */
function transferable(result: ExtractResult): unknown {
  return move({ [transferableSymbol]: result.batches.flatMap(buffersOf), [valueSymbol]: result });
}

function buffersOf({ lines, gaps, evidence }: Batch): ArrayBuffer[] {
  return [lines, gaps, evidence].flatMap(({ rows, bytes }) =>
    rows > 0 && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [],
  );
}

/** The Piscina task `recount`: reads lines again and adds them up. */
export function recount(task: RecountTask): RecountAnswer {
  return answerRecount(task, hash);
}

import type { Batch, ExtractTask, RefusedLine, Segment } from '../extract/task.ts';

/** The task that makes the lines of one batch again, in batches of at most `batchRows`. */
export function smallerTask(task: ExtractTask, batch: Batch, batchRows: number): ExtractTask {
  const segments = batch.parts.map(({ index, start, end, pendingBytes }): Segment => {
    const segment = task.segments.find((one) => one.index === index && one.from <= start && start <= one.to);
    if (!segment) throw new Error(`No segment of the task holds byte ${start} of file ${index}`);
    const limit = end + pendingBytes;
    const isFromStart = start === segment.from;
    return {
      ...segment,
      from: start,
      to: limit,
      limit,
      startsLine: true,
      followsUnterminated: isFromStart && segment.followsUnterminated,
    };
  });
  // The rows of the batch itself lie in the task's memory.
  return { ...task, batchRows, segments, memory: null };
}

/**
 * The task in which the line at `offset` becomes a reject. When it already was one, or is too large, the database does not
 * take its bytes either, and only their hash is kept.
 */
export function withRefusal(
  task: ExtractTask,
  offset: number,
  message: string,
  isTooLarge: boolean,
): ExtractTask {
  return {
    ...task,
    segments: task.segments.map((segment) => {
      const before = segment.refused ?? [];
      const known = before.find((line) => line.offset === offset);
      const line: RefusedLine = {
        offset,
        message: known?.message ?? message,
        withoutBytes: isTooLarge || known !== undefined,
      };
      return { ...segment, refused: [...before.filter((one) => one !== known), line] };
    }),
  };
}

import type { PrivacySettings } from '../shared/privacy.ts';
import type { ExtractTask, Segment } from './extract/task.ts';
import type { PlannedFile } from './plan.ts';

/** Most files in one task: their account is sent back with the rows. */
const mostFiles = 2048;

export interface ScheduleOptions {
  readonly source: string;
  readonly runId: string;
  readonly batchRows: number;
  readonly privacy: PrivacySettings;
  /** Source bytes of one task. */
  readonly taskBytes: number;
  /** Most bytes of a file that are read at once. */
  readonly rangeBytes: number;
}

/**
 * Cuts the files into tasks of about `taskBytes`: small files together, a large file in ranges.
 *
 * The ranges of a file come in order, each in a task of its own: when one can't be read, those behind it are left out,
 * and the database keeps having the beginning of the file without a hole.
 */
export function* schedule(files: readonly PlannedFile[], options: ScheduleOptions): Generator<ExtractTask> {
  let segments: Segment[] = [];
  let bytes = 0;
  const take = (): ExtractTask => {
    const task = {
      runId: options.runId,
      importedAtMs: Date.now(),
      batchRows: options.batchRows,
      privacy: options.privacy,
      segments,
      memory: null,
    };
    segments = [];
    bytes = 0;
    return task;
  };
  for (const planned of files) {
    for (const segment of rangesOf(planned, options)) {
      const size = segment.to - segment.from;
      const isRange = !segment.startsLine || segment.to < segment.limit;
      const isFull = bytes + size > options.taskBytes || segments.length >= mostFiles;
      if (segments.length > 0 && (isFull || isRange)) yield take();
      segments.push(segment);
      bytes += size;
      if (isRange) yield take();
    }
  }
  if (segments.length > 0) yield take();
}

function* rangesOf({ index, found, checkpoint }: PlannedFile, options: ScheduleOptions): Generator<Segment> {
  const limit = found.sizeBytes;
  const start = checkpoint.importedBytes;
  let from = start;
  do {
    const to = Math.min(limit, from + options.rangeBytes);
    yield {
      source: options.source,
      root: checkpoint.root,
      file: checkpoint.file,
      generation: checkpoint.generation,
      index,
      path: found.path,
      from,
      to,
      limit,
      startsLine: from === start,
      followsUnterminated: from === start && checkpoint.isUnterminated,
      foundRoot: found.root,
      inode: found.inode,
    };
    from = to;
  } while (from < limit);
}

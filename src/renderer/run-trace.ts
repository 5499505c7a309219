import { useSyncExternalStore } from 'react';
import type { Progress, RunState } from '../shared/run.ts';
import { assertNever } from '../shared/failure.ts';
import { currentRun } from './stores.ts';

export interface Sample {
  readonly elapsedMs: number;
  readonly bytesPerSecond: number;
}

/** What the window remembers of a run while it goes on: counts come from main, the bar and the chart are drawn here. */
export interface RunTrace {
  readonly runId: string | null;
  /** Part of the bytes that is done, 0 to 1. Never falls; 1 only when the report is there. */
  readonly share: number;
  readonly samples: readonly Sample[];
  /** Since when the run has been watching, in milliseconds since 1970; null before that. */
  readonly watchingSinceMs: number | null;
}

export const noTrace: RunTrace = { runId: null, share: 0, samples: [], watchingSinceMs: null };
const mostSamples = 240;

/** The trace after one more announcement. */
export function follow(trace: RunTrace, state: RunState): RunTrace {
  switch (state.status) {
    case 'idle':
      return noTrace;
    case 'completed':
    case 'cancelled':
    case 'failed':
    case 'interrupted':
      return {
        ...(state.report.runId === trace.runId ? trace : noTrace),
        runId: state.report.runId,
        share: state.status === 'completed' ? 1 : state.report.runId === trace.runId ? trace.share : 0,
      };
    case 'running':
    case 'paused':
    case 'cancelling':
    case 'elsewhere': {
      const before = state.runId === trace.runId ? trace : noTrace;
      if (state.progress === null) return { ...before, runId: state.runId };
      return {
        runId: state.runId,
        share: Math.max(before.share, shareOf(state.progress)),
        samples: withSample(before.samples, state.progress),
        watchingSinceMs: before.watchingSinceMs ?? watchingSince(state.progress),
      };
    }
    default:
      return assertNever(state);
  }
}

/** A window that comes later knows only when everything was last compared: then, at least, it was in step. */
function watchingSince({ phase, watch }: Progress): number | null {
  if (phase !== 'watching') return null;
  const sweptAt = watch?.sweptAt ?? null;
  return sweptAt === null ? Date.now() : Date.parse(sweptAt);
}

/** The total is still growing while files are being found, so nothing counts before it is final. */
function shareOf(progress: Progress): number {
  if (progress.phase === 'connecting' || progress.phase === 'discovering' || progress.bytesTotal === 0)
    return 0;
  return Math.min(progress.bytesDone / progress.bytesTotal, 0.999);
}

function withSample(samples: readonly Sample[], progress: Progress): readonly Sample[] {
  if (progress.phase !== 'importing' && progress.phase !== 'finishing') return samples;
  const last = samples.at(-1);
  const spanMs = (last?.elapsedMs ?? 0) - (samples[0]?.elapsedMs ?? 0);
  const gapMs = Math.max(500, spanMs / mostSamples);
  if (last !== undefined && progress.elapsedMs - last.elapsedMs < gapMs) return samples;
  const next = [...samples, { elapsedMs: progress.elapsedMs, bytesPerSecond: progress.rates.bytes }];
  return next.length > mostSamples ? next.filter((_, index) => index === 0 || index % 2 === 1) : next;
}

let trace = noTrace;

function subscribe(listener: () => void): () => void {
  const take = () => {
    const known = currentRun.read();
    if (known.status !== 'known') return;
    trace = follow(trace, known.value);
    listener();
  };
  take();
  return currentRun.subscribe(take);
}

/** Mounted by the shell for as long as the window lives, so the chart has no hole after a look at another screen. */
export function useRunTrace(): RunTrace {
  return useSyncExternalStore(subscribe, () => trace);
}

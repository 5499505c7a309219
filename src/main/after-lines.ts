import type { RunState } from '../shared/run.ts';

/** Says that the import is over and the run is watching, and then that lines came in: a little after the first, not too often. */
export function createAfterLines(options: {
  readonly refresh: () => void;
  readonly firstMs: number;
  readonly everyMs: number;
}): { onRun(state: RunState): void; end(): void } {
  const { refresh, firstMs, everyMs } = options;
  let timer: NodeJS.Timeout | null = null;
  /** Null before the run is watching. */
  let seenLines: number | null = null;
  let refreshedMs = 0;

  function refreshNow(): void {
    timer = null;
    refreshedMs = Date.now();
    refresh();
  }

  function end(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  return {
    onRun: (state) => {
      if (state.status !== 'running' && state.status !== 'paused' && state.status !== 'elsewhere') {
        // Its end refreshes by itself.
        end();
        seenLines = null;
        return;
      }
      const lines = state.progress?.watch?.lines ?? null;
      if (lines === null || lines === seenLines) return;
      seenLines = lines;
      timer ??= setTimeout(refreshNow, Math.max(firstMs, refreshedMs + everyMs - Date.now()));
    },
    end,
  };
}

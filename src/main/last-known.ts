import * as z from 'zod';
import type { Log } from '../engine/log.ts';
import { writeWhole } from '../engine/write-file.ts';
import type { DatabaseState, LastKnown } from '../shared/contract.ts';
import { toFailure } from '../shared/failure.ts';
import type { RunState } from '../shared/run.ts';

/** Name of the file without its extension, as electron-store wants it. */
export const lastKnownName = 'checkpoints';

const schema = z.object({
  destination: z.string(),
  runId: z.string(),
  status: z.enum(['running', 'paused', 'watching', 'completed', 'cancelled', 'failed', 'interrupted']),
  at: z.iso.datetime(),
  files: z.int().min(0),
  lines: z.int().min(0),
  bytes: z.int().min(0),
}) satisfies z.ZodType<LastKnown>;

/** The part of electron-store that is used: all of it at once, and where it is. */
export interface LastKnownFile {
  readonly store: object;
  readonly path: string;
}

/**
 * What the database held when it was last measured, for the moment before it is open.
 *
 * A cache of some two hundred bytes: damaged or lost it costs nothing. How far each file is in the database is known by
 * the database alone (docs/decisions/0003).
 */
export interface LastKnownStore {
  current(): LastKnown | null;
  /** Writes after a run, after its import and at a pause, else at most every five seconds while a run goes on. */
  onRun(state: RunState): void;
  /** Writes now what the last run left; before the database is closed. */
  end(): Promise<void>;
}

export function createLastKnown(options: {
  readonly open: () => LastKnownFile;
  /** Measures the open database. */
  readonly measure: () => Promise<DatabaseState>;
  readonly onChange: (known: LastKnown | null) => void;
  readonly everyMs: number;
  readonly log: Log;
}): LastKnownStore {
  const { measure, onChange, everyMs, log } = options;
  const file = openFile(options.open, log);
  const found = schema.safeParse(file?.store);
  let known: LastKnown | null = found.success ? found.data : null;
  let last: { readonly runId: string; readonly status: LastKnown['status'] } | null = null;
  let notedMs = 0;
  let notedLines = -1;
  let noting: Promise<void> = Promise.resolve();

  async function note(run: NonNullable<typeof last>): Promise<void> {
    const state = await measure();
    if (state.status !== 'ready') return;
    const { place: destination, lines, files, fileBytes: bytes } = state;
    // What was there once is missed until a run has read everything again.
    const isWhole = run.status === 'completed' || run.status === 'watching';
    if (!isWhole && known !== null && known.destination === destination && known.lines > lines) return;
    known = { destination, ...run, at: new Date().toISOString(), files, lines, bytes };
    onChange(known);
    if (file === null) return;
    // Not through the store: it writes while the window waits, 25 ms and more every time (docs/performance-window.md).
    await writeWhole(file.path, JSON.stringify(known, undefined, '\t'), 'What the database holds');
  }

  function noteNow(run: NonNullable<typeof last>): void {
    notedMs = Date.now();
    noting = noting
      .then(() => note(run))
      .catch((error: unknown) => log.warn('What the database holds could not be noted', { error }));
  }

  function onActive(runId: string, status: LastKnown['status'], lines: number): void {
    // The import is over, or a person stopped it.
    const isTurn = status !== 'running' && status !== last?.status;
    last = { runId, status };
    const isDue = Date.now() - notedMs >= everyMs && lines !== notedLines;
    if (!isTurn && !isDue) return;
    notedLines = lines;
    noteNow(last);
  }

  return {
    current: () => known,
    onRun: (state) => {
      if ((state.status === 'running' || state.status === 'paused') && state.runId !== '') {
        const { phase, records, rejects, watch } = state.progress;
        const isWatching = state.status === 'running' && phase === 'watching';
        onActive(
          state.runId,
          isWatching ? 'watching' : state.status,
          records + rejects + (watch?.lines ?? 0),
        );
      } else if ('report' in state) {
        const { runId, status, dryRun } = state.report;
        if (dryRun || (runId === last?.runId && status === last.status)) return;
        last = { runId, status };
        noteNow(last);
      }
    },
    end: async () => {
      // A run that did not end in time is still noted as it is.
      if (last !== null && !isOver(last.status)) noteNow(last);
      await noting;
    },
  };
}

function isOver(status: LastKnown['status']): boolean {
  return status !== 'running' && status !== 'paused' && status !== 'watching';
}

/** A cache that can't be opened starts anew; one that can't be written is done without. */
function openFile(open: () => LastKnownFile, log: Log): LastKnownFile | null {
  try {
    return open();
  } catch (error) {
    log.warn('What was last known of the database can’t be read', { reason: toFailure(error).message });
    return null;
  }
}

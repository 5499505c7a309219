import type { Root } from '../shared/discovery.ts';
import { isUpToDate } from './checkpoints/compare.ts';
import type { FoundFile } from './discover/found-file.ts';
import type { ExtractPool } from './extract/extract-pool.ts';
import { forgiveFailures } from './forgive-failures.ts';
import { importFiles, markVanished } from './import-files.ts';
import type { Run } from './runs.ts';
import { watchFiles, type Changes } from './watch/watch-files.ts';

/** From so many bytes on a change is an import of its own, with a bar and a rate. */
const largeChange = 16 * 1024 * 1024;

/**
 * Goes on after an import: what is written to the files comes into the database as it comes, until the run is stopped.
 *
 * `afterChanges` is called after lines have come in. Returns whether everything seen was in the database at the end.
 */
export async function keepInStep(
  run: Run,
  pool: ExtractPool,
  roots: readonly Root[],
  afterChanges: () => Promise<void>,
): Promise<boolean> {
  const { progress, checkpoints, ledger, control, signal } = run;
  const linesBefore = ledger.importedLines;
  progress.watch = {
    files: ledger.files,
    lines: 0,
    lastLineAt: null,
    sweptAt: null,
    mode: 'events',
    notice: null,
  };
  progress.enter('watching');
  let isInStep = true;
  const changes = watchFiles({
    roots,
    filters: run.options.filters,
    isKnown: (found) => isUpToDate(found, checkpoints.of(found)),
    signal,
    log: run.engine.log,
    control,
    onState: (state) => {
      if (progress.watch) progress.watch = { ...progress.watch, ...state };
      progress.changed();
    },
  });
  for await (const change of changes) {
    isInStep = false;
    await run.gate();
    const lines = ledger.importedLines;
    await take(run, pool, roots, change);
    if (signal.aborted) break;
    isInStep = true;
    if (progress.watch) {
      const hasMore = ledger.importedLines > lines;
      progress.watch = {
        ...progress.watch,
        files: ledger.files,
        lines: ledger.importedLines - linesBefore,
        lastLineAt: hasMore ? new Date().toISOString() : progress.watch.lastLineAt,
      };
      if (hasMore) await afterChanges();
    }
    progress.enter('watching');
  }
  await forgiveFailures(run);
  return isInStep;
}

async function take(run: Run, pool: ExtractPool, roots: readonly Root[], change: Changes): Promise<void> {
  if (change.files.length > 0) {
    if (bytesOf(run, change.files) > largeChange) run.progress.enter('importing');
    await importFiles(run, pool, change.files);
  }
  if (!change.present) return;
  await markVanished(run, roots, change.present);
  await forgiveFailures(run);
}

function bytesOf({ checkpoints }: Run, files: readonly FoundFile[]): number {
  return files.reduce(
    (sum, found) => sum + Math.max(0, found.sizeBytes - (checkpoints.of(found)?.importedBytes ?? 0)),
    0,
  );
}

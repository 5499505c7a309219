import { migrate } from '../engine/migrate.ts';
import { holdRunLock } from '../engine/run-lock.ts';
import { readEarlierRun, type EarlierRun } from '../engine/runs.ts';
import { AppError } from '../shared/failure.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { progressPrinter } from './progress-line.ts';
import { printReport } from './run-report.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { withDatabase } from './with-database.ts';

/** Options of `resume` as commander gives them. */
export interface ResumeOptions {
  readonly run?: string;
}

/** Starts a run again with its options; it goes on where the database ends. Answers the exit code. */
export async function runResume(options: ResumeOptions, context: CommandContext): Promise<number> {
  const earlier = await findRun(options.run, context);
  if (earlier === null || earlier.status === 'completed') {
    if (context.options.json) context.print.json(snakeCase({ resumed: null, lastRun: earlier }));
    else context.print.line(describeNothing(earlier));
    return exitCodes.done;
  }
  context.print.note(`Going on with run ${earlier.runId}, which ${endOf(earlier)}.`);
  const report = await migrate(context.engine, earlier.options, {
    signal: context.signal,
    onProgress: progressPrinter(context),
  });
  return printReport(report, context);
}

/** While the lock is held no run is on its way, so one that says it is running has died. */
async function findRun(runId: string | undefined, context: CommandContext): Promise<EarlierRun | null> {
  const { engine } = context;
  const lock = await holdRunLock(engine.dataDir, 'resume', engine.destination);
  try {
    const earlier = await withDatabase(context, ({ client }) => readEarlierRun(client, engine.source, runId));
    if (earlier === null && runId !== undefined) {
      throw new AppError(
        'invalid-input',
        `--run ${runId}: this machine has no such run in the database. \`sql "SELECT run_id, status, started_at FROM runs"\` lists them.`,
      );
    }
    return earlier;
  } finally {
    await lock.release();
  }
}

function describeNothing(earlier: EarlierRun | null): string {
  if (earlier === null) return 'Nothing to resume: nothing was ever imported from this machine.';
  return `Nothing to resume: run ${earlier.runId} was completed. \`migrate\` looks for new lines.`;
}

function endOf({ status }: EarlierRun): string {
  if (status === 'cancelled') return 'was cancelled';
  return status === 'failed' ? 'failed' : 'was interrupted';
}

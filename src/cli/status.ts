import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRunStatus, type RunStatus } from '../engine/run-lock.ts';
import {
  readLastRun,
  readHoldings,
  type Holdings,
  type LastRun,
} from '../engine/clickhouse/queries/last-run.ts';
import { AppError } from '../shared/failure.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, formatBytes, formatCount } from '../shared/format.ts';
import { describeProgress } from './progress-line.ts';
import { ownName } from './own-name.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { withDatabase } from './with-database.ts';

/** Options of `status` as commander gives them. */
export interface StatusOptions {
  readonly watch?: boolean;
  readonly refreshInterval: string;
}

/** Shows the run that is going on, in whatever process, else how the last one ended and what the database holds. */
export async function runStatus(options: StatusOptions, context: CommandContext): Promise<number> {
  const seconds = Number(options.refreshInterval);
  if (!(seconds >= 0.1 && seconds <= 3600)) {
    throw new AppError('invalid-input', '--refresh-interval takes seconds, from 0.1 to 3600.');
  }
  const { dataDir } = context.engine;
  let running = await readRunStatus(dataDir);
  while (options.watch && running !== null && !context.signal.aborted) {
    printRunning(running, context);
    await sleep(seconds * 1000, undefined, { signal: context.signal }).catch(() => undefined);
    running = await readRunStatus(dataDir);
  }
  if (context.signal.aborted) return exitCodes.interrupted;
  if (running !== null) {
    if (context.options.json) context.print.json(snakeCase({ running, lastRun: null, holdings: null }));
    else printRunning(running, context);
    return exitCodes.done;
  }
  const { lastRun, holdings } = await askDatabase(context);
  if (context.options.json) context.print.json(snakeCase({ running, lastRun, holdings }));
  else for (const line of describe(dataDir, lastRun, holdings)) context.print.line(line);
  return exitCodes.done;
}

function printRunning({ runId, pid, progress }: RunStatus, { print }: CommandContext): void {
  const what = progress === null ? 'is starting' : describeProgress(progress);
  print.line(`Run ${runId} (process ${pid}): ${what}`);
}

/** A database that does not exist yet is not made. */
async function askDatabase(
  context: CommandContext,
): Promise<{ lastRun: LastRun | null; holdings: Holdings | null }> {
  const isEmbedded = context.options.url === undefined;
  if (isEmbedded && !existsSync(join(context.engine.dataDir, 'clickhouse'))) {
    return { lastRun: null, holdings: null };
  }
  const { source } = context.engine;
  return withDatabase(context, async ({ client }) => {
    const [lastRun, holdings] = await Promise.all([
      readLastRun(client, source),
      readHoldings(client, source),
    ]);
    return { lastRun, holdings };
  });
}

function describe(dataDir: string, lastRun: LastRun | null, holdings: Holdings | null): string[] {
  const lines = [`No run is going on in ${dataDir}.`];
  if (lastRun === null) return [...lines, `Nothing was imported yet: \`${ownName} migrate\` starts.`];
  // With no run going on, one that says it is running has died.
  const status = lastRun.status === 'running' ? 'interrupted' : lastRun.status;
  lines.push(
    `Last run ${lastRun.runId}: ${status}, started ${lastRun.startedAt}, imported ${counted(lastRun.importedLines, 'line')}; ${lastRun.verified ? 'verified' : 'not verified'}.`,
  );
  if (status !== 'completed') lines.push(`\`${ownName} resume\` goes on with it.`);
  if (holdings !== null) {
    const vanished =
      holdings.vanished === 0 ? '' : `, ${formatCount(holdings.vanished)} of them gone from disk`;
    lines.push(
      `In the database from this machine: ${counted(holdings.lines, 'line')} of ${counted(holdings.files, 'file')}${vanished}, ${formatBytes(holdings.bytes)} of transcripts.`,
    );
  }
  return lines;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { toFailure } from '../shared/failure.ts';
import { makeContext, type CommandContext, type CommonOptions } from './context.ts';
import {
  runCheckpointsClean,
  runCheckpointsList,
  runCheckpointsRebuild,
  type CleanOptions,
} from './checkpoints.ts';
import { addDemoOptions, runDemo, type DemoCommandOptions } from './demo.ts';
import { addDiscoverOptions, runDiscover, type DiscoverCommandOptions } from './discover.ts';
import { exitCodes } from './exit-codes.ts';
import { addExplainOptions, runExplain, type ExplainCommandOptions } from './explain.ts';
import { addExportOptions, runExport, type ExportOptions } from './export.ts';
import { knownStates } from './known-states.ts';
import { runMigrate, type MigrateOptions } from './migrate.ts';
import { runPrices } from './prices.ts';
import { closeLine } from './progress-line.ts';
import { addReparseOptions, runReparse, type ReparseOptions } from './reparse.ts';
import { runResume, type ResumeOptions } from './resume.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { runStatus, type StatusOptions } from './status.ts';
import { runSql, type SqlOptions } from './sql.ts';
import { addVerifyOptions, runVerify, type VerifyCommandOptions } from './verify.ts';

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
) as { version: string };

const several = (value: string, all: readonly string[] = []): string[] => [...all, value];

/** A command with the options that all have. */
function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data-dir <dir>', 'where everything we write lives')
    .option('--url <url>', 'ClickHouse server instead of the embedded one')
    .option('--database <name>', 'database on the server (default: tokenhouse)')
    .option('--user <name>', 'user on the server (default: default)')
    .option('--password-env <variable>', "environment variable that holds the user's password")
    .option('--json', 'one JSON document on stdout, nothing else there')
    .option('--quiet', 'no notes on stderr')
    .option('--verbose', 'more notes on stderr');
}

/** Runs a command and ends the process with its exit code; a failure is told in words, or as JSON when asked for. */
async function run(
  options: CommonOptions,
  action: (context: CommandContext) => Promise<number>,
): Promise<void> {
  let context: CommandContext | null = null;
  try {
    context = await makeContext(options, version);
    process.exitCode = await action(context);
  } catch (error) {
    const failure = toFailure(error);
    // The log is of what happened to the data; a command that was misspelt did nothing.
    if (failure.code !== 'invalid-input') {
      const { code, message: reason, detail } = failure;
      context?.logFile.error('A command failed', { command: process.argv[2], code, reason, detail });
    }
    closeLine();
    if (options.json) process.stdout.write(`${JSON.stringify(snakeCase({ failure }))}\n`);
    process.stderr.write(`error: ${failure.message}\n`);
    if (options.verbose && failure.detail !== undefined) process.stderr.write(`${failure.detail}\n`);
    process.exitCode = failure.code === 'invalid-input' ? exitCodes.usage : exitCodes.failed;
  }
}

const program = new Command('tokenhouse')
  .description('Moves your Claude Code history into ClickHouse and shows what it cost.')
  .version(version)
  .exitOverride();

program.addCommand(
  addDiscoverOptions(command('discover', 'list the transcripts and what they hold')).action(
    (options: DiscoverCommandOptions & CommonOptions) =>
      run(options, async (context) =>
        runDiscover(options, {
          print: context.print,
          signal: context.signal,
          stateOf: await knownStates(context),
        }),
      ),
  ),
);

program.addCommand(
  command('migrate', 'import new lines into the database')
    .option('--source <dir>', 'folder that holds the project folders (repeatable)', several)
    .option('--manifest <file>', 'take exactly the files of this manifest')
    .option('--batch-size <rows>', 'most rows in one insert')
    .option('--concurrency <n>', 'worker threads')
    .option('--memory-limit-mb <n>', 'for all processes together')
    .option('--privacy <level>', 'full (default), redacted or metadata')
    .option('--privacy-for <level=folder>', 'another level for a root or the projects in a folder', several)
    .option('--dry-run', 'read and count, write nothing')
    .option('--watch', 'go on: new lines come into the database as they are written')
    .action((options: MigrateOptions & CommonOptions) =>
      run(options, (context) => runMigrate(options, context)),
    ),
);

program.addCommand(
  command('resume', 'go on with a run that was interrupted, cancelled or failed, with its options')
    .option('--run <id>', 'this run (default: the last one)')
    .action((options: ResumeOptions & CommonOptions) =>
      run(options, (context) => runResume(options, context)),
    ),
);

program.addCommand(
  command('status', 'show the run that is going on, here or in another process, or how the last one ended')
    .option('--watch', 'follow it to its end')
    .option('--refresh-interval <seconds>', 'with --watch: time between two looks', '1')
    .action((options: StatusOptions & CommonOptions) =>
      run(options, (context) => runStatus(options, context)),
    ),
);

program.addCommand(
  addVerifyOptions(
    command('verify', 'compare every file with the database and say whether anything is missing or wrong'),
  ).action((options: VerifyCommandOptions & CommonOptions) =>
    run(options, (context) => runVerify(options, context)),
  ),
);

const checkpoints = new Command('checkpoints').description('what is known of how far each file is');
checkpoints.addCommand(
  command('list', 'list the checkpoints').action((options: CommonOptions) =>
    run(options, runCheckpointsList),
  ),
);
checkpoints.addCommand(
  command('clean', 'remove superseded versions, and forget what long vanished files looked like')
    .option('--max-age-days <days>', 'vanished longer ago than this', '30')
    .action((options: CleanOptions & CommonOptions) =>
      run(options, (context) => runCheckpointsClean(options, context)),
    ),
);
checkpoints.addCommand(
  command('rebuild', 'make the checkpoints anew from the lines in the database').action(
    (options: CommonOptions) => run(options, runCheckpointsRebuild),
  ),
);
program.addCommand(checkpoints);

program.addCommand(
  command('sql', 'run one SQL statement')
    .argument('<query>')
    .option('--format <name>', 'output format of ClickHouse, such as JSONEachRow or CSV')
    .action((query: string, options: SqlOptions & CommonOptions) =>
      run(options, (context) => runSql(query, options, context)),
    ),
);

program.addCommand(
  addExplainOptions(command('explain', 'show which lines a total counts, and what other rules give')).action(
    (options: ExplainCommandOptions & CommonOptions) =>
      run(options, (context) => runExplain(options, context)),
  ),
);

program.addCommand(
  addExportOptions(command('export', 'write a table into a Parquet, CSV or JSON lines file')).action(
    (options: ExportOptions & CommonOptions) => run(options, (context) => runExport(options, context)),
  ),
);

program.addCommand(
  command('prices', 'load the prices again and list the models without one').action(
    (options: CommonOptions) => run(options, runPrices),
  ),
);

program.addCommand(
  addReparseOptions(command('reparse', 'parse the stored lines again after an update')).action(
    (options: ReparseOptions & CommonOptions) => run(options, (context) => runReparse(options, context)),
  ),
);

program.addCommand(
  addDemoOptions(command('demo', 'write a made-up history to try the product on')).action(
    (options: DemoCommandOptions & CommonOptions) => run(options, (context) => runDemo(options, context)),
  ),
);

for (const sub of [...program.commands, ...checkpoints.commands]) sub.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error.exitCode !== 0 && process.argv.includes('--json')) {
    const failure = { code: 'invalid-input', message: error.message };
    process.stdout.write(`${JSON.stringify({ failure })}\n`);
  }
}

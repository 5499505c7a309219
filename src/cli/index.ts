import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { toFailure } from '../shared/failure.ts';
import { snakeCase } from '../shared/snake-case.ts';
import type { CleanOptions } from './checkpoints.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import type { DemoCommandOptions } from './demo.ts';
import type { DiscoverCommandOptions } from './discover.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExplainCommandOptions } from './explain.ts';
import type { ExportOptions } from './export.ts';
import type { MigrateOptions } from './migrate.ts';
import { closeLine } from './progress-line.ts';
import type { ReparseOptions } from './reparse.ts';
import type { ResumeOptions } from './resume.ts';
import type { SqlOptions } from './sql.ts';
import type { StatusOptions } from './status.ts';
import type { VerifyCommandOptions } from './verify.ts';

/**
 * A command. Its code is loaded only when the command line names it: loading all of them took longer than answering
 * `status`.
 */
interface Known {
  readonly name: string;
  readonly description: string;
  /** Adds the options and what is done. */
  readonly complete: (command: Command) => void | Promise<void>;
}

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
    const { makeContext } = await import('./context.ts');
    context = await makeContext(options, version, import.meta.dirname);
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

const checkpointCommands: readonly Known[] = [
  {
    name: 'list',
    description: 'list the checkpoints',
    complete: async (list) => {
      const { runCheckpointsList } = await import('./checkpoints.ts');
      list.action((options: CommonOptions) => run(options, runCheckpointsList));
    },
  },
  {
    name: 'clean',
    description: 'remove superseded versions, and forget what long vanished files looked like',
    complete: async (clean) => {
      const { runCheckpointsClean } = await import('./checkpoints.ts');
      clean
        .option('--max-age-days <days>', 'vanished longer ago than this', '30')
        .action((options: CleanOptions & CommonOptions) =>
          run(options, (context) => runCheckpointsClean(options, context)),
        );
    },
  },
  {
    name: 'rebuild',
    description: 'make the checkpoints anew from the lines in the database',
    complete: async (rebuild) => {
      const { runCheckpointsRebuild } = await import('./checkpoints.ts');
      rebuild.action((options: CommonOptions) => run(options, runCheckpointsRebuild));
    },
  },
];

const commands: readonly Known[] = [
  {
    name: 'discover',
    description: 'list the transcripts and what they hold',
    complete: async (discover) => {
      const { addDiscoverOptions, runDiscover } = await import('./discover.ts');
      const { knownStates } = await import('./known-states.ts');
      addDiscoverOptions(discover).action((options: DiscoverCommandOptions & CommonOptions) =>
        run(options, async (context) =>
          runDiscover(options, {
            print: context.print,
            signal: context.signal,
            stateOf: await knownStates(context),
          }),
        ),
      );
    },
  },
  {
    name: 'migrate',
    description: 'import new lines into the database',
    complete: async (migrate) => {
      const { runMigrate } = await import('./migrate.ts');
      migrate
        .option('--source <dir>', 'folder that holds the project folders (repeatable)', several)
        .option('--manifest <file>', 'take exactly the files of this manifest')
        .option('--batch-size <rows>', 'most rows in one insert')
        .option('--concurrency <n>', 'worker threads')
        .option('--memory-limit-mb <n>', 'for all processes together')
        .option('--privacy <level>', 'full (default), redacted or metadata')
        .option(
          '--privacy-for <level=folder>',
          'another level for a root or the projects in a folder',
          several,
        )
        .option('--dry-run', 'read and count, write nothing')
        .option('--watch', 'go on: new lines come into the database as they are written')
        .action((options: MigrateOptions & CommonOptions) =>
          run(options, (context) => runMigrate(options, context)),
        );
    },
  },
  {
    name: 'resume',
    description: 'go on with a run that was interrupted, cancelled or failed, with its options',
    complete: async (resume) => {
      const { runResume } = await import('./resume.ts');
      resume
        .option('--run <id>', 'this run (default: the last one)')
        .action((options: ResumeOptions & CommonOptions) =>
          run(options, (context) => runResume(options, context)),
        );
    },
  },
  {
    name: 'status',
    description: 'show the run that is going on, here or in another process, or how the last one ended',
    complete: async (status) => {
      const { runStatus } = await import('./status.ts');
      status
        .option('--watch', 'follow it to its end')
        .option('--refresh-interval <seconds>', 'with --watch: time between two looks', '1')
        .action((options: StatusOptions & CommonOptions) =>
          run(options, (context) => runStatus(options, context)),
        );
    },
  },
  {
    name: 'verify',
    description: 'compare every file with the database and say whether anything is missing or wrong',
    complete: async (verify) => {
      const { addVerifyOptions, runVerify } = await import('./verify.ts');
      addVerifyOptions(verify).action((options: VerifyCommandOptions & CommonOptions) =>
        run(options, (context) => runVerify(options, context)),
      );
    },
  },
  {
    name: 'checkpoints',
    description: 'what is known of how far each file is',
    complete: (checkpoints) => addAll(checkpoints, checkpointCommands),
  },
  {
    name: 'sql',
    description: 'run one SQL statement',
    complete: async (sql) => {
      const { runSql } = await import('./sql.ts');
      sql
        .argument('<query>')
        .option('--format <name>', 'output format of ClickHouse, such as JSONEachRow or CSV')
        .action((query: string, options: SqlOptions & CommonOptions) =>
          run(options, (context) => runSql(query, options, context)),
        );
    },
  },
  {
    name: 'explain',
    description: 'show which lines a total counts, and what other rules give',
    complete: async (explain) => {
      const { addExplainOptions, runExplain } = await import('./explain.ts');
      addExplainOptions(explain).action((options: ExplainCommandOptions & CommonOptions) =>
        run(options, (context) => runExplain(options, context)),
      );
    },
  },
  {
    name: 'export',
    description: 'write a table into a Parquet, CSV or JSON lines file',
    complete: async (exported) => {
      const { addExportOptions, runExport } = await import('./export.ts');
      addExportOptions(exported).action((options: ExportOptions & CommonOptions) =>
        run(options, (context) => runExport(options, context)),
      );
    },
  },
  {
    name: 'prices',
    description: 'load the prices again and list the models without one',
    complete: async (prices) => {
      const { runPrices } = await import('./prices.ts');
      prices.action((options: CommonOptions) => run(options, runPrices));
    },
  },
  {
    name: 'reparse',
    description: 'parse the stored lines again after an update',
    complete: async (reparse) => {
      const { addReparseOptions, runReparse } = await import('./reparse.ts');
      addReparseOptions(reparse).action((options: ReparseOptions & CommonOptions) =>
        run(options, (context) => runReparse(options, context)),
      );
    },
  },
  {
    name: 'demo',
    description: 'write a made-up history to try the product on',
    complete: async (demo) => {
      const { addDemoOptions, runDemo } = await import('./demo.ts');
      addDemoOptions(demo).action((options: DemoCommandOptions & CommonOptions) =>
        run(options, (context) => runDemo(options, context)),
      );
    },
  },
];

/** Adds commands; those that the command line does not name are there for the help alone. */
async function addAll(parent: Command, all: readonly Known[]): Promise<void> {
  for (const { name, description, complete } of all) {
    const added =
      name === 'checkpoints' ? new Command(name).description(description) : command(name, description);
    if (process.argv.includes(name)) await complete(added);
    parent.addCommand(added.exitOverride());
  }
}

const program = new Command('tokenhouse')
  .description('Moves your Claude Code history into ClickHouse and shows what it cost.')
  .version(version)
  .exitOverride();

async function main(): Promise<void> {
  try {
    await addAll(program, commands);
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error.exitCode !== 0 && process.argv.includes('--json')) {
      const failure = { code: 'invalid-input', message: error.message };
      process.stdout.write(`${JSON.stringify({ failure })}\n`);
    }
  }
}

// Not awaited here: the commands' modules share code with this one, and would wait for it while it waits for them.
void main();

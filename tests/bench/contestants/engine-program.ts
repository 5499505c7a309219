import { availableParallelism } from 'node:os';
import { engineImport } from './import-query.ts';
import { runProgram } from './program.ts';

const threads = availableParallelism();

// The engine reads the files itself, in one statement.
await runProgram(async ({ client }, { source, level }) => {
  for (const query of engineImport(source, level)) {
    await client.command({
      query,
      clickhouse_settings: { max_threads: threads, max_insert_threads: String(threads) },
    });
  }
});

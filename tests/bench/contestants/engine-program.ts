import { availableParallelism } from 'node:os';
import { importQuery } from './import-query.ts';
import { runProgram } from './program.ts';

const threads = availableParallelism();

// The engine reads the files itself: what no import through a client can beat.
await runProgram(async ({ client }, { source, level }) => {
  await client.command({
    query: importQuery(source, level),
    query_params: { root: source, privacy: level },
    clickhouse_settings: { max_threads: threads, max_insert_threads: String(threads) },
  });
});

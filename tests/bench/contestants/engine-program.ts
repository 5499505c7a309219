import { availableParallelism } from 'node:os';
import { engineImport } from './import-query.ts';
import { runProgram } from './program.ts';

// The engine reads the files itself: what no import through a client can beat.
await runProgram(async ({ client }, { source, level }) => {
  for (const statements of engineImport(source, level, availableParallelism())) {
    await Promise.all(
      statements.map((query) => client.command({ query, clickhouse_settings: { max_threads: 1 } })),
    );
  }
});

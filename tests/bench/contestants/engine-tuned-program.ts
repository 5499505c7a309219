import { availableParallelism } from 'node:os';
import { tunedEngineImport } from './import-query.ts';
import { runProgram } from './program.ts';

// The engine reads the files itself, in the quickest way we have found.
await runProgram(async ({ client }, { source, level }) => {
  for (const statements of tunedEngineImport(source, level, availableParallelism())) {
    await Promise.all(
      statements.map((query) => client.command({ query, clickhouse_settings: { max_threads: 1 } })),
    );
  }
});

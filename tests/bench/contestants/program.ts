import { parseArgs } from 'node:util';
import { connect, type Database } from '../../../src/engine/clickhouse/connect.ts';
import { placesOf } from '../places.ts';
import type { Level } from './import-query.ts';

/** What the programs of the contestants are started with. */
export interface ImportTask {
  readonly source: string;
  readonly level: Level;
}

/** The engine's physical limit is wanted, so memory is not what holds it back. */
const memoryLimitMb = 6000;

/** Runs a contestant's import into a fresh embedded database that has our schema, in the process of this program. */
export async function runProgram(
  work: (database: Database, task: ImportTask) => Promise<void>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      project: { type: 'string', default: '' },
      'data-dir': { type: 'string', default: '' },
      source: { type: 'string', default: '' },
      level: { type: 'string', default: 'full' },
    },
  });
  const { files } = placesOf(values.project);
  const database = await connect({ kind: 'embedded' }, { dataDir: values['data-dir'], files, memoryLimitMb });
  try {
    await work(database, { source: values.source, level: values.level === 'metadata' ? 'metadata' : 'full' });
  } finally {
    await database.close();
  }
}

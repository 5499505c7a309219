import { connect } from '../../../src/engine/clickhouse/connect.ts';
import type { EngineFiles } from '../../../src/engine/engine-files.ts';
import { canMeasureProcesses, ProcessTree } from './process-tree.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/** What an import has left in its database. */
export interface DatabaseFacts {
  readonly lines: number;
  readonly responses: number;
  /** Of all parts in use: what a merge has replaced and is about to be deleted is not counted. */
  readonly diskBytes: number;
}

/** Opens the database of a contestant after it was measured, and waits until it is closed again. */
export async function readDatabaseFacts(dataDir: string, files: EngineFiles): Promise<DatabaseFacts> {
  const database = await connect({ kind: 'embedded' }, { dataDir, files });
  const tree = canMeasureProcesses && database.pid !== null ? new ProcessTree(database.pid, dataDir) : null;
  try {
    const answer = await database.client.query({
      query: `SELECT (SELECT count() FROM lines) AS lines,
        (SELECT uniqExact(response_key) FROM response_evidence) AS responses,
        (SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()) AS diskBytes`,
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    const [facts] = await answer.json<DatabaseFacts>();
    if (facts === undefined) throw new Error(`${dataDir} answers nothing`);
    return facts;
  } finally {
    await database.close();
    if (tree === null) await sleep(4000);
    else while (tree.look()) await sleep(50);
  }
}

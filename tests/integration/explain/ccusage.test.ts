import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ccusageRule } from '../../../src/engine/explain/ccusage-rule.ts';
import { explain } from '../../../src/engine/explain/explain.ts';
import type { Database } from '../../../src/engine/clickhouse/connect.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';
import { ccusageCases, type Printed } from './ccusage-cases.ts';
import { dayOfCase } from './scene.ts';
import { toText } from './transcript-lines.ts';

let workspace: Workspace;
let database: Database;
let counted: readonly Row[];

beforeAll(async () => {
  workspace = await makeWorkspace();
  for (const { files } of ccusageCases) {
    for (const [name, lines] of Object.entries(files)) {
      const path = join(workspace.sources, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, toText(lines));
    }
  }
  await workspace.migrate();
  counted = await workspace.query<Row>(`
    SELECT toString(day) AS day, if(speed = 'fast', concat(model, '-fast'), model) AS model, sum(input_tokens) AS input,
      sum(output_tokens) AS output, sum(cache_write_tokens) AS write, sum(cache_read_tokens) AS read
    FROM (${ccusageRule('true')})
    GROUP BY day, model
    ORDER BY day, model`);
  database = await workspace.engine.openDatabase();
  return () => database.close();
});

interface Row {
  readonly day: string;
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly write: number;
  readonly read: number;
}

describe("ccusage's rule in SQL", () => {
  it.each(ccusageCases.map((one, index) => ({ ...one, index })))(
    'counts what ccusage printed: $what',
    ({ index, printed }) => {
      const days = [dayOfCase(index, 0), dayOfCase(index, 1)];
      const found = counted
        .filter(({ day }) => days.includes(day))
        .map((row): Printed => {
          const day = row.day === days[0] ? 0 : 1;
          return [day, row.model, row.input, row.output, row.write, row.read];
        });
      expect(found).toEqual(printed);
    },
  );

  it('says the same of one day as of everything', async () => {
    for (const [index, { printed, what }] of ccusageCases.entries()) {
      if (index % 5 > 0) continue;
      const day = dayOfCase(index, 0);
      const { ccusage } = await explain(database.client, { day });
      const expected = printed.filter(([when]) => when === 0);
      expect(ccusage.inputTokens, what).toBe(expected.reduce((sum, row) => sum + row[2], 0));
      expect(ccusage.outputTokens, what).toBe(expected.reduce((sum, row) => sum + row[3], 0));
    }
  });

  it('tells every difference from our rule, and no more', async () => {
    const { ours, differences, ...others } = await explain(database.client, {});
    for (const rule of ['ccusage', 'naive', 'firstLineWins'] as const) {
      const told = differences[rule].reduce((sum, { totalTokens }) => sum + totalTokens, 0);
      expect(told, rule).toBe(others[rule].totalTokens - ours.totalTokens);
    }
    expect(differences.ccusage.map(({ cause }) => cause)).toEqual([
      'counted more than once',
      'another line of the response',
      'iteration of another model',
      'only in lines it does not read',
    ]);
  });
});

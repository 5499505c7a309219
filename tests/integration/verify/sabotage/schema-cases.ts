import type { Scene } from '../scene.ts';
import type { Sabotage, Undo } from './sabotage.ts';

/** Replaces a view; `$` in the query is what it was. */
function replaceView(name: string, query: string): (scene: Scene) => Promise<Undo> {
  return async ({ query: ask, command }) => {
    const [before] = await ask<{ sql: string }>(
      `SELECT as_select AS sql FROM system.tables WHERE database = currentDatabase() AND name = '${name}'`,
    );
    const sql = before?.sql ?? '';
    await command(`CREATE OR REPLACE VIEW ${name} AS ${query.replaceAll('$', () => `(${sql})`)}`);
    return () => command(`CREATE OR REPLACE VIEW ${name} AS ${sql}`);
  };
}

function view(
  name: string,
  does: string,
  query: string,
  foundBy: readonly string[] = ['view-sums'],
): Sabotage {
  return {
    way: `the view ${name} ${does}`,
    damage: replaceView(name, query),
    foundBy,
    dimension: foundBy[0] === 'view-sums' ? 'consistency' : 'accuracy',
    place: null,
  };
}

function schema(way: string, sql: string, undo: string, foundBy: readonly string[] = []): Sabotage {
  return {
    way,
    damage: async ({ command }) => {
      await command(sql);
      return () => command(undo);
    },
    // A column that was made narrower has lost what does not fit.
    tables: ['lines'],
    foundBy: ['schema', ...foundBy],
    dimension: 'consistency',
    place: null,
  };
}

/** Each wrong by itself, though others are made of it. */
const wrongViews = [
  ['sessions', 'SELECT * REPLACE (output_tokens * 2 AS output_tokens) FROM $'],
  ['blocks', 'SELECT * FROM $ ORDER BY started_at LIMIT 100 OFFSET 1'],
  ['records', `SELECT * FROM $ WHERE type != 'summary' OR session_id = ''`],
  ['rejects', 'SELECT * FROM $ WHERE 0'],
  ['files', 'SELECT * FROM $ ORDER BY file LIMIT 3'],
] as const;

/** Damage to tables and views as such. */
export const schemaSabotages: readonly Sabotage[] = [
  schema(
    'lines have a TTL',
    'ALTER TABLE lines MODIFY TTL toDateTime(imported_at) + INTERVAL 50 YEAR',
    'ALTER TABLE lines REMOVE TTL',
  ),
  schema(
    'a column of lines has a TTL',
    `ALTER TABLE lines MODIFY COLUMN text String TTL toDateTime(imported_at) + INTERVAL 50 YEAR`,
    `ALTER TABLE lines MODIFY COLUMN text REMOVE TTL`,
  ),
  schema(
    'times of lines are of another time zone',
    `ALTER TABLE lines MODIFY COLUMN timestamp Nullable(DateTime64(3, 'Asia/Tokyo'))`,
    `ALTER TABLE lines MODIFY COLUMN timestamp Nullable(DateTime64(3, 'UTC'))`,
    ['parsed-columns'],
  ),
  schema(
    'a column was made narrower',
    'ALTER TABLE lines MODIFY COLUMN output_tokens UInt8',
    'ALTER TABLE lines MODIFY COLUMN output_tokens Int64',
    ['totals', 'views', 'response-evidence', 'parsed-columns'],
  ),
  view('responses', 'counts everything twice', 'SELECT * FROM $ UNION ALL SELECT * FROM $', [
    'views',
    'view-sums',
  ]),
  view('responses', 'costs twice as much', 'SELECT * REPLACE (cost * 2 AS cost) FROM $'),
  view('responses', 'leaves a model out', `SELECT * FROM $ WHERE model != 'claude-haiku-4-5'`, [
    'views',
    'view-sums',
  ]),
  view('usage_daily', 'leaves a day out', `SELECT * FROM $ WHERE day != '2026-11-01'`, [
    'views',
    'view-sums',
  ]),
  {
    way: 'five views leave rows out or count them twice',
    damage: async (scene) => {
      const undo: Undo[] = [];
      for (const [name, query] of wrongViews) undo.push(await replaceView(name, query)(scene));
      return async () => {
        for (const one of undo.toReversed()) await one();
      };
    },
    foundBy: ['view-sums'],
    findings: wrongViews.length,
    dimension: 'consistency',
    place: null,
  },
  view('prices', 'leaves a model out', `SELECT * FROM $ WHERE model != 'claude-sonnet-4-5'`, ['prices']),
];

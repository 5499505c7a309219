import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../../../src/engine/clickhouse/connect.ts';
import type { Engine } from '../../../../src/engine/migrate.ts';
import type { Scene } from '../scene.ts';
import type { Sabotage, Undo } from './sabotage.ts';

/** An engine whose database is opened as always, and then is not as it was. */
function after(engine: Engine, change: (database: Database) => Promise<Database>): Engine {
  return { ...engine, openDatabase: async (memory) => change(await engine.openDatabase(memory)) };
}

/** Sets variables of the environment for as long as it is not undone. */
function environment(values: Readonly<Record<string, string>>): Undo {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** A folder beside the history that holds no files. */
async function emptyHome({ sources }: Scene): Promise<string> {
  const home = join(sources, '..', 'home');
  await mkdir(home, { recursive: true });
  return home;
}

/** What is wrong with the places that a verification works with. */
export const placeSabotages: readonly Sabotage[] = [
  {
    way: 'a root is missing',
    damage: async (scene) => {
      const home = await emptyHome(scene);
      const configured = `${join(scene.sources, '..')},${join(home, 'missing')}`;
      const undo = environment({ HOME: home, XDG_CONFIG_HOME: home, CLAUDE_CONFIG_DIR: configured });
      return async () => {
        await undo();
        await rm(home, { recursive: true });
      };
    },
    sources: [],
    foundBy: ['roots-readable'],
    dimension: 'completeness',
    place: { file: '' },
  },
  {
    way: 'all folders are gone',
    damage: async (scene) => {
      const home = await emptyHome(scene);
      const undo = environment({ HOME: home, XDG_CONFIG_HOME: home, CLAUDE_CONFIG_DIR: '' });
      await rename(scene.sources, `${scene.sources}-away`);
      return async () => {
        await undo();
        await rename(`${scene.sources}-away`, scene.sources);
        await rm(home, { recursive: true });
      };
    },
    sources: [],
    foundBy: ['anything-compared'],
    dimension: 'completeness',
    place: null,
  },
  {
    way: 'the disk of the database is full',
    damage: () => Promise.resolve(),
    // A file system without a free byte.
    through: (engine) =>
      after(engine, (database) =>
        Promise.resolve(Object.assign(Object.create(database), { place: '/proc' })),
      ),
    foundBy: ['disk-space'],
    severity: 'warning',
    dimension: 'completeness',
    place: null,
  },
  {
    way: 'a table takes no rows',
    damage: async ({ command }) => {
      await command('RENAME TABLE gaps TO gaps_below');
      await command(`CREATE TABLE gaps AS gaps_below ENGINE = Merge(currentDatabase(), '^gaps_below$')`);
      return async () => {
        await command('DROP TABLE gaps SYNC');
        await command('RENAME TABLE gaps_below TO gaps');
      };
    },
    foundBy: ['destination'],
    dimension: 'completeness',
    place: null,
  },
  {
    way: 'a view is missing and can not be made again',
    damage: () => Promise.resolve(),
    through: (engine) =>
      after(engine, async (database) => {
        await database.client.command({ query: 'DROP VIEW drift' });
        return database;
      }),
    foundBy: ['schema'],
    dimension: 'consistency',
    place: null,
  },
];

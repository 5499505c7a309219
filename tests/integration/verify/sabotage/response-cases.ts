import { keepUsage } from '../../../../src/engine/prices/keep-usage.ts';
import { mainFile, offsets } from '../small-history.ts';
import type { Sabotage } from './sabotage.ts';

const nowhere = { dimension: 'accuracy', place: null } as const;
const firstLine = { file: mainFile, offset: offsets.placeholder };

const usage = (values: string): string => `usage = CAST(tuple(${values}), toTypeName(usage))`;
const first = (values: string): string => `first = CAST(tuple(${values}), toTypeName(first))`;
const ofFirst = `response_key = 'msg_first'`;

/** Damage to responses, their prices and what is kept of them. */
export const responseSabotages: readonly Sabotage[] = [
  {
    way: 'a response is missing',
    damage: (scene) => scene.remove('response_evidence', ofFirst),
    tables: ['response_evidence'],
    foundBy: ['response-evidence', 'views'],
    dimension: 'accuracy',
    place: firstLine,
  },
  {
    way: 'a response is counted twice, under another key',
    damage: (scene) => scene.copy('response_evidence', ofFirst, `'msg_again' AS response_key`),
    tables: ['response_evidence'],
    foundBy: ['response-evidence', 'views', 'response-origin'],
    ...nowhere,
  },
  {
    way: 'a response counts more output than any line says',
    damage: (scene) =>
      scene.update(
        'response_evidence',
        usage(
          '4000, usage.2 + 3960, usage.3, usage.4, usage.5, usage.6, usage.7, usage.8, usage.9, usage.10',
        ),
        ofFirst,
      ),
    tables: ['response_evidence'],
    foundBy: ['response-evidence', 'views'],
    dimension: 'accuracy',
    place: firstLine,
  },
  {
    way: 'a response is counted for another session',
    damage: (scene) =>
      scene.update(
        'response_evidence',
        first(
          `first.1, first.2, first.3, first.4, first.5, first.6, 'other', first.8, first.9, first.10, first.11`,
        ),
        ofFirst,
      ),
    tables: ['response_evidence'],
    foundBy: ['response-origin'],
    dimension: 'accuracy',
    place: null,
  },
  {
    way: 'a response is counted for another project',
    damage: (scene) =>
      scene.update(
        'response_evidence',
        first(
          `first.1, first.2, first.3, first.4, first.5, first.6, first.7, first.8, '/other', first.10, first.11`,
        ),
        ofFirst,
      ),
    tables: ['response_evidence'],
    foundBy: ['response-origin'],
    dimension: 'accuracy',
    place: null,
  },
  {
    way: 'a response is counted as fast, which costs more',
    damage: (scene) =>
      scene.update(
        'response_evidence',
        usage(`usage.1, usage.2, usage.3, usage.4, usage.5, usage.6, usage.7, usage.8, usage.9, 'fast'`),
        ofFirst,
      ),
    tables: ['response_evidence'],
    foundBy: ['response-evidence'],
    dimension: 'accuracy',
    place: firstLine,
  },
  {
    way: 'a complete response is said to be incomplete',
    damage: (scene) => scene.update('response_evidence', 'has_stop_reason = 0', ofFirst),
    tables: ['response_evidence'],
    foundBy: ['response-evidence'],
    dimension: 'accuracy',
    place: firstLine,
  },
  {
    way: 'the response of an iteration is missing',
    damage: (scene) => scene.remove('response_evidence', `response_key = 'msg_iterated#1'`),
    tables: ['response_evidence'],
    foundBy: ['views'],
    ...nowhere,
  },
  {
    way: 'an iteration counts more output, where only its evidence is stored',
    damage: (scene) =>
      scene.update(
        'response_evidence',
        usage(
          '4000, usage.2 + 3977, usage.3, usage.4, usage.5, usage.6, usage.7, usage.8, usage.9, usage.10',
        ),
        `response_key = 'msg_private#0'`,
      ),
    tables: ['response_evidence'],
    foundBy: ['totals'],
    ...nowhere,
  },
  {
    way: 'all evidence is gone',
    damage: (scene) => scene.command('TRUNCATE TABLE response_evidence'),
    tables: ['response_evidence'],
    foundBy: ['response-evidence', 'totals', 'views', 'prices'],
    dimension: 'accuracy',
    place: { file: mainFile },
  },
  {
    way: 'a price was raised',
    damage: (scene) => scene.update('price_lists', 'input = input * 2', `model = 'claude-sonnet-4-5'`),
    tables: ['price_lists'],
    foundBy: ['prices'],
    ...nowhere,
  },
  {
    way: 'usage was kept wrongly',
    damage: async (scene) => {
      const database = await scene.engine.openDatabase();
      await keepUsage(database.client);
      await database.close();
      await scene.command(
        'ALTER TABLE kept_usage_groups UPDATE output = output * 2 WHERE 1 SETTINGS mutations_sync = 2',
      );
      return () => scene.command('TRUNCATE TABLE kept_usage_states');
    },
    foundBy: ['views', 'view-sums'],
    ...nowhere,
  },
];

import { lineAt } from '../scene.ts';
import { goneFile, mainFile, offsets, type MainLine } from '../small-history.ts';
import type { Sabotage } from './sabotage.ts';

const at = (name: MainLine) => ({ file: mainFile, offset: offsets[name] });

function column(way: string, what: string, line: MainLine, alsoBy: readonly string[] = []): Sabotage {
  return {
    way,
    damage: (scene) => scene.update('lines', what, lineAt(line)),
    tables: ['lines'],
    foundBy: ['parsed-columns', ...alsoBy],
    dimension: 'accuracy',
    place: at(line),
  };
}

const usageChecks = ['response-evidence', 'totals', 'views'];

/** Columns of which nothing is added up, all altered at once: each in a line of its own, in the order of the file. */
export const plainColumns: readonly (readonly [MainLine, string, string])[] = [
  ['prompt', 'uuid', `'other'`],
  ['placeholder', 'category', `'thinking'`],
  ['first', 'text', `'Something else.'`],
  ['reject', 'reject_reason', `'two-records'`],
  ['iterated', 'tool_names', `['Bash']`],
  ['left', 'estimated_tokens', 'estimated_tokens + 50'],
  ['right', 'stop_reason', `''`],
  ['tomorrow', 'unknown_fields', `['x.y']`],
  ['summary', 'type', `'system'`],
];

/** Damage to the columns that were parsed from lines. */
export const columnSabotages: readonly Sabotage[] = [
  column('the output tokens of a line were raised', 'output_tokens = 4000', 'first', usageChecks),
  column(
    '5-minute cache writes became 1-hour ones',
    'cache_write_1h_tokens = 30, cache_write_5m_tokens = 0',
    'right',
    usageChecks,
  ),
  column('web searches were forgotten', 'web_search_requests = 0', 'iterated', usageChecks),
  column('a line got another model', `model = 'claude-opus-4-5'`, 'left', usageChecks),
  column('a line was given to another response', `response_key = 'msg_other'`, 'right', [
    'response-evidence',
    'response-origin',
  ]),
  column('a line was given to no response', `response_key = ''`, 'right', [
    ...usageChecks,
    'response-origin',
  ]),
  column('a line got another session', `session_id = 'other'`, 'prompt'),
  column('a response got another session', `session_id = 'other'`, 'right', ['response-origin']),
  column('a line got another project', `project = '/home/me/other'`, 'prompt'),
  column('a line became a side chain', 'is_sidechain = true', 'left', [
    'response-evidence',
    'response-origin',
  ]),
  column('a line was moved by nine hours', 'timestamp = timestamp + INTERVAL 9 HOUR', 'left', [
    ...usageChecks,
    'response-origin',
  ]),
  column('a line lost its time', 'timestamp = NULL', 'prompt'),
  column('a fast response became a standard one', `speed = ''`, 'tomorrow', ['response-evidence']),
  column('a record became a reject', `kind = 'reject', reject_reason = 'not-json'`, 'prompt', [
    'file-kinds',
    'account-lines',
  ]),
  column('a reject became a record', `kind = 'record', reject_reason = ''`, 'reject', [
    'file-kinds',
    'account-lines',
  ]),
  {
    way: 'a record became a reject, and its columns and the account say so',
    damage: async (scene) => {
      await scene.update(
        'lines',
        `kind = 'reject', reject_reason = 'refused-by-database', type = '', category = ''`,
        lineAt('summary'),
      );
      await scene.account('records - 1 AS records, rejects + 1 AS rejects');
    },
    tables: ['lines', 'file_states'],
    foundBy: ['file-kinds'],
    dimension: 'accuracy',
    place: { file: mainFile },
  },
  {
    way: 'a web search of a line and its response were forgotten',
    damage: async (scene) => {
      await scene.update('lines', 'web_search_requests = 0', lineAt('iterated'));
      await scene.update(
        'response_evidence',
        `usage = CAST(tuple(usage.1, usage.2, usage.3, usage.4, usage.5, usage.6, 0, usage.8, usage.9, usage.10),
          toTypeName(usage))`,
        `response_key = 'msg_iterated'`,
      );
    },
    tables: ['lines', 'response_evidence'],
    sampleSize: 0,
    foundBy: ['totals', 'parsed-columns'],
    dimension: 'accuracy',
    place: null,
  },
  {
    way: 'all lines were moved by nine hours',
    damage: (scene) => scene.update('lines', 'timestamp = timestamp + INTERVAL 9 HOUR', '1'),
    tables: ['lines'],
    foundBy: ['parsed-columns', ...usageChecks, 'response-origin'],
    dimension: 'accuracy',
    place: at('left'),
  },
  {
    way: 'all lines and their evidence were moved by nine hours',
    damage: async (scene) => {
      await scene.update('lines', 'timestamp = timestamp + INTERVAL 9 HOUR', '1');
      await scene.update(
        'response_evidence',
        `first = CAST(tuple(first.1, first.2 + if(first.2 = 9223372036854775807, 0, 32400000), first.3, first.4, first.5,
          first.6, first.7, first.8, first.9, first.10, first.11), toTypeName(first))`,
        '1',
      );
    },
    tables: ['lines', 'response_evidence'],
    foundBy: ['totals', 'parsed-columns'],
    dimension: 'accuracy',
    place: null,
  },
  {
    way: 'the tokens of a deleted file were raised together with its evidence',
    damage: async (scene) => {
      await scene.update('lines', 'output_tokens = 4000', `file = '${goneFile}' AND output_tokens = 50`);
      await scene.update(
        'response_evidence',
        `usage = CAST(tuple(4000, usage.2 + 3950, usage.3, usage.4, usage.5, usage.6, usage.7, usage.8, usage.9,
          usage.10), toTypeName(usage))`,
        `response_key = 'msg_gone'`,
      );
    },
    tables: ['lines', 'response_evidence'],
    sampleSize: 0,
    foundBy: ['parsed-columns'],
    dimension: 'accuracy',
    place: { file: goneFile },
  },
  {
    way: 'a line that was imported in full is said to be redacted',
    damage: (scene) => scene.update('lines', `privacy = 'redacted'`, lineAt('prompt')),
    tables: ['lines'],
    foundBy: ['privacy-levels'],
    dimension: 'integrity',
    place: at('prompt'),
  },
  {
    way: 'a line was altered and its privacy forged, so that nobody compares its bytes',
    damage: (scene) =>
      scene.update(
        'lines',
        `privacy = 'redacted', raw = replaceOne(raw, 'parser', 'parsed')`,
        lineAt('prompt'),
      ),
    tables: ['lines'],
    foundBy: ['privacy-levels'],
    dimension: 'integrity',
    place: at('prompt'),
  },
];

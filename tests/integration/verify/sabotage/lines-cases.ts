import { inMainFile, lineAt } from '../scene.ts';
import { goneFile, loneFile, mainFile, offsets, rewrittenFile, type MainLine } from '../small-history.ts';
import type { Sabotage } from './sabotage.ts';

const at = (name: MainLine) => ({ file: mainFile, offset: offsets[name] });

/** Damage to the rows of the table `lines`. */
export const lineSabotages: readonly Sabotage[] = [
  {
    way: 'a row was deleted',
    damage: (scene) => scene.remove('lines', lineAt('first')),
    tables: ['lines'],
    foundBy: ['offsets', 'file-lines', 'account-lines'],
    dimension: 'integrity',
    place: at('first'),
  },
  {
    way: 'the last row of a file was deleted',
    damage: (scene) => scene.remove('lines', lineAt('summary')),
    tables: ['lines'],
    foundBy: ['file-lines', 'offsets', 'account-lines'],
    dimension: 'completeness',
    place: { file: mainFile },
  },
  {
    way: 'the only row of a file was deleted, and its account says so',
    damage: async (scene) => {
      await scene.remove('lines', `file = '${loneFile}'`);
      await scene.account(
        '0 AS imported_bytes, 0 AS lines, 0 AS records, 0 AS checksum, 0 AS ordered_checksum',
        `file = '${loneFile}'`,
      );
      await scene.remove('response_evidence', `response_key = 'msg_lone'`);
    },
    tables: ['lines', 'file_states', 'response_evidence'],
    foundBy: ['file-lines'],
    dimension: 'completeness',
    place: { file: loneFile },
  },
  {
    way: 'all rows of a file were deleted',
    damage: (scene) => scene.remove('lines', inMainFile),
    tables: ['lines'],
    foundBy: ['file-lines', 'offsets', 'views', 'account-lines', 'response-evidence', 'response-origin'],
    dimension: 'completeness',
    place: { file: mainFile },
  },
  {
    way: 'a whole file was deleted from all tables',
    damage: async (scene) => {
      await scene.remove('lines', `file = '${loneFile}'`);
      await scene.remove('file_states', `file = '${loneFile}'`);
      await scene.remove('response_evidence', `response_key = 'msg_lone'`);
    },
    tables: ['lines', 'file_states', 'response_evidence'],
    foundBy: ['files-missing'],
    dimension: 'completeness',
    place: { file: loneFile },
  },
  {
    way: 'a reject was dropped',
    damage: (scene) => scene.remove('lines', lineAt('reject')),
    tables: ['lines'],
    foundBy: ['offsets', 'file-lines', 'account-lines'],
    dimension: 'integrity',
    place: at('reject'),
  },
  {
    way: 'a row was doubled',
    damage: (scene) => scene.copy('lines', lineAt('first')),
    tables: ['lines'],
    foundBy: ['lines-once', 'file-lines', 'account-lines', 'receipts'],
    dimension: 'integrity',
    place: at('first'),
  },
  {
    way: 'a line of a deleted file was doubled, and the account and the receipts say so',
    damage: async (scene) => {
      const gone = `file = '${goneFile}'`;
      await scene.copy('lines', `${gone} AND offset = 0`);
      await scene.account(
        `records + 1 AS records,
        (SELECT sum(hash) FROM lines WHERE ${gone}) AS checksum,
        (SELECT sum(hash * (offset + 1)) FROM lines WHERE ${gone}) AS ordered_checksum`,
        gone,
      );
      await scene.update(
        'runs_log',
        `imported_lines = imported_lines + 1, report = replaceRegexpOne(report,
          '("imported":\\{"files":[0-9]+,"bytes":[0-9]+,"lines":)[0-9]+(,"records":)[0-9]+',
          concat('\\\\1', toString(imported_lines + 1), '\\\\2',
            toString(JSONExtractInt(report, 'receipt', 'imported', 'records') + 1)))`,
        '1',
      );
    },
    tables: ['lines', 'file_states', 'runs_log'],
    foundBy: ['lines-once'],
    dimension: 'integrity',
    place: { file: goneFile, offset: 0 },
  },
  {
    way: 'a line was invented',
    damage: (scene) => scene.copy('lines', lineAt('summary'), 'offset + 10000 AS offset'),
    tables: ['lines'],
    foundBy: ['offsets', 'file-lines', 'account-lines', 'receipts', 'parsed-columns'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'a file was invented',
    damage: (scene) => scene.copy('lines', lineAt('summary'), `'-home-me-app/invented.jsonl' AS file`),
    tables: ['lines'],
    foundBy: ['account-lines', 'receipts', 'files-vanished'],
    dimension: 'consistency',
    place: { file: '-home-me-app/invented.jsonl' },
  },
  {
    way: 'one byte of raw was altered',
    damage: (scene) => scene.update('lines', `raw = replaceOne(raw, 'parser', 'parsed')`, lineAt('prompt')),
    tables: ['lines'],
    foundBy: ['stored-bytes', 'file-checksum', 'parsed-columns'],
    dimension: 'integrity',
    place: at('prompt'),
  },
  {
    way: 'raw was altered and its hash with it',
    damage: (scene) =>
      scene.update(
        'lines',
        `raw = replaceOne(raw, 'parser', 'parsed'), hash = xxHash64(replaceOne(raw, 'parser', 'parsed'))`,
        lineAt('prompt'),
      ),
    tables: ['lines'],
    foundBy: ['file-checksum', 'account-lines', 'parsed-columns'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'raw, hash and the account of the file were altered together',
    damage: async (scene) => {
      await scene.update(
        'lines',
        `raw = replaceOne(raw, 'parser', 'parsed'), text = replaceOne(text, 'parser', 'parsed'),
          hash = xxHash64(replaceOne(raw, 'parser', 'parsed'))`,
        lineAt('prompt'),
      );
      await scene.account(`
        (SELECT sum(hash) FROM lines WHERE ${inMainFile}) AS checksum,
        (SELECT sum(hash * (offset + 1)) FROM lines WHERE ${inMainFile}) AS ordered_checksum`);
    },
    tables: ['lines', 'file_states'],
    foundBy: ['file-checksum', 'parsed-columns'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'raw was emptied',
    damage: (scene) => scene.update('lines', `raw = ''`, lineAt('left')),
    tables: ['lines'],
    foundBy: ['stored-bytes', 'file-checksum', 'parsed-columns'],
    dimension: 'integrity',
    place: at('left'),
  },
  {
    way: 'the hash of a line was altered',
    damage: (scene) => scene.update('lines', 'hash = hash + 1', lineAt('left')),
    tables: ['lines'],
    foundBy: ['stored-bytes', 'account-lines', 'parsed-columns'],
    dimension: 'integrity',
    place: at('left'),
  },
  {
    way: 'the length of a line was altered',
    damage: (scene) => scene.update('lines', 'length = length + 1', lineAt('left')),
    tables: ['lines'],
    foundBy: ['stored-bytes', 'offsets', 'file-checksum', 'parsed-columns'],
    dimension: 'integrity',
    place: at('left'),
  },
  {
    way: 'two lines changed places',
    damage: async (scene) => {
      const { left, right } = offsets;
      await scene.copy(
        'lines',
        `${inMainFile} AND offset IN (${left}, ${right})`,
        `'swapped' AS file, if(offset = ${left}, ${right}, ${left})::UInt64 AS offset`,
      );
      await scene.remove('lines', `${inMainFile} AND offset IN (${left}, ${right})`);
      await scene.copy('lines', `file = 'swapped'`, `'${mainFile}' AS file`);
      await scene.remove('lines', `file = 'swapped'`);
    },
    tables: ['lines'],
    foundBy: ['file-checksum', 'account-lines', 'parsed-columns'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'a line was put into another generation',
    damage: async (scene) => {
      await scene.copy('lines', lineAt('first'), '1::UInt32 AS generation');
      await scene.remove('lines', `${lineAt('first')} AND generation = 0`);
    },
    tables: ['lines'],
    foundBy: ['account-lines', 'file-lines', 'offsets'],
    dimension: 'consistency',
    place: { file: mainFile },
  },
  {
    way: 'the root of lines was renamed',
    damage: async (scene) => {
      await scene.copy('lines', inMainFile, `'/elsewhere' AS root`);
      await scene.remove('lines', `${inMainFile} AND root != '/elsewhere'`);
    },
    tables: ['lines'],
    foundBy: ['file-lines', 'offsets', 'account-lines', 'response-origin'],
    dimension: 'completeness',
    place: { file: mainFile },
  },
  {
    way: 'a line of a replaced generation was deleted',
    damage: (scene) => scene.remove('lines', `file = '${rewrittenFile}' AND generation = 0 AND offset > 0`),
    tables: ['lines'],
    foundBy: ['account-lines', 'offsets', 'views', 'response-evidence', 'response-origin'],
    dimension: 'consistency',
    place: { file: rewrittenFile },
  },
  {
    way: 'a byte in a replaced generation was altered',
    damage: (scene) =>
      scene.update(
        'lines',
        `raw = replaceOne(raw, '"content":"before"', '"content":"befor "')`,
        `file = '${rewrittenFile}' AND generation = 0 AND offset = 0`,
      ),
    tables: ['lines'],
    sampleSize: 0,
    foundBy: ['stored-bytes'],
    dimension: 'integrity',
    place: { file: rewrittenFile, offset: 0 },
  },
  {
    way: 'a line of a deleted file was lost',
    damage: (scene) => scene.remove('lines', `file = '${goneFile}' AND offset = 0`),
    tables: ['lines'],
    foundBy: ['offsets', 'account-lines'],
    dimension: 'integrity',
    place: { file: goneFile },
  },
];

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeStatement,
  findRows,
  readTail,
  type InsertSplit,
} from '../../../src/engine/embedded/statement.ts';

function split(text: string): InsertSplit {
  const opening = findRows(text, true);
  if (opening.kind !== 'insert') throw new Error(`${text} is ${opening.kind}`);
  return opening.split;
}

const tail = (text: string): unknown => readTail(text, split(text));

describe('where the rows of an INSERT begin', () => {
  it.each([
    ['INSERT INTO t VALUES (1)', 'INSERT INTO t \n', 'Values', ' (1)'],
    ['INSERT INTO t FORMAT Values\n(1)', 'INSERT INTO t \n', 'Values', '(1)'],
    ['INSERT INTO t FORMAT TSV\n1\t2', 'INSERT INTO t \n', 'TSV', '1\t2'],
    ['INSERT INTO t FORMAT TSV\n\n1', 'INSERT INTO t \n', 'TSV', '\n1'],
    ['INSERT INTO t FORMAT TSV \t\r\n 1', 'INSERT INTO t \n', 'TSV', ' 1'],
    ['INSERT INTO t FORMAT JSONEachRow {"a":1}', 'INSERT INTO t \n', 'JSONEachRow', '{"a":1}'],
    ['insert into db.t (a, b) values (1, 2)', 'insert into db.t (a, b) \n', 'Values', ' (1, 2)'],
    ['INSERT INTO TABLE t VALUES (1)', 'INSERT INTO TABLE t \n', 'Values', ' (1)'],
    ['INSERT t VALUES (1)', 'INSERT t \n', 'Values', ' (1)'],
    ['INSERT INTO values VALUES (1)', 'INSERT INTO values \n', 'Values', ' (1)'],
    ['INSERT INTO format FORMAT CSV\n1', 'INSERT INTO format \n', 'CSV', '1'],
    [
      'INSERT INTO db.values (values, format) VALUES (1)',
      'INSERT INTO db.values (values, format) \n',
      'Values',
      ' (1)',
    ],
    ['INSERT INTO `a;VALUES` VALUES (1)', 'INSERT INTO `a;VALUES` \n', 'Values', ' (1)'],
    [
      "INSERT INTO FUNCTION file('VALUES', 'CSV') VALUES (1)",
      "INSERT INTO FUNCTION file('VALUES', 'CSV') \n",
      'Values',
      ' (1)',
    ],
    ['INSERT INTO t SETTINGS a = 1 FORMAT CSV\n1', 'INSERT INTO t SETTINGS a = 1 \n', 'CSV', '1'],
    [
      '/* VALUES */ INSERT -- VALUES\n INTO t VALUES (1)',
      '/* VALUES */ INSERT -- VALUES\n INTO t \n',
      'Values',
      ' (1)',
    ],
    ['INSERT INTO t', 'INSERT INTO t\n', 'Values', ''],
  ])('%j', (text, statement, format, rows) => {
    const found = split(text);
    expect(found.statement).toBe(statement);
    expect(found.format).toBe(format);
    expect(text.slice(found.dataStart)).toBe(rows);
  });

  it.each([
    'SELECT 1',
    'INSERT INTO t SELECT 1',
    'INSERT INTO t (SELECT 1)',
    'INSERT INTO t (a) WITH 1 AS x SELECT x',
    "INSERT INTO t SELECT 'VALUES' FORMAT CSV",
    "INSERT INTO t FROM INFILE 'a' FORMAT CSV",
    '',
    'VALUES (1)',
  ])('%j has no rows', (text) => {
    expect(findRows(text, true).kind).toBe('other');
  });

  it('finds the same point however the text arrives', () => {
    const texts = [
      'INSERT INTO t VALUES (1)',
      'INSERT INTO t FORMAT TSV\r\n1\t2\n\n;DROP',
      'INSERT INTO format FORMAT CSV  \n1',
      "INSERT INTO t (a) SETTINGS x='VALUES' FORMAT Native \u0000",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(60), (text, length) => {
        const opening = findRows(text.slice(0, length), false);
        if (opening.kind === 'more') return;
        expect(opening).toEqual(findRows(text, true));
      }),
    );
  });

  it('asks for more until the point is certain', () => {
    expect(findRows('INSERT INTO t VALU', false).kind).toBe('more');
    expect(findRows('INSERT INTO t FORMAT JSON', false).kind).toBe('more');
    expect(findRows('INSERT INTO t FORMAT TSV\r', false).kind).toBe('more');
    expect(findRows('SEL', false).kind).toBe('more');
  });

  it('reads what follows the marker in the URL', () => {
    expect(tail('INSERT INTO t FORMAT TSV ;\n')).toEqual({ settings: '', rows: '' });
    expect(tail('INSERT INTO t FORMAT TSV -- note')).toEqual({ settings: '', rows: '' });
    expect(tail('INSERT INTO t FORMAT TSV SETTINGS a=1')).toEqual({ settings: 'SETTINGS a=1\n', rows: '' });
    expect(tail('INSERT INTO t VALUES (1)')).toEqual({ settings: '', rows: ' (1)' });
  });
});

describe('a statement without rows', () => {
  it('sees a second statement, but not in strings and comments', () => {
    expect(describeStatement('SELECT 1; SELECT 2').isSeveral).toBe(true);
    expect(describeStatement('SELECT 1;;').isSeveral).toBe(false);
    expect(describeStatement("SELECT ';' -- ; x\n; /* y */").isSeveral).toBe(false);
    expect(describeStatement('SELECT 1 ; -- x').text).toBe('SELECT 1 ');
  });

  it.each([
    ['SELECT 1 FORMAT JSON', 'JSON'],
    ['SELECT 1 FORMAT `JSON`', 'JSON'],
    ['SELECT 1 FORMAT JSON SETTINGS a = 1', 'JSON'],
    ['SELECT * FROM (SELECT 1) FORMAT CSV;', 'CSV'],
    ['SELECT format FROM t', undefined],
    ['SELECT * FROM format', undefined],
    ['SELECT t.format x', undefined],
    ["SELECT 'FORMAT JSON'", undefined],
    ["SELECT formatRow('CSV', 1)", undefined],
    ['SELECT a FROM format SETTINGS x = 1', undefined],
    ['SELECT 1 /* FORMAT JSON */', undefined],
  ])('finds the format of %j', (text, name) => {
    expect(describeStatement(text).format?.name).toBe(name);
  });

  it('finds clauses that read and write files', () => {
    expect(describeStatement("SELECT 1 INTO OUTFILE 'x'").fileClause).toBe('INTO OUTFILE');
    expect(describeStatement("INSERT INTO t FROM INFILE 'x' FORMAT CSV").fileClause).toBe('FROM INFILE');
    expect(describeStatement("SELECT 'INTO OUTFILE x'").fileClause).toBeUndefined();
  });

  it('knows empty text', () => {
    expect(describeStatement(' -- nothing\n').isEmpty).toBe(true);
  });
});

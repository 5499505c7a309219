import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as libchdb from 'chdb/libchdb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Libchdb, type ChdbConnection } from '../../../src/engine/embedded/libchdb.ts';
import { describeStatement } from '../../../src/engine/embedded/statement.ts';
import { temporaryFolder } from './start-server.ts';

const folder = temporaryFolder();
let library: Libchdb;
let connection: ChdbConnection;

beforeAll(async () => {
  const { libchdbPath } = createRequire(import.meta.url)('chdb/libchdb') as typeof libchdb;
  library = new Libchdb(libchdbPath());
  const opened = await library.connect([`--path=${folder}`, '--config-file=none', '--implicit_select=0']);
  if (opened === undefined) throw new Error('The engine does not open');
  connection = opened;
});

afterAll(async () => {
  await library.close(connection);
  await library.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

const pieces = [
  ';',
  "'",
  "''",
  "'a'",
  "'\\''",
  '"a"',
  '`a`',
  '`',
  '"',
  '\\',
  '$',
  '$$',
  '$a$',
  '--',
  '-- x\n',
  '//',
  '/*',
  '*/',
  '/* ; */',
  '#',
  '# ',
  '#!',
  '\n',
  ' ',
  '\t',
  '\u000b',
  'AS a',
  'AS',
  '1',
  ',1',
  '(',
  ')',
  'SELECT 1',
  ';SELECT 1',
  '‘',
  '’',
  '“',
  '”',
  '‘;’',
  '\u00a0',
  '\0',
  '1e',
  '.5',
  "x'41'",
  "b'01'",
  '\ufeff',
  '−',
];

it('agrees with the engine on where one statement ends', () => {
  const piece = fc.constantFrom(...pieces);
  let parsed = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
      const text = Buffer.from(`SELECT 1 ${parts.join('')}`);
      const { statements } = library.classify(connection, text);
      // What the engine cannot parse it does not run.
      if (statements === 0) return;
      parsed += 1;
      const { isSeveral } = describeStatement(text.toString('latin1'));
      // Odd white space is something to us; refusing it is safe, missing a statement would not be.
      if (/[\u00a0\ufeff\0]/.test(parts.join(''))) expect(isSeveral || statements === 1).toBe(true);
      else expect(isSeveral).toBe(statements > 1);
    }),
    { numRuns: 20_000, seed: 20_261_123 },
  );
  expect(parsed).toBeGreaterThan(1000);
});

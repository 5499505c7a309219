import { expect, it } from 'vitest';
import { lineAt } from './scene.ts';
import { columnSabotages, plainColumns } from './sabotage/columns-cases.ts';
import { testSabotage } from './sabotage/run-sabotage.ts';
import { offsets } from './small-history.ts';

const scene = await testSabotage(columnSabotages);

it('finds columns that were altered of which nothing is added up, each in its line', async () => {
  for (const [line, column, value] of plainColumns) {
    await scene.update('lines', `${column} = ${value}`, lineAt(line));
  }
  const { findings } = await scene.verify();
  await scene.restore(['lines']);
  const told = findings.map(({ check, place, message }) => ({ check, offset: place?.offset ?? -1, message }));
  const inOrder = told.toSorted((a, b) => a.offset - b.offset);
  expect(inOrder.map(({ check, offset, message }) => [check, offset, message.split(' ')[0]])).toEqual(
    plainColumns.map(([line, column]) => ['parsed-columns', offsets[line], column]),
  );
});

import { describe, expect, it } from 'vitest';
import { accountSabotages } from './sabotage/account-cases.ts';
import { columnSabotages } from './sabotage/columns-cases.ts';
import { fileSabotages } from './sabotage/files-cases.ts';
import { lineSabotages } from './sabotage/lines-cases.ts';
import { placeSabotages } from './sabotage/place-cases.ts';
import { responseSabotages } from './sabotage/response-cases.ts';
import { schemaSabotages } from './sabotage/schema-cases.ts';
import { makeScene } from './scene.ts';

const sabotages = [
  ...lineSabotages,
  ...columnSabotages,
  ...responseSabotages,
  ...accountSabotages,
  ...schemaSabotages,
  ...placeSabotages,
  ...fileSabotages,
];

const checks = [...new Set(sabotages.flatMap(({ foundBy }) => foundBy))].toSorted();

/** The ways of damage that nobody finds without a check. */
function onlyFoundBy(check: string): string[] {
  return sabotages.filter(({ foundBy }) => foundBy.every((name) => name === check)).map(({ way }) => way);
}

describe('when a check is switched off', () => {
  it.each(checks.map((check) => [check, onlyFoundBy(check)[0] ?? ''] as const))(
    '%s: nobody finds any more that %s',
    (_check, way) => expect(way).not.toBe(''),
  );

  it('there is none that is not tried', async () => {
    const scene = await makeScene();
    const report = await scene.verify();
    expect(report.checks.map(({ check }) => check).toSorted()).toEqual(checks);
  });
});
